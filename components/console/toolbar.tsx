import type { ReactNode } from "react";

/** Filters above a list: left what narrows, right what acts. Wraps on a phone. */
export function Toolbar({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mb-3 flex flex-wrap items-start justify-between gap-2">
      <div className="flex min-w-0 flex-1 basis-56 flex-wrap items-center gap-2">{children}</div>
      {actions !== undefined && <div className="flex max-w-full min-w-0 flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
