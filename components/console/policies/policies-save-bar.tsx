"use client";

import { readFailure } from "@/components/forms/read-failure";
import { Button } from "@/components/ui/button";
import { ProblemList } from "@/components/ui/problem-list";

export interface PoliciesSaveBarProps {
  isDirty: boolean;
  isSaving: boolean;
  failure: unknown;
  onSave: () => void;
  onDiscard: () => void;
}

/** The end of a page that changes policies. */
export function PoliciesSaveBar({ isDirty, isSaving, failure, onSave, onDiscard }: PoliciesSaveBarProps) {
  return (
    <div className="flex flex-col gap-3">
      {failure !== undefined && <ProblemList {...readFailure(failure)} />}
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p className="mr-auto text-sm text-text-muted">Gateways run them from the next release on.</p>
        <Button disabled={!isDirty || isSaving} onClick={onDiscard}>
          Discard changes
        </Button>
        <Button variant="primary" disabled={!isDirty} isLoading={isSaving} onClick={onSave}>
          Save policies
        </Button>
      </div>
    </div>
  );
}
