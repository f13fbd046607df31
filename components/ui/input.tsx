"use client";

import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { useFieldControl } from "./field";

export const controlStyles =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface text-text transition-colors hover:border-text-faint focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-text-muted aria-invalid:border-broken";

export interface InputProps extends ComponentProps<"input"> {
  /** Paths, keys, ids and other code are set in monospace. */
  isCode?: boolean;
  /** Fixed text or an icon inside the box, before and after what is typed. */
  prefix?: string;
  suffix?: ReactNode;
}

/** A one-line text box. Takes its id and error state from the Field around it. */
export function Input({ className, isCode = false, prefix, suffix, ...rest }: InputProps) {
  const field = useFieldControl();
  const box = (
    <input
      {...field}
      className={classNames(
        controlStyles,
        "h-8 px-2.5 text-sm read-only:bg-sunken max-sm:text-lg",
        isCode && "font-mono",
        prefix !== undefined && "rounded-l-none",
        suffix !== undefined && "rounded-r-none",
        className,
      )}
      {...rest}
    />
  );
  if (prefix === undefined && suffix === undefined) {
    return box;
  }
  return (
    <div className="flex min-w-0">
      {prefix !== undefined && <Affix className="rounded-l-md border-r-0">{prefix}</Affix>}
      {box}
      {suffix !== undefined && <Affix className="rounded-r-md border-l-0">{suffix}</Affix>}
    </div>
  );
}

function Affix({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "flex h-8 max-w-[50%] shrink-0 items-center overflow-hidden border border-line-strong bg-sunken px-2.5 text-sm whitespace-nowrap text-text-muted",
        className,
      )}
    >
      {children}
    </span>
  );
}
