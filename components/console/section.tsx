import type { ReactNode } from "react";

export interface SectionProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A heading above something that already has its own frame. */
export function Section({ title, description, actions, children }: SectionProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="mb-2 flex min-h-8 flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="text-base font-semibold">{title}</h2>
          {description !== undefined && <p className="text-sm text-text-muted">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
