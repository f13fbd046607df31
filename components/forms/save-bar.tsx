"use client";

import type { ReactNode } from "react";
import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";

export interface SaveBarProps {
  /** The verb: "Save plan". */
  label?: string;
  /** What saving does or does not do, at the left. */
  note?: ReactNode;
  /** For long forms, where typing everything back would be work. */
  withDiscard?: boolean;
}

/** The end of a form that changes something which is there already: it waits until something was changed. */
export function SaveBar({ label = "Save changes", note, withDiscard = false }: SaveBarProps) {
  const { formState, reset } = useFormContext();
  const { isDirty, isSubmitting } = formState;
  return (
    <div className="flex flex-wrap items-center justify-end gap-3">
      {note !== undefined && <p className="mr-auto text-sm text-text-muted">{note}</p>}
      {withDiscard && (
        <Button disabled={!isDirty || isSubmitting} onClick={() => reset()}>
          Discard changes
        </Button>
      )}
      <Button type="submit" variant="primary" disabled={!isDirty} isLoading={isSubmitting}>
        {label}
      </Button>
    </div>
  );
}
