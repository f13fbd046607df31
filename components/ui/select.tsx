"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { useFieldControl } from "./field";
import { controlStyles } from "./input";

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps extends Omit<ComponentProps<"select">, "children"> {
  options: readonly SelectOption[];
  /** Shown, and not choosable, until something is chosen. */
  placeholder?: string;
}

/** One of a few. The browser's own control: right on phones, with keyboards and with screen readers. */
export function Select({ options, placeholder, className, ...rest }: SelectProps) {
  const field = useFieldControl();
  return (
    <div className={classNames("relative min-w-0", className)}>
      <select
        {...field}
        className={classNames(controlStyles, "h-8 appearance-none truncate pr-8 pl-2.5 text-sm max-sm:text-lg")}
        {...rest}
      >
        {placeholder !== undefined && (
          <option value="" disabled>
            {placeholder}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.isDisabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-text-faint"
        aria-hidden="true"
      />
    </div>
  );
}
