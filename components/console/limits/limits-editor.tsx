"use client";

import { Plus } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LimitSentence } from "./limit-sentence";
import { newLimitValues, type PlanWithLimits } from "./limit-values";

/** The limits of a plan, one sentence each, with a picture of what it admits. Inside a Form whose values have `limits`. */
export function LimitsEditor() {
  const { control, getValues } = useFormContext<PlanWithLimits>();
  const { fields, append, remove } = useFieldArray({ control, name: "limits" });
  const add = (
    <Button size="small" onClick={() => append(newLimitValues(getValues("limits")))}>
      <Plus aria-hidden="true" />
      Add limit
    </Button>
  );
  if (fields.length === 0) {
    return (
      <EmptyState title="No limit: every call is let through" action={add} className="py-8">
        Whoever has an active subscription may call as often as they like.
      </EmptyState>
    );
  }
  return (
    <div>
      <ul aria-label="Limits" className="divide-y border-b">
        {fields.map((field, index) => (
          <li key={field.id} className="p-4">
            <LimitSentence index={index} onRemove={() => remove(index)} />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-2.5">
        {add}
        <p className="text-xs text-text-faint">
          All limits of a call are checked, then all are charged: a refused call uses up none.
        </p>
      </div>
    </div>
  );
}
