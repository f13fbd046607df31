import { z } from "zod";
import { callAddressShape } from "./apis";
import { approvalSchema, limitSchema, quotaSchema } from "./products";
import {
  descriptionSchema,
  etagSchema,
  nameSchema,
  noteSchema,
  slugSchema,
  teamReferenceSchema,
  timeSchema,
} from "./common";

export const subscriptionStates = ["pending", "active", "paused", "rejected", "closed"] as const;
export const subscriptionStateSchema = z.enum(subscriptionStates);

export const createApplicationSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    team: slugSchema.optional().describe("Without it the caller's own team."),
  })
  .meta({ id: "CreateApplication" });

export const updateApplicationSchema = z
  .strictObject({ name: nameSchema.optional(), description: descriptionSchema.optional() })
  .meta({ id: "UpdateApplication" });

export const applicationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    team: teamReferenceSchema,
    demo: z.boolean(),
    keys: z.number().int().describe("Keys that work."),
    subscriptions: z.object({ active: z.number().int(), pending: z.number().int() }),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Application" });

export const createSubscriptionSchema = z
  .strictObject({
    application: z.string(),
    product: slugSchema,
    plan: slugSchema,
    note: noteSchema.optional().describe("For the owner who decides."),
  })
  .meta({ id: "CreateSubscription" });

export const subscriptionSchema = z
  .object({
    id: z.string(),
    state: subscriptionStateSchema,
    application: z.object({ id: z.string(), name: z.string(), team: teamReferenceSchema }),
    product: z.object({ slug: z.string(), name: z.string(), team: teamReferenceSchema }),
    plan: z.object({
      slug: z.string(),
      name: z.string(),
      approval: approvalSchema,
      slaTier: z.object({ slug: z.string(), name: z.string() }).nullable(),
      limits: z.array(limitSchema),
    }),
    quotas: z.record(z.string(), z.number().int()).describe("Quotas of its own, by name of the plan's limit."),
    apis: z.array(
      z.object({
        api: z.string(),
        apiName: z.string(),
        version: z.string(),
        basePath: z.string(),
        ...callAddressShape,
      }),
    ),
    note: z.string(),
    decisionNote: z.string(),
    decidedBy: z.string().nullable(),
    decidedAt: timeSchema.nullable(),
    createdBy: z.string().nullable(),
    createdAt: timeSchema,
    etag: etagSchema,
    canDecide: z
      .boolean()
      .describe("Whether the caller may approve, reject, pause and close it as an owner of the product."),
  })
  .meta({ id: "Subscription" });

export const setQuotasSchema = z
  .strictObject({
    quotas: z
      .record(z.string(), quotaSchema)
      .describe("By name of the plan's limit, instead of its quota. Limits that are not named have the plan's."),
  })
  .meta({ id: "SetSubscriptionQuotas" });

export const decideSubscriptionSchema = z
  .strictObject({ note: noteSchema.optional() })
  .meta({ id: "DecideSubscription" });

export const keyStates = ["active", "expired", "revoked"] as const;

export const keyKinds = ["key", "signing"] as const;

const keyKindSchema = z
  .enum(keyKinds)
  .describe("key: sent with each call; signing: a secret that calls are signed with, for APIs that take signatures.");

export const createKeySchema = z
  .strictObject({
    name: nameSchema.optional(),
    kind: keyKindSchema.optional(),
    expiresAt: timeSchema.nullable().optional(),
  })
  .meta({ id: "CreateKey" });

export const keySchema = z
  .object({
    id: z.string().describe("Also the keyid of signatures made with a signing secret."),
    kind: keyKindSchema,
    name: z.string(),
    prefix: z.string().describe("How the key begins."),
    state: z.enum(keyStates),
    expiresAt: timeSchema.nullable(),
    revokedAt: timeSchema.nullable(),
    createdAt: timeSchema,
    createdBy: z.string().nullable(),
  })
  .meta({ id: "Key" });

export const createdKeySchema = keySchema
  .extend({
    key: z
      .string()
      .describe(
        "The key itself: shown this once, stored only as a hash; a signing secret encrypted, since nodes need it.",
      ),
  })
  .meta({ id: "CreatedKey" });

export type SubscriptionState = (typeof subscriptionStates)[number];
export type CreateApplication = z.infer<typeof createApplicationSchema>;
export type UpdateApplication = z.infer<typeof updateApplicationSchema>;
export type Application = z.infer<typeof applicationSchema>;
export type CreateSubscription = z.infer<typeof createSubscriptionSchema>;
export type Subscription = z.infer<typeof subscriptionSchema>;
export type SetSubscriptionQuotas = z.infer<typeof setQuotasSchema>;
export type DecideSubscription = z.infer<typeof decideSubscriptionSchema>;
export type CreateKey = z.infer<typeof createKeySchema>;
export type Key = z.infer<typeof keySchema>;
export type CreatedKey = z.infer<typeof createdKeySchema>;
