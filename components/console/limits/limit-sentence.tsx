"use client";

import { CircleAlert, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { BurstChart } from "./burst-chart";
import { limitsValuesSchema, toLimitInput } from "./limit-values";
import type { PlanWithLimits } from "./limits-editor";
import { WINDOW_UNITS } from "./window-units";

const ALGORITHMS = [
  { value: "sliding-window", label: "sliding window" },
  { value: "fixed-window", label: "fixed window" },
];

const SCOPES = [
  { value: "subscription", label: "subscription" },
  { value: "application", label: "application" },
  { value: "operation", label: "operation" },
  { value: "address", label: "client address" },
];

const FIELDS = ["quota", "windowCount", "windowUnit", "algorithm", "scope", "name"] as const;

/** "Allow 100 calls per 1 minute, counted as a sliding window per subscription", and what that does to a burst. */
export function LimitSentence({ index, onRemove }: { index: number; onRemove: () => void }) {
  const { formState } = useFormContext<PlanWithLimits>();
  const errors = formState.errors.limits?.[index];
  const messages = FIELDS.flatMap((field) => errors?.[field]?.message ?? []);
  const errorId = `limit-${index}-errors`;
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[1fr_18rem]">
      <fieldset aria-describedby={messages.length > 0 ? errorId : undefined} className="min-w-0">
        <legend className="sr-only">Limit {index + 1}</legend>
        <Sentence index={index} errors={errors} onRemove={onRemove} />
        <div id={errorId} aria-live="polite" className="mt-2 min-h-4 text-xs text-broken">
          {messages.map((message) => (
            <p key={message} className="flex items-start gap-1">
              <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden="true" />
              {message}
            </p>
          ))}
        </div>
      </fieldset>
      <Picture index={index} />
    </div>
  );
}

type Errors = Partial<Record<(typeof FIELDS)[number], unknown>> | undefined;

function Sentence({ index, errors, onRemove }: { index: number; errors: Errors; onRemove: () => void }) {
  const { register } = useFormContext<PlanWithLimits>();
  const number = { setValueAs: (value: unknown) => (value === "" || value === undefined ? undefined : Number(value)) };
  const isWrong = (field: (typeof FIELDS)[number]) => errors?.[field] !== undefined || undefined;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-2 text-sm">
      <Word>Allow</Word>
      <Input
        aria-label="Number of calls"
        aria-invalid={isWrong("quota")}
        inputMode="numeric"
        className="w-24 text-right tabular-nums"
        {...register(`limits.${index}.quota`, number)}
      />
      <Word>calls per</Word>
      <Input
        aria-label="Length of the window"
        aria-invalid={isWrong("windowCount")}
        inputMode="numeric"
        className="w-16 text-right tabular-nums"
        {...register(`limits.${index}.windowCount`, number)}
      />
      <Select
        aria-label="Unit of the window"
        className="w-28"
        options={WINDOW_UNITS.map(({ id }) => ({ value: id, label: id }))}
        {...register(`limits.${index}.windowUnit`)}
      />
      <Word>counted as a</Word>
      <Select aria-label="Algorithm" className="w-38" options={ALGORITHMS} {...register(`limits.${index}.algorithm`)} />
      <Word>per</Word>
      <Select aria-label="Counted per" className="w-36" options={SCOPES} {...register(`limits.${index}.scope`)} />
      <Word>and call it</Word>
      <Input
        aria-label="Name of the limit"
        aria-invalid={isWrong("name")}
        isCode
        className="w-36"
        {...register(`limits.${index}.name`)}
      />
      <IconButton label={`Remove limit ${index + 1}`} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function Word({ children }: { children: ReactNode }) {
  return <span className="whitespace-nowrap text-text-muted">{children}</span>;
}

/** The burst, as soon as the sentence makes sense; until then its place stays. */
function Picture({ index }: { index: number }) {
  const { control } = useFormContext<PlanWithLimits>();
  const values = useWatch({ control, name: `limits.${index}` });
  const parsed = limitsValuesSchema.safeParse(values === undefined ? [] : [values]);
  const limit = parsed.success && parsed.data[0] !== undefined ? toLimitInput(parsed.data[0]) : undefined;
  return (
    <div className="min-h-36">
      {limit === undefined ? (
        <div className="grid h-18 place-items-center rounded-sm border border-dashed text-xs text-text-faint">
          Complete the sentence to see what it admits
        </div>
      ) : (
        <BurstChart limit={limit} />
      )}
    </div>
  );
}
