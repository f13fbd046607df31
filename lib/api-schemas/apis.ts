import { z } from "zod";
import {
  alsoBesideProblems,
  descriptionSchema,
  etagSchema,
  nameSchema,
  problemItemSchema,
  slugSchema,
  teamReferenceSchema,
  timeSchema,
  visibilitySchema,
} from "./common";
import {
  routingSchema,
  versioningSchema,
  type RoutingSettings,
  type Versioning,
  type VersioningInput,
} from "@/gateway/compiler/routing-settings";
import { upstreamSettingsShape } from "@/gateway/compiler/upstream-settings";
import { targetsInputSchema, upstreamInputShape } from "./upstreams";

export const lifecycles = ["active", "deprecated", "retired"] as const;
export const lifecycleSchema = z
  .enum(lifecycles)
  .describe("deprecated still serves and is marked; retired is left out of the next release.");

export const versionNameSchema = z
  .string()
  .min(1, "Give it at least one character.")
  .max(40, "Keep it to 40 characters.")
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "Use letters, digits, dots, dashes and underscores, for example v1.");

export const basePathSchema = z
  .string()
  .max(200, "Keep it to 200 characters.")
  .regex(
    /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)*$/,
    'Begin with a slash and end without one, with letters, digits, ".", "_", "~" and "-" between: "/orders/v1". "" serves the root.',
  );

export { routingSchema, versioningSchema, type RoutingSettings, type Versioning, type VersioningInput };

/** Something that a call must carry to mean one version. */
export const callFieldSchema = z
  .object({
    from: z
      .enum(["header", "query", "media-type"])
      .describe("media-type: a parameter of the Accept field's media type."),
    name: z.string(),
    value: z.string(),
  })
  .meta({ id: "CallField" });

export const callAddressShape = {
  url: z.string().describe("Where callers reach it through the production gateway."),
  callFields: z.array(callFieldSchema).describe("What a call must carry besides, to mean this version."),
};

export const createApiSchema = z
  .strictObject({
    slug: slugSchema,
    name: nameSchema,
    description: descriptionSchema.optional(),
    visibility: visibilitySchema.optional(),
    versioning: versioningSchema.optional().describe('How its versions are told apart; default: {"by": "path"}.'),
    team: slugSchema.optional().describe("Owning team; without it the caller's first team with the role owner."),
  })
  .meta({ id: "CreateApi" });

export const updateApiSchema = z
  .strictObject({
    name: nameSchema.optional(),
    description: descriptionSchema.optional(),
    visibility: visibilitySchema.optional(),
    versioning: versioningSchema.optional().describe("Takes effect with the next release."),
    team: slugSchema.optional(),
  })
  .meta({ id: "UpdateApi" });

export const apiVersionReferenceSchema = z
  .object({ api: z.string(), apiName: z.string(), version: z.string() })
  .meta({ id: "ApiVersionReference" });

export const apiVersionSummarySchema = z
  .object({
    version: z.string(),
    basePath: z.string(),
    lifecycle: lifecycleSchema,
    title: z.string(),
    operations: z.number().int(),
    revision: z.number().int(),
    /** Environments whose current release serves it. */
    environments: z.array(z.string()),
    createdAt: timeSchema,
  })
  .meta({ id: "ApiVersionSummary" });

export const apiSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    visibility: visibilitySchema,
    versioning: versioningSchema,
    team: teamReferenceSchema,
    demo: z.boolean(),
    versions: z.array(apiVersionSummarySchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    etag: etagSchema,
    canEdit: z.boolean().describe("Whether the caller may change it."),
  })
  .meta({ id: "Api" });

export const operationSchema = z
  .object({
    id: z.number().int().describe("Stable across revisions; what the gateway meters by."),
    key: z.string().describe('operationId, else method and template: "GET /pets/{id}".'),
    method: z.string(),
    path: z.string(),
    summary: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    deprecated: z.boolean(),
  })
  .meta({ id: "Operation" });

const documentShape = {
  document: z
    .string()
    .min(1, "Give the text of the document.")
    .optional()
    .describe("OpenAPI 2.0, 3.0 or 3.1, YAML or JSON."),
  documentUrl: z
    .url("Give a complete http(s) address.")
    .max(2000)
    .optional()
    .describe("Fetched instead of `document`."),
  references: z
    .record(z.string(), z.string())
    .optional()
    .describe('Texts of other files the document refers to, by relative path: {"schemas/pet.yaml": "…"}.'),
};

function oneDocument(value: { document?: unknown; documentUrl?: unknown }): boolean {
  return (value.document === undefined) !== (value.documentUrl === undefined);
}

const oneDocumentIssue = {
  error: "Give the document's text in `document` or its address in `documentUrl`, one of the two.",
  path: ["document"],
  params: { code: "required" },
  ...alsoBesideProblems,
};

export const createVersionSchema = z
  .strictObject({
    version: versionNameSchema,
    ...documentShape,
    basePath: basePathSchema
      .optional()
      .describe("Default: /{api}/{version}, or /{api} where a field tells the versions apart."),
    routing: routingSchema.optional(),
    upstream: z.strictObject({ targets: targetsInputSchema, ...upstreamInputShape }),
  })
  .refine(oneDocument, oneDocumentIssue)
  .meta({ id: "CreateApiVersion" });

export const updateVersionSchema = z
  .strictObject({
    basePath: basePathSchema.optional(),
    routing: routingSchema.optional().describe("Replaces what was, whole."),
    lifecycle: lifecycleSchema.optional(),
  })
  .meta({ id: "UpdateApiVersion" });

export const createRevisionSchema = z
  .strictObject(documentShape)
  .refine(oneDocument, oneDocumentIssue)
  .meta({ id: "CreateRevision" });

export const checkDocumentSchema = z
  .strictObject(documentShape)
  .refine(oneDocument, oneDocumentIssue)
  .meta({ id: "CheckDocument" });

export const parsedOperationSchema = operationSchema.omit({ id: true }).meta({ id: "ParsedOperation" });

export const documentCheckSchema = z
  .object({
    specification: z.string(),
    title: z.string(),
    apiVersion: z.string(),
    description: z.string(),
    servers: z.array(z.string()),
    operations: z.array(parsedOperationSchema),
    warnings: z.array(problemItemSchema),
    document: z.string().describe("The text that was checked: as given or as fetched."),
  })
  .meta({ id: "DocumentCheck" });

export const revisionSchema = z
  .object({
    number: z.number().int(),
    current: z.boolean(),
    specification: z.string(),
    title: z.string(),
    apiVersion: z.string(),
    operations: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string(),
    sourceUrl: z.string().nullable(),
    warnings: z.array(problemItemSchema),
    createdAt: timeSchema,
    createdBy: z.string().nullable(),
  })
  .meta({ id: "Revision" });

export const revisionResultSchema = revisionSchema
  .extend({
    unchanged: z.boolean().describe("The document is the current one byte for byte: no revision was made."),
    added: z.array(z.string()).describe("Keys of operations that are new."),
    removed: z.array(z.string()).describe("Keys of operations that are gone."),
  })
  .meta({ id: "RevisionResult" });

export const upstreamSchema = z
  .object({
    targets: z.array(z.object({ url: z.string(), weight: z.number().int(), pool: z.string() })),
    connectTimeoutMs: z.number().int(),
    sendTimeoutMs: z.number().int(),
    readTimeoutMs: z.number().int(),
    ...upstreamSettingsShape,
    updatedAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Upstream" });

export const apiVersionSchema = z
  .object({
    api: z.string(),
    apiName: z.string(),
    version: z.string(),
    basePath: z.string(),
    ...callAddressShape,
    routing: routingSchema,
    versioning: versioningSchema.describe("Of the API."),
    lifecycle: lifecycleSchema,
    title: z.string(),
    description: z.string(),
    revision: revisionSchema,
    operations: z.array(operationSchema),
    upstream: upstreamSchema.nullable().describe("Null to callers who may not change the API."),
    products: z.array(z.object({ slug: z.string(), name: z.string() })),
    environments: z
      .array(z.object({ environment: z.string(), release: z.number().int() }))
      .describe("Environments whose current release serves it."),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    etag: etagSchema,
    canEdit: z.boolean(),
  })
  .meta({ id: "ApiVersion" });

export type CreateApi = z.infer<typeof createApiSchema>;
export type UpdateApi = z.infer<typeof updateApiSchema>;
export type Api = z.infer<typeof apiSchema>;
export type ApiVersionSummary = z.infer<typeof apiVersionSummarySchema>;
export type ApiVersionReference = z.infer<typeof apiVersionReferenceSchema>;
export type CreateApiVersion = z.infer<typeof createVersionSchema>;
export type UpdateApiVersion = z.infer<typeof updateVersionSchema>;
export type ApiVersion = z.infer<typeof apiVersionSchema>;
export type Operation = z.infer<typeof operationSchema>;
export type DocumentInput = z.infer<typeof checkDocumentSchema>;
export type DocumentCheck = z.infer<typeof documentCheckSchema>;
export type Revision = z.infer<typeof revisionSchema>;
export type RevisionResult = z.infer<typeof revisionResultSchema>;
export type Upstream = z.infer<typeof upstreamSchema>;
export type CallField = z.infer<typeof callFieldSchema>;
export type Lifecycle = (typeof lifecycles)[number];
