import { z } from "zod";
import { limitInputSchema, type Limit, type LimitInput } from "@/lib/api-schemas";
import { toWindowSeconds, toWindowUnits, type WindowUnit } from "./window-units";

const windowUnits = ["second", "minute", "hour", "day"] as const satisfies readonly WindowUnit[];

const limitValuesSchema = z.object({
  name: limitInputSchema.shape.name,
  algorithm: limitInputSchema.shape.algorithm,
  quota: z.number("Give a number of calls.").pipe(limitInputSchema.shape.quota),
  windowCount: z.number("Give the length of the window.").int("Give a whole number."),
  windowUnit: z.enum(windowUnits),
  scope: z.enum(["subscription", "application", "operation", "address"]),
});

/** The limits of a form, with windows as people say them; out come limits as the management API takes them. */
export const limitsValuesSchema = z
  .array(limitValuesSchema)
  .max(20, "Keep it to 20 limits.")
  .superRefine((limits, context) => {
    const names = new Set<string>();
    limits.forEach((limit, index) => {
      const seconds = limitInputSchema.shape.windowSeconds.safeParse(
        toWindowSeconds(limit.windowCount, limit.windowUnit),
      );
      if (!seconds.success) {
        const message = seconds.error.issues[0]?.message ?? "This window cannot be used.";
        context.addIssue({ code: "custom", path: [index, "windowCount"], message });
      }
      if (names.has(limit.name)) {
        const message = `There is another limit named “${limit.name}” in this plan.`;
        context.addIssue({ code: "custom", path: [index, "name"], message });
      }
      names.add(limit.name);
    });
  });

export type LimitValues = z.input<typeof limitsValuesSchema>[number];

export function toLimitInput(values: z.output<typeof limitsValuesSchema>[number]): LimitInput {
  const { windowCount, windowUnit, ...limit } = values;
  return { ...limit, windowSeconds: toWindowSeconds(windowCount, windowUnit) };
}

export function toLimitValues(limit: Limit): LimitValues {
  const { count, unit } = toWindowUnits(limit.windowSeconds);
  return {
    name: limit.name,
    algorithm: limit.algorithm,
    quota: limit.quota,
    windowCount: count,
    windowUnit: unit,
    scope: limit.scope,
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
    name,
    algorithm: "sliding-window",
    quota: unit === "minute" ? 100 : 10_000,
    windowCount: 1,
    windowUnit: unit,
    scope: "subscription",
  };
}
