"use client";

import { CircleAlert, Trash2 } from "lucide-react";
import { useFormContext, useWatch } from "react-hook-form";
import { describeLimit } from "@/components/format/describe-limit";
import { PERIOD_SECONDS } from "@/gateway/contract/limits";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import type { LimitInput } from "@/lib/api-schemas";
import { BurstChart } from "./burst-chart";
import { QuotaFields, ScopeFields, Word } from "./limit-fields";
import { limitsValuesSchema, toLimitInput, type PlanWithLimits } from "./limit-values";

const FIELDS = [
  ...(["quota", "windowCount", "windowUnit", "unit", "period", "timeZone", "algorithm", "burst"] as const),
  ...(["scope", "header", "claim", "counts", "mode", "name", "costs"] as const),
];

/** "Allow 100 calls per 1 minute, counted as a sliding window per subscription", and what that does to a burst. */
export function LimitSentence({ index, onRemove }: { index: number; onRemove: () => void }) {
  const { formState } = useFormContext<PlanWithLimits>();
  const errors = formState.errors.limits?.[index];
  const messages = FIELDS.flatMap((field) => {
    const message = errors?.[field]?.message;
    return typeof message === "string" ? [message] : [];
  });
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
        <Explanation index={index} />
      </fieldset>
      <Picture index={index} />
    </div>
  );
}

type Errors = Partial<Record<string, unknown>> | undefined;

function Sentence({ index, errors, onRemove }: { index: number; errors: Errors; onRemove: () => void }) {
  const { register } = useFormContext<PlanWithLimits>();
  const isWrong = (field: string) => errors?.[field] !== undefined || undefined;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-2 text-sm">
      <QuotaFields index={index} isWrong={isWrong} />
      <ScopeFields index={index} isWrong={isWrong} />
      {/* Together: a button alone in the last line would belong to nothing. */}
      <span className="flex items-center gap-2">
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
      </span>
    </div>
  );
}

function useLimit(index: number): LimitInput | undefined {
  const { control } = useFormContext<PlanWithLimits>();
  const values = useWatch({ control, name: `limits.${index}` });
  const parsed = limitsValuesSchema.safeParse(values === undefined ? [] : [values]);
  return parsed.success && parsed.data[0] !== undefined ? toLimitInput(parsed.data[0]) : undefined;
}

/** What the limit does, in plain words. */
function Explanation({ index }: { index: number }) {
  const limit = useLimit(index);
  return <p className="mt-1 text-xs text-text-muted">{limit === undefined ? "" : describeLimit(limit)}</p>;
}

/** The burst, as soon as the sentence makes sense; until then its place stays. */
function Picture({ index }: { index: number }) {
  const limit = useLimit(index);
  const windowSeconds = limit?.period === undefined ? limit?.windowSeconds : PERIOD_SECONDS[limit.period];
  const isDrawn = limit !== undefined && windowSeconds !== undefined && limit.unit !== "bytes";
  return (
    <div className="min-h-36">
      {isDrawn ? (
        <BurstChart limit={{ ...limit, windowSeconds }} />
      ) : (
        <div className="grid h-18 place-items-center rounded-sm border border-dashed px-2 text-center text-xs text-text-faint">
          {limit === undefined
            ? "Complete the sentence to see what it admits"
            : "Depends on how long or large calls are"}
        </div>
      )}
    </div>
  );
}
