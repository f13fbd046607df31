import { z } from "zod";
import { limitsValuesSchema, toLimitInput, toLimitValues } from "@/components/console/limits/limit-values";
import { approvalSchema, descriptionSchema, nameSchema, slugSchema, type Plan } from "@/lib/api-schemas";

/** A plan as it is edited. An empty `slaTier` is no tier, because a select has no other way to say it. */
export const planValuesSchema = z
  .object({
    slug: slugSchema,
    name: nameSchema,
    description: descriptionSchema,
    slaTier: z.string(),
    approval: approvalSchema,
    limits: limitsValuesSchema,
  })
  .transform(({ slaTier, limits, ...plan }) => ({
    ...plan,
    slaTier: slaTier === "" ? null : slaTier,
    limits: limits.map(toLimitInput),
  }));

export type PlanInput = z.input<typeof planValuesSchema>;
export type PlanValues = z.output<typeof planValuesSchema>;

export function toPlanInput(plan: Plan): PlanInput {
  return {
    slug: plan.slug,
    name: plan.name,
    description: plan.description,
    slaTier: plan.slaTier?.slug ?? "",
    approval: plan.approval,
    limits: plan.limits.map(toLimitValues),
  };
}
