import Link from "next/link";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  /** Buttons or a filter at the right of the title. */
  actions?: ReactNode;
  footer?: ReactNode;
  /** Lets a table or list run to the edges. */
  isFlush?: boolean;
  headingLevel?: 2 | 3;
  id?: string;
  className?: string;
  children?: ReactNode;
}

/** A bordered block with an optional heading. */
export function Card({
  title,
  description,
  actions,
  footer,
  isFlush = false,
  headingLevel = 2,
  id,
  className,
  children,
}: CardProps) {
  const Heading = headingLevel === 2 ? "h2" : "h3";
  const hasHeader = title !== undefined || actions !== undefined;
  return (
    <section id={id} className={classNames("min-w-0 overflow-clip rounded-md border bg-surface", className)}>
      {hasHeader && (
        <header
          className={classNames(
            "flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5",
            isFlush && "border-b",
          )}
        >
          {/* A long description gives way to the actions; a title alone must not push them into a line of their own. */}
          <div className={classNames("min-w-0", description !== undefined && "flex-1 basis-64")}>
            {title !== undefined && <Heading className="text-base font-semibold">{title}</Heading>}
            {description !== undefined && <p className="text-sm text-text-muted">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {children !== undefined && (
        <div className={classNames(!isFlush && "px-4 pb-4", !isFlush && !hasHeader && "pt-4")}>{children}</div>
      )}
      {footer !== undefined && (
        <footer className="border-t bg-sunken px-4 py-2.5 text-sm text-text-muted">{footer}</footer>
      )}
    </section>
  );
}

/** At the right of a card's title: where all of it is. */
export function CardLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="link text-sm">
      {children}
    </Link>
  );
}
