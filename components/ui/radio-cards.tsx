"use client";

import { useId, type ReactNode } from "react";
import { classNames } from "./class-names";

export interface RadioCard {
  readonly value: string;
  readonly label: ReactNode;
  readonly detail?: ReactNode;
}

export interface RadioCardsProps {
  label: string;
  value: string | undefined;
  options: readonly RadioCard[];
  onChange: (value: string) => void;
  className?: string;
}

/** One of a few, each with a word of explanation. Real radio buttons: arrow keys move, labels speak. */
export function RadioCards({ label, value, options, onChange, className }: RadioCardsProps) {
  const name = useId();
  return (
    <fieldset className={classNames("min-w-0", className)}>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-w-0 cursor-pointer gap-2.5 rounded-md border border-line-strong bg-surface p-3 hover:border-text-faint has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="mt-1 size-3.5 shrink-0 accent-accent outline-none"
            />
            <span className="min-w-0">
              <span className="font-medium">{option.label}</span>
              {option.detail !== undefined && <span className="block text-xs text-text-muted">{option.detail}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
