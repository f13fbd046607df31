"use client";

import { useState } from "react";
import { ApiProblem } from "@/lib/api-client";

/** What somebody is about to make of the policies that are there, until it is saved or thrown away. */
export interface PoliciesDraft<Value> {
  readonly value: Value;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  readonly failure: unknown;
  readonly set: (value: Value) => void;
  readonly discard: () => void;
  readonly save: () => Promise<void>;
  /** What the server said of a place of the body: "/policies/0/config/header". */
  readonly problemAt: (place: string) => string | undefined;
}

/** @param saved what the server has; a newer one is a new draft, so give the component a key of its etag */
export function usePoliciesDraft<Value>(saved: Value, put: (value: Value) => Promise<unknown>): PoliciesDraft<Value> {
  const [value, setValue] = useState(saved);
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  return {
    value,
    isSaving,
    failure,
    isDirty: JSON.stringify(value) !== JSON.stringify(saved),
    set: (next) => {
      setFailure(undefined);
      setValue(next);
    },
    discard: () => {
      setFailure(undefined);
      setValue(saved);
    },
    save: async () => {
      setIsSaving(true);
      setFailure(undefined);
      try {
        await put(value);
      } catch (error) {
        setFailure(error);
      } finally {
        setIsSaving(false);
      }
    },
    problemAt: (place) => (failure instanceof ApiProblem ? failure.at(place)[0] : undefined),
  };
}
