"use client";

import { Switch as Primitive } from "radix-ui";
import { useId, type ReactNode } from "react";
import { classNames } from "./class-names";

export interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isDisabled?: boolean;
  className?: string;
}

/** On or off, taking effect at once. In a form that is saved later, use a Checkbox. */
export function Switch({ label, hint, isOn, onChange, isDisabled = false, className }: SwitchProps) {
  const id = useId();
  return (
    <div className={classNames("flex items-start gap-3", className)}>
      <Primitive.Root
        id={id}
        checked={isOn}
        onCheckedChange={onChange}
        disabled={isDisabled}
        className="mt-px inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-transparent bg-line-strong p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <Primitive.Thumb className="size-4 rounded-full bg-surface transition-transform data-[state=checked]:translate-x-3.5" />
      </Primitive.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint !== undefined && <p className="text-xs text-text-faint">{hint}</p>}
      </div>
    </div>
  );
}
