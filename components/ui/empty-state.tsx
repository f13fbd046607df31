import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** Why it is empty, or what would be here. */
  children?: ReactNode;
  /** The next thing to do. */
  action?: ReactNode;
  className?: string;
}

/** What stands where a list would, when there is nothing in it: what belongs here and what to do next. */
export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={classNames("flex flex-col items-center px-4 py-12 text-center", className)}>
      {Icon !== undefined && <Icon className="mb-3 size-6 text-text-faint" strokeWidth={1.5} aria-hidden="true" />}
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-md text-sm text-text-muted">{children}</div>}
      {action !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
