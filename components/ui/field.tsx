"use client";

import { CircleAlert } from "lucide-react";
import { createContext, useContext, useId, type ReactNode } from "react";
import { classNames } from "./class-names";

interface FieldControl {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
  readonly isRequired: boolean;
}

const FieldContext = createContext<FieldControl | null>(null);

/** Attributes that tie a control to the label, hint and error of the Field around it; nothing outside of one. */
export function useFieldControl(): {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
} {
  const field = useContext(FieldContext);
  if (field === null) {
    return {};
  }
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.isInvalid || undefined,
    "aria-required": field.isRequired || undefined,
  };
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** Marks the field as optional in words; everything unmarked is required. */
  isOptional?: boolean;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}

/** Label, control, hint and error in one block. The error takes the place of the hint, so that the page does not jump. */
export function Field({ label, hint, error, isOptional = false, hideLabel = false, className, children }: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== "" && error !== false;
  const hasNote = hasError || (hint !== undefined && hint !== null);
  const noteId = `${id}-note`;
  return (
    <FieldContext.Provider
      value={{ id, describedBy: hasNote ? noteId : undefined, isInvalid: hasError, isRequired: !isOptional }}
    >
      <div className={classNames("flex min-w-0 flex-col gap-1", className)}>
        <label htmlFor={id} className={classNames("text-sm font-medium", hideLabel && "sr-only")}>
          {label}
          {isOptional && <span className="ml-1 font-normal text-text-faint">(optional)</span>}
        </label>
        {children}
        <div id={noteId} aria-live="polite" className={classNames("text-xs", hasNote && "min-h-4")}>
          {hasError ? (
            <span className="inline-flex items-start gap-1 text-broken">
              <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden="true" />
              {error}
            </span>
          ) : (
            hint !== undefined && <span className="text-text-faint">{hint}</span>
          )}
        </div>
      </div>
    </FieldContext.Provider>
  );
}
