import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Fragment, type ReactNode } from "react";

export interface Crumb {
  readonly href: string;
  readonly label: string;
}

export interface PageHeaderProps {
  title: ReactNode;
  /** The way here, without the page itself. */
  crumbs?: readonly Crumb[];
  /** State chips beside the title. */
  badges?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Tabs that belong to the page, under the title. */
  tabs?: ReactNode;
}

/** Where am I, what state is it in, what can I do: the top of every page. */
export function PageHeader({ title, crumbs = [], badges, description, actions, tabs }: PageHeaderProps) {
  return (
    <div className={tabs === undefined ? "mb-6" : "mb-6 border-b"}>
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumb" className="mb-1 flex flex-wrap items-center gap-1 text-sm text-text-muted">
          {crumbs.map((crumb, index) => (
            <Fragment key={crumb.href}>
              {index > 0 && <ChevronRight className="size-3.5 text-text-faint" aria-hidden="true" />}
              <Link href={crumb.href} className="rounded-sm hover:text-text hover:underline">
                {crumb.label}
              </Link>
            </Fragment>
          ))}
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
            {badges !== undefined && <div className="flex flex-wrap items-center gap-1.5">{badges}</div>}
          </div>
          {description !== undefined && <div className="mt-1 max-w-3xl text-text-muted">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {tabs !== undefined && <div className="mt-4">{tabs}</div>}
    </div>
  );
}
