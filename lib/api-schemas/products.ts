import { z } from "zod";
import {
  calendarPeriods,
  claimName,
  findLimitProblems,
  type LimitProblem,
  limitAlgorithms,
  limitCounts,
  limitModes,
  limitScopes,
  limitUnits,
} from "@/gateway/contract/limits";
import { apiVersionReferenceSchema, versionNameSchema } from "./apis";
import {
  alsoBesideProblemsOfItems,
  descriptionSchema,
  etagSchema,
  nameSchema,
  slugSchema,
  teamReferenceSchema,
  timeSchema,
  visibilitySchema,
} from "./common";

export const approvals = ["automatic", "manual"] as const;
export const approvalSchema = z
  .enum(approvals)
  .describe("automatic: a subscription is active at once; manual: an owner decides.");

export const slaTierInputShape = {
  name: nameSchema,
  rank: z.number().int("Give a whole number.").min(0).max(1000).describe("Higher is better."),
  availabilityPercent: z.number().min(0).max(100),
  p95LatencyMs: z.number().int("Give whole milliseconds.").min(1).max(600_000),
  errorSharePercent: z.number().min(0).max(100),
  supportText: descriptionSchema.optional(),
};

export const createSlaTierSchema = z
  .strictObject({ slug: slugSchema, ...slaTierInputShape })
  .meta({ id: "CreateSlaTier" });
export const updateSlaTierSchema = z.strictObject(slaTierInputShape).partial().meta({ id: "UpdateSlaTier" });

export const slaTierSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    rank: z.number().int(),
    availabilityPercent: z.number(),
    p95LatencyMs: z.number().int(),
    errorSharePercent: z.number(),
    supportText: z.string(),
    plans: z.number().int().describe("Plans that promise it."),
    etag: etagSchema,
  })
  .meta({ id: "SlaTier" });

export const algorithmSchema = z.enum(limitAlgorithms);
export const scopeSchema = z.enum(limitScopes).describe("What is counted together. Default: subscription.");

const operationKeySchema = z.string().min(1).max(500);
/** What any limit may have; which go together, findLimitProblems of the gateway contract says. */
const limitExtrasShape = {
  burst: z
    .number()
    .int("Give a whole number of calls.")
    .min(1, "Give at least one call.")
    .max(1_000_000_000)
    .optional()
    .describe("Of a token bucket its size (default: the quota), of a leaky bucket how many calls may wait."),
  unit: z.enum(limitUnits).optional().describe("Default: requests."),
  mode: z.enum(limitModes).optional().describe("shadow: counts, and refuses nothing. Default: enforce."),
  counts: z
    .enum(limitCounts)
    .optional()
    .describe("successful: gives back what failed calls took; all: counts refused calls too. Default: admitted."),
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, "Give the name of a header field: letters, digits and dashes.")
    .optional()
    .describe("The field that tells callers apart, with scope header."),
  claim: claimName
    .optional()
    .describe(
      "The claim that tells callers apart, with scope claim. jwt-validation must verify it in every operation.",
    ),
  period: z.enum(calendarPeriods).optional().describe("Of a calendar quota. Weeks begin on Monday."),
  timeZone: z.string().max(100).optional().describe("IANA name of the zone whose clocks count. Default: UTC."),
  costs: z
    .record(operationKeySchema, z.number().int().min(0).max(1_000_000))
    .optional()
    .describe("What a call of an operation costs, by key of the operation. Default: 1."),
  operationQuotas: z
    .record(operationKeySchema, z.number().int().min(1).max(1_000_000_000))
    .optional()
    .describe("Operations that have a quota of their own and are counted apart, by key of the operation."),
};

const LARGEST_QUOTA = 1_000_000_000;
const LARGEST_BYTES = 10_000_000_000_000;

export const quotaSchema = z
  .number()
  .int("Give a whole number.")
  .min(1, "Allow at least one request.")
  .max(LARGEST_BYTES, "Keep it to 10,000,000,000,000 bytes.");

export const limitInputSchema = z.strictObject({
  name: slugSchema.describe("Unique in the plan. A limit that keeps its name keeps what was already used."),
  algorithm: algorithmSchema,
  quota: quotaSchema,
  windowSeconds: z
    .number()
    .int("Give whole seconds.")
    .min(1, "A window lasts at least one second.")
    .max(31_622_400, "Keep it to 366 days (31,622,400 seconds).")
    .optional()
    .describe("Of no meaning for concurrency and calendar; every other algorithm needs it."),
  scope: scopeSchema.optional(),
  ...limitExtrasShape,
});

/** What is wrong with how the fields of a limit go together. The limit may be anything: its fields are judged elsewhere. */
export function findInputProblems(input: unknown): readonly LimitProblem[] {
  const limit = limitInputSchema.safeParse(input);
  if (!limit.success) {
    return [];
  }
  const problems = findLimitProblems(limit.data);
  if (limit.data.unit !== "bytes" && limit.data.quota > LARGEST_QUOTA) {
    problems.push({ field: "quota", message: "Keep it to 1,000,000,000 requests." });
  }
  return problems;
}

const limitsInputSchema = z
  .array(limitInputSchema)
  .max(20, "Keep it to 20 limits.")
  .superRefine((limits: readonly { name?: unknown }[], context) => {
    const seen = new Set<string>();
    limits.forEach((limit, index) => {
      for (const { field, key, message } of findInputProblems(limit)) {
        const path = key === undefined ? [index, field] : [index, field, key];
        context.addIssue({ code: "custom", path, message, params: { code: "limit_invalid" } });
      }
      const name: unknown = limit?.name;
      if (typeof name !== "string") {
        return;
      }
      if (seen.has(name)) {
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `There is another limit named "${name}" in this plan.`,
          params: { code: "limit_name_taken" },
        });
      }
      seen.add(name);
    });
  }, alsoBesideProblemsOfItems);

export const createPlanSchema = z
  .strictObject({
    slug: slugSchema,
    name: nameSchema,
    description: descriptionSchema.optional(),
    slaTier: slugSchema.optional(),
    approval: approvalSchema.optional(),
    limits: limitsInputSchema.optional(),
  })
  .meta({ id: "CreatePlan" });

export const updatePlanSchema = z
  .strictObject({
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    slaTier: slugSchema.nullable().optional(),
    approval: approvalSchema.optional(),
    limits: limitsInputSchema.optional(),
  })
  .meta({ id: "UpdatePlan" });

export const limitSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    algorithm: algorithmSchema,
    quota: z.number().int(),
    windowSeconds: z
      .number()
      .int()
      .describe("0 for concurrency, which has no window; of a calendar quota the longest its period can be."),
    scope: scopeSchema,
    ...limitExtrasShape,
  })
  .meta({ id: "Limit" });

export const planSchema = z
  .object({
    id: z.number().int().describe("What the gateway meters by."),
    product: z.string(),
    productName: z.string(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    approval: approvalSchema,
    slaTier: slaTierSchema.omit({ plans: true, etag: true }).nullable(),
    limits: z.array(limitSchema),
    subscriptions: z
      .object({ active: z.number().int(), pending: z.number().int() })
      .nullable()
      .describe("Null to callers who may not change the product."),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Plan" });

const versionsInputSchema = z
  .array(z.strictObject({ api: slugSchema, version: versionNameSchema }))
  .min(1, "A product offers at least one API version.")
  .max(200, "Keep it to 200 API versions.");

export const createProductSchema = z
  .strictObject({
    slug: slugSchema,
    name: nameSchema,
    description: descriptionSchema.optional(),
    visibility: visibilitySchema.optional(),
    team: slugSchema.optional(),
    versions: versionsInputSchema,
  })
  .meta({ id: "CreateProduct" });

export const updateProductSchema = z
  .strictObject({
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    visibility: visibilitySchema.optional(),
    versions: versionsInputSchema.optional(),
  })
  .meta({ id: "UpdateProduct" });

export const productSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    visibility: visibilitySchema,
    team: teamReferenceSchema,
    demo: z.boolean(),
    versions: z.array(apiVersionReferenceSchema).describe("Those that the caller may see."),
    plans: z.array(planSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    etag: etagSchema,
    canEdit: z.boolean(),
  })
  .meta({ id: "Product" });

export type Approval = (typeof approvals)[number];
export type CreateSlaTier = z.infer<typeof createSlaTierSchema>;
export type UpdateSlaTier = z.infer<typeof updateSlaTierSchema>;
export type SlaTier = z.infer<typeof slaTierSchema>;
export type LimitInput = z.infer<typeof limitInputSchema>;
export type Limit = z.infer<typeof limitSchema>;
export type CreatePlan = z.infer<typeof createPlanSchema>;
export type UpdatePlan = z.infer<typeof updatePlanSchema>;
export type Plan = z.infer<typeof planSchema>;
export type CreateProduct = z.infer<typeof createProductSchema>;
export type UpdateProduct = z.infer<typeof updateProductSchema>;
export type Product = z.infer<typeof productSchema>;
