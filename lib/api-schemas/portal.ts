import { z } from "zod";
import { apiVersionReferenceSchema, callAddressShape, lifecycleSchema } from "./apis";
import { actorReferenceSchema, teamReferenceSchema, timeSchema, visibilitySchema } from "./common";
import { planSchema } from "./products";

/** What a browser needs to know before anybody has signed in. */
export const portalSchema = z
  .object({
    name: z.string(),
    portalUrl: z.string(),
    gatewayUrl: z.string().describe("Public address of the production gateway."),
    keyHeader: z.string(),
    signUp: z.boolean(),
    demo: z.boolean().describe("Whether the demonstration workspace is there."),
  })
  .meta({ id: "Portal" });

export const catalogueVersionSchema = z
  .object({
    version: z.string(),
    title: z.string(),
    basePath: z.string(),
    ...callAddressShape,
    lifecycle: lifecycleSchema,
    operations: z.number().int(),
    published: z.boolean().describe("Whether the production gateway serves it."),
  })
  .meta({ id: "CatalogueVersion" });

/** A plan as the catalogue offers it. */
export const cataloguePlanSchema = planSchema
  .omit({ subscriptions: true, etag: true, createdAt: true, updatedAt: true })
  .extend({ versions: z.array(apiVersionReferenceSchema) })
  .meta({ id: "CataloguePlan" });

export const catalogueApiSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    visibility: visibilitySchema,
    team: teamReferenceSchema,
    demo: z.boolean(),
    versions: z.array(catalogueVersionSchema),
    plans: z.array(cataloguePlanSchema),
    updatedAt: timeSchema,
  })
  .meta({ id: "CatalogueApi" });

export const auditEntrySchema = z
  .object({
    id: z.number().int(),
    at: timeSchema,
    actor: actorReferenceSchema.nullable().describe("Null: the system itself."),
    actorName: z.string(),
    action: z.string(),
    entityType: z.string(),
    entityId: z.string(),
    summary: z.string(),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string().nullable(),
  })
  .meta({ id: "AuditEntry" });

export const demoSchema = z
  .object({
    present: z.boolean(),
    apis: z.array(z.string()),
    products: z.array(z.string()),
    applications: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: "Demo" });

export const healthSchema = z.object({ status: z.literal("ok"), database: z.literal("ok") }).meta({ id: "Health" });

export type Portal = z.infer<typeof portalSchema>;
export type CatalogueApi = z.infer<typeof catalogueApiSchema>;
export type CatalogueVersion = z.infer<typeof catalogueVersionSchema>;
export type CataloguePlan = z.infer<typeof cataloguePlanSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type Demo = z.infer<typeof demoSchema>;
