"use client";

import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { hasField, type PlanWithLimits } from "./limit-values";
import { WINDOW_UNITS } from "./window-units";

const ALGORITHMS = [
  { value: "sliding-window", label: "sliding window" },
  { value: "fixed-window", label: "fixed window" },
  { value: "sliding-log", label: "sliding log" },
  { value: "token-bucket", label: "token bucket" },
  { value: "leaky-bucket", label: "leaky bucket" },
  { value: "spike-arrest", label: "spike arrest" },
  { value: "calendar", label: "calendar quota" },
  { value: "concurrency", label: "calls at once" },
];

const SCOPES = [
  { value: "subscription", label: "subscription" },
  { value: "application", label: "application" },
  { value: "operation", label: "operation" },
  { value: "address", label: "client address" },
  { value: "header", label: "header field" },
  { value: "claim", label: "claim of a token" },
];

const UNITS = [
  { value: "requests", label: "calls" },
  { value: "bytes", label: "bytes" },
];

const PERIODS = ["hour", "day", "week", "month"].map((value) => ({ value, label: value }));

const COUNTS = [
  { value: "admitted", label: "calls let through" },
  { value: "successful", label: "calls that did not fail" },
  { value: "all", label: "refused calls too" },
];

const MODES = [
  { value: "enforce", label: "enforce it" },
  { value: "shadow", label: "only count, refuse nothing" },
];

const number = { setValueAs: (value: unknown) => (value === "" || value === undefined ? undefined : Number(value)) };

interface FieldsProps {
  index: number;
  isWrong: (field: string) => true | undefined;
}

/** "100 calls per 1 minute, counted as a sliding window", with the words that the algorithm needs. */
export function QuotaFields({ index, isWrong }: FieldsProps) {
  const { register, control } = useFormContext<PlanWithLimits>();
  const algorithm = useWatch({ control, name: `limits.${index}.algorithm` });
  return (
    <>
      <Word>Allow</Word>
      <Input
        aria-label="Number of calls"
        aria-invalid={isWrong("quota")}
        inputMode="numeric"
        className="w-24 text-right tabular-nums"
        {...register(`limits.${index}.quota`, number)}
      />
      {hasField(algorithm, "bytes") ? (
        <Select aria-label="Unit" className="w-22" options={UNITS} {...register(`limits.${index}.unit`)} />
      ) : (
        <Word>calls</Word>
      )}
      {hasField(algorithm, "window") && <WindowFields index={index} isWrong={isWrong} />}
      {hasField(algorithm, "period") && (
        <>
          <Word>per calendar</Word>
          <Select aria-label="Period" className="w-24" options={PERIODS} {...register(`limits.${index}.period`)} />
          <Word>in</Word>
          <Input
            aria-label="Time zone"
            aria-invalid={isWrong("timeZone")}
            className="w-36"
            {...register(`limits.${index}.timeZone`)}
          />
        </>
      )}
      <Word>counted as</Word>
      <Select
        aria-label="Algorithm"
        className="w-38 max-sm:w-44"
        options={ALGORITHMS}
        {...register(`limits.${index}.algorithm`)}
      />
      {hasField(algorithm, "burst") && (
        <>
          <Word>{algorithm === "leaky-bucket" ? "that lets wait up to" : "with bursts of"}</Word>
          <Input
            aria-label="Burst"
            aria-invalid={isWrong("burst")}
            inputMode="numeric"
            className="w-20 text-right tabular-nums"
            {...register(`limits.${index}.burst`, number)}
          />
          <Word>calls</Word>
        </>
      )}
    </>
  );
}

function WindowFields({ index, isWrong }: FieldsProps) {
  const { register, control } = useFormContext<PlanWithLimits>();
  const count = useWatch({ control, name: `limits.${index}.windowCount` });
  return (
    <>
      <Word>per</Word>
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
        options={WINDOW_UNITS.map(({ id }) => ({ value: id, label: count === 1 ? id : `${id}s` }))}
        {...register(`limits.${index}.windowUnit`)}
      />
    </>
  );
}

/** "per subscription and count calls let through", "enforce it". */
export function ScopeFields({ index, isWrong }: FieldsProps) {
  const { register, control } = useFormContext<PlanWithLimits>();
  const [algorithm, scope] = useWatch({ control, name: [`limits.${index}.algorithm`, `limits.${index}.scope`] });
  return (
    <>
      <Word>per</Word>
      <Select
        aria-label="Counted per"
        className="w-36 max-sm:w-44"
        options={SCOPES}
        {...register(`limits.${index}.scope`)}
      />
      {scope === "header" && (
        <Input
          aria-label="Header field"
          aria-invalid={isWrong("header")}
          placeholder="X-Tenant-Id"
          isCode
          className="w-36"
          {...register(`limits.${index}.header`)}
        />
      )}
      {scope === "claim" && (
        <Input
          aria-label="Claim"
          aria-invalid={isWrong("claim")}
          placeholder="tenant_id"
          isCode
          className="w-36"
          {...register(`limits.${index}.claim`)}
        />
      )}
      {hasField(algorithm, "counts") && (
        <>
          <Word>and count</Word>
          <Select
            aria-label="What counts"
            aria-invalid={isWrong("counts")}
            className="w-48"
            options={COUNTS}
            {...register(`limits.${index}.counts`)}
          />
        </>
      )}
      <Select aria-label="Mode" className="w-52" options={MODES} {...register(`limits.${index}.mode`)} />
    </>
  );
}

export function Word({ children }: { children: ReactNode }) {
  return <span className="whitespace-nowrap text-text-muted">{children}</span>;
}
