import { z } from "zod";
import { calendarPeriods, limitCounts, limitModes, limitScopes, limitUnits } from "@/gateway/contract/limits";
import { findInputProblems, limitInputSchema, type Limit, type LimitInput } from "@/lib/api-schemas";
import { toWindowSeconds, toWindowUnits, type WindowUnit } from "./window-units";

const windowUnits = ["second", "minute", "hour", "day"] as const satisfies readonly WindowUnit[];
const { shape } = limitInputSchema;

const limitValuesSchema = z.object({
  name: shape.name,
  algorithm: shape.algorithm,
  quota: z.number("Give a number.").pipe(shape.quota),
  windowCount: z.number("Give the length of the window.").int("Give a whole number."),
  windowUnit: z.enum(windowUnits),
  scope: z.enum(limitScopes),
  burst: z.number("Give a number of calls.").pipe(shape.burst.unwrap()).optional(),
  unit: z.enum(limitUnits),
  mode: z.enum(limitModes),
  counts: z.enum(limitCounts),
  header: z.string(),
  claim: z.string(),
  period: z.enum(calendarPeriods),
  timeZone: z.string(),
  /** Set through the management API; kept as they are. */
  costs: shape.costs,
  operationQuotas: shape.operationQuotas,
});

type CheckedValues = z.output<typeof limitValuesSchema>;

/** The limits of a form, with windows as people say them; out come limits as the management API takes them. */
export const limitsValuesSchema = z
  .array(limitValuesSchema)
  .max(20, "Keep it to 20 limits.")
  .superRefine((limits, context) => {
    const names = new Set<string>();
    limits.forEach((limit, index) => {
      const input = toLimitInput(limit);
      const seconds = shape.windowSeconds.safeParse(input.windowSeconds);
      if (!seconds.success) {
        const message = seconds.error.issues[0]?.message ?? "This window cannot be used.";
        context.addIssue({ code: "custom", path: [index, "windowCount"], message });
      }
      for (const { field, message } of findInputProblems(input)) {
        context.addIssue({ code: "custom", path: [index, formFieldOf(field)], message });
      }
      if (names.has(limit.name)) {
        const message = `There is another limit named “${limit.name}” in this plan.`;
        context.addIssue({ code: "custom", path: [index, "name"], message });
      }
      names.add(limit.name);
    });
  });

/** Where the form shows what is wrong with a field. What it has no field for, another algorithm has brought up. */
function formFieldOf(field: string): string {
  if (field === "windowSeconds") {
    return "windowCount";
  }
  return field === "costs" || field === "operationQuotas" ? "algorithm" : field;
}

export type LimitValues = z.input<typeof limitsValuesSchema>[number];

/** What a form with limits holds. */
export interface PlanWithLimits {
  readonly limits: LimitValues[];
}

/** Whether a field of the form says anything with that algorithm. */
export function hasField(
  algorithm: Limit["algorithm"],
  field: "window" | "burst" | "period" | "bytes" | "counts",
): boolean {
  switch (field) {
    case "window":
      return algorithm !== "calendar" && algorithm !== "concurrency";
    case "burst":
      return algorithm === "token-bucket" || algorithm === "leaky-bucket";
    case "period":
      return algorithm === "calendar";
    case "bytes":
      return algorithm === "fixed-window" || algorithm === "sliding-window" || algorithm === "calendar";
    case "counts":
      return algorithm !== "leaky-bucket" && algorithm !== "concurrency";
    default:
      return field satisfies never;
  }
}

/** Only what the algorithm knows: what a form still holds of another one is left out. */
export function toLimitInput(values: CheckedValues): LimitInput {
  const { name, algorithm, quota, scope } = values;
  const costs = Object.keys(values.costs ?? {}).length === 0 ? undefined : values.costs;
  const operationQuotas = Object.keys(values.operationQuotas ?? {}).length === 0 ? undefined : values.operationQuotas;
  const isBytes = hasField(algorithm, "bytes") && values.unit === "bytes";
  return {
    name,
    algorithm,
    quota,
    scope,
    ...(hasField(algorithm, "window") && { windowSeconds: toWindowSeconds(values.windowCount, values.windowUnit) }),
    ...(hasField(algorithm, "burst") && values.burst !== undefined && { burst: values.burst }),
    ...(hasField(algorithm, "period") && { period: values.period, timeZone: values.timeZone }),
    ...(isBytes && { unit: "bytes" as const }),
    ...(values.mode === "shadow" && { mode: "shadow" as const }),
    ...(hasField(algorithm, "counts") && values.counts !== "admitted" && { counts: values.counts }),
    ...(scope === "header" && { header: values.header }),
    ...(scope === "claim" && { claim: values.claim }),
    ...(costs !== undefined && { costs }),
    ...(operationQuotas !== undefined && { operationQuotas }),
  };
}

export function toLimitValues(limit: Limit): LimitValues {
  const isWindow = hasField(limit.algorithm, "window");
  const { count, unit } = isWindow ? toWindowUnits(limit.windowSeconds) : { count: 1, unit: "minute" as const };
  return {
    name: limit.name,
    algorithm: limit.algorithm,
    quota: limit.quota,
    windowCount: count,
    windowUnit: unit,
    scope: limit.scope,
    burst: limit.burst,
    unit: limit.unit ?? "requests",
    mode: limit.mode ?? "enforce",
    counts: limit.counts ?? "admitted",
    header: limit.header ?? "",
    claim: limit.claim ?? "",
    period: limit.period ?? "month",
    timeZone: limit.timeZone ?? "UTC",
    costs: limit.costs,
    operationQuotas: limit.operationQuotas,
  };
}

/** A limit to begin with, under a name that the plan does not have yet. */
export function newLimitValues(taken: readonly LimitValues[]): LimitValues {
  const unit = taken.length === 0 ? "minute" : "day";
  const names = new Set(taken.map((limit) => limit.name));
  let name = `per-${unit}`;
  for (let number = 2; names.has(name); number += 1) {
    name = `per-${unit}-${number}`;
  }
  return {
    ...toLimitValues({
      id: 0,
      name,
      algorithm: "sliding-window",
      quota: unit === "minute" ? 100 : 10_000,
      windowSeconds: toWindowSeconds(1, unit),
      scope: "subscription",
    }),
  };
}
