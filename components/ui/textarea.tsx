"use client";

import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { useFieldControl } from "./field";
import { controlStyles } from "./input";

export interface TextareaProps extends ComponentProps<"textarea"> {
  isCode?: boolean;
}

/** A text box of several lines. Takes its id and error state from the Field around it. */
export function Textarea({ className, isCode = false, rows = 4, ...rest }: TextareaProps) {
  const field = useFieldControl();
  return (
    <textarea
      {...field}
      rows={rows}
      spellCheck={isCode ? false : undefined}
      className={classNames(
        controlStyles,
        "px-2.5 py-1.5 text-sm max-sm:text-lg",
        isCode && "font-mono leading-5 whitespace-pre",
        className,
      )}
      {...rest}
    />
  );
}
