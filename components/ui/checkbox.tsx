"use client";

import { Check } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";
import { classNames } from "./class-names";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** A box with its label beside it; the whole line is the target. */
export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={classNames("flex items-start gap-2", className)}>
      <span className="relative mt-[3px] grid size-4 shrink-0 place-items-center">
        <input
          id={id}
          type="checkbox"
          aria-describedby={hint === undefined ? undefined : hintId}
          className="peer size-4 appearance-none rounded-sm border border-line-strong bg-surface checked:border-accent checked:bg-accent hover:border-text-faint disabled:opacity-50"
          {...rest}
        />
        <Check
          className="pointer-events-none absolute size-3 text-on-accent opacity-0 peer-checked:opacity-100"
          strokeWidth={3}
          aria-hidden="true"
        />
      </span>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
        {hint !== undefined && (
          <p id={hintId} className="text-xs text-text-faint">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
