import { z } from "zod";
import { limitAlgorithms, limitScopes } from "@/gateway/contract/bundle";
import { apiVersionReferenceSchema, versionNameSchema } from "./apis";
import {
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

export const limitInputSchema = z.strictObject({
  name: slugSchema.describe("Unique in the plan. A limit that keeps its name keeps what was already used."),
  algorithm: algorithmSchema,
  quota: z
    .number()
    .int("Give a whole number of requests.")
    .min(1, "Allow at least one request.")
    .max(1_000_000_000, "Keep it to 1,000,000,000 requests."),
  windowSeconds: z
    .number()
    .int("Give whole seconds.")
    .min(1, "A window lasts at least one second.")
    .max(31_622_400, "Keep it to 366 days (31,622,400 seconds)."),
  scope: scopeSchema.optional(),
});

const limitsInputSchema = z
  .array(limitInputSchema)
  .max(20, "Keep it to 20 limits.")
  .superRefine((limits, context) => {
    const seen = new Set<string>();
    limits.forEach((limit, index) => {
      if (seen.has(limit.name)) {
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `There is another limit named "${limit.name}" in this plan.`,
          params: { code: "limit_name_taken" },
        });
      }
      seen.add(limit.name);
    });
  });

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
    windowSeconds: z.number().int(),
    scope: scopeSchema,
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
    subscriptions: z.object({ active: z.number().int(), pending: z.number().int() }),
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
    versions: z.array(apiVersionReferenceSchema),
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
