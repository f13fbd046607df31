import { z } from "zod";
import { etagSchema, nameSchema, noteSchema, problemItemSchema, slugSchema, timeSchema } from "./common";

export const nodeStates = ["ready", "starting", "offline", "retired"] as const;

export const nodeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    gateway: z.string(),
    environment: z.string(),
    state: z.enum(nodeStates).describe("offline: no heartbeat for 10 seconds."),
    version: z.string(),
    enrolledAt: timeSchema,
    startedAt: timeSchema.nullable(),
    lastHeartbeatAt: timeSchema.nullable(),
    workersReady: z.number().int(),
    workersExpected: z.number().int(),
    release: z.number().int().nullable().describe("Release that every worker runs."),
    activatedAt: timeSchema.nullable(),
    activationMs: z.number().nullable(),
    credentialLag: z.number().int().describe("Entries of the credential log it has yet to read; 0 is up to date."),
    spooledBatches: z.number().int(),
    droppedRequests: z.number().int(),
    problems: z.array(z.object({ code: z.string(), message: z.string(), release: z.number().int().nullable() })),
  })
  .meta({ id: "Node" });

export const gatewayUrlSchema = z
  .url({ protocol: /^https?$/, error: "Give an http(s) address." })
  .max(500)
  .transform((url) => url.replace(/\/+$/, ""));

export const createGatewaySchema = z
  .strictObject({ slug: slugSchema, name: nameSchema, environment: slugSchema, publicUrl: gatewayUrlSchema })
  .meta({ id: "CreateGateway" });

export const updateGatewaySchema = z
  .strictObject({ name: nameSchema.optional(), publicUrl: gatewayUrlSchema.optional() })
  .meta({ id: "UpdateGateway" });

export const gatewaySchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    environment: z.string(),
    publicUrl: z.string(),
    nodes: z.array(nodeSchema),
    createdAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Gateway" });

export const createEnrolmentTokenSchema = z
  .strictObject({
    name: nameSchema.optional(),
    expiresAt: timeSchema.nullable().optional().describe("Default: in 24 hours. Null: never."),
    maxUses: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .nullable()
      .optional()
      .describe("Default 1. Null: any number of nodes."),
  })
  .meta({ id: "CreateEnrolmentToken" });

export const enrolmentTokenSchema = z
  .object({
    id: z.string(),
    gateway: z.string(),
    name: z.string(),
    maxUses: z.number().int().nullable(),
    uses: z.number().int(),
    expiresAt: timeSchema.nullable(),
    revokedAt: timeSchema.nullable(),
    createdAt: timeSchema,
  })
  .meta({ id: "EnrolmentToken" });

export const createdEnrolmentTokenSchema = enrolmentTokenSchema
  .extend({ token: z.string().describe("Shown this once.") })
  .meta({ id: "CreatedEnrolmentToken" });

export const clientAddressDetails = ["full", "network", "none"] as const;

export const requestLogSchema = z
  .strictObject({
    sampleEvery: z
      .number()
      .int("Give a whole number.")
      .min(0, "0 is the least: no samples.")
      .max(1_000_000, "Keep it to 1,000,000.")
      .describe("Of calls that were neither refused nor failed, one in so many is written down; 0: none."),
    clientAddress: z
      .enum(clientAddressDetails)
      .describe("How much of the client's address is written down. network: /24, of IPv6 /48."),
  })
  .meta({ id: "RequestLogSettings" });

export const updateEnvironmentSchema = z
  .strictObject({ requestLog: requestLogSchema })
  .meta({ id: "UpdateEnvironment" });

export const environmentSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    production: z.boolean(),
    release: z.number().int().nullable().describe("Number of the current release."),
    releasedAt: timeSchema.nullable(),
    gateways: z.array(z.object({ slug: z.string(), name: z.string(), publicUrl: z.string() })),
    nodesExpected: z.number().int().describe("Nodes that are online."),
    nodesRunning: z.number().int().describe("Of them, those that run the current release."),
    requestLog: requestLogSchema.describe("In force with the next release."),
  })
  .meta({ id: "Environment" });

export const createReleaseSchema = z.strictObject({ note: noteSchema.optional() }).meta({ id: "CreateRelease" });

export const changeKinds = ["added", "removed", "changed"] as const;
export const changeSubjects = ["api-version", "operation", "upstream", "plan", "limit", "settings"] as const;

export const releaseChangeSchema = z
  .object({
    kind: z.enum(changeKinds),
    subject: z.enum(changeSubjects),
    name: z.string().describe('"orders v1", "orders v1 GET /orders", "shop/gold burst"'),
    text: z.string().describe("One sentence."),
  })
  .meta({ id: "ReleaseChange" });

export const releaseChangesSchema = z
  .object({
    summary: z.string().describe('"adds 2 operations, changes 1 limit; 3 applications affected"'),
    applicationsAffected: z.number().int(),
    changes: z.array(releaseChangeSchema).describe("The first 500."),
    total: z.number().int(),
  })
  .meta({ id: "ReleaseChanges" });

export const releaseNodeStates = ["active", "pending", "refused", "superseded", "offline"] as const;

export const releaseNodeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    gateway: z.string(),
    state: z
      .enum(releaseNodeStates)
      .describe("active: runs it; pending: has yet to; refused: said why not; superseded: ran it, runs another now."),
    activatedAt: timeSchema.nullable().describe("Since when."),
    activationMs: z.number().nullable().describe("From hearing of it to the last worker."),
    afterPublishMs: z
      .number()
      .nullable()
      .describe("From the publish to the last worker, by the clocks of both machines."),
    release: z.number().int().nullable().describe("What it runs now."),
    lastHeartbeatAt: timeSchema.nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: "ReleaseNode" });

const releaseSummaryShape = {
  environment: z.string(),
  number: z.number().int(),
  note: z.string(),
  current: z.boolean(),
  restoredFrom: z.number().int().nullable(),
  createdAt: timeSchema,
  createdBy: z.string().nullable(),
  summary: z.string(),
  nodesRunning: z.number().int(),
  nodesExpected: z.number().int().describe("Nodes that are online now."),
};

export const releaseSummarySchema = z.object(releaseSummaryShape).meta({ id: "ReleaseSummary" });

export const releaseSchema = z
  .object({
    ...releaseSummaryShape,
    changes: releaseChangesSchema,
    chunks: z.array(z.object({ kind: z.string(), name: z.string(), sha256: z.string(), bytes: z.number().int() })),
    nodes: z.array(releaseNodeSchema),
  })
  .meta({ id: "Release" });

export const releaseCheckSchema = z
  .object({
    ok: z.boolean().describe("Whether it could be published as it is."),
    problems: z.array(problemItemSchema),
    changes: releaseChangesSchema.nullable().describe("Against the current release; null when there are problems."),
    unchanged: z.boolean(),
  })
  .meta({ id: "ReleaseCheck" });

export type Node = z.infer<typeof nodeSchema>;
export type Gateway = z.infer<typeof gatewaySchema>;
export type CreateGateway = z.infer<typeof createGatewaySchema>;
export type UpdateGateway = z.infer<typeof updateGatewaySchema>;
export type EnrolmentToken = z.infer<typeof enrolmentTokenSchema>;
export type CreateEnrolmentToken = z.infer<typeof createEnrolmentTokenSchema>;
export type CreatedEnrolmentToken = z.infer<typeof createdEnrolmentTokenSchema>;
export type RequestLogSettings = z.infer<typeof requestLogSchema>;
export type UpdateEnvironment = z.infer<typeof updateEnvironmentSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type CreateRelease = z.infer<typeof createReleaseSchema>;
export type ReleaseChange = z.infer<typeof releaseChangeSchema>;
export type ReleaseChanges = z.infer<typeof releaseChangesSchema>;
export type ReleaseNode = z.infer<typeof releaseNodeSchema>;
export type ReleaseSummary = z.infer<typeof releaseSummarySchema>;
export type Release = z.infer<typeof releaseSchema>;
export type ReleaseCheck = z.infer<typeof releaseCheckSchema>;
