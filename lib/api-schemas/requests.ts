import { z } from "zod";
import { loggedLimitSchema } from "@/gateway/contract/request-log";
import { OUTCOMES } from "@/gateway/contract/outcome";
import { pageQuerySchema, pageSchema, timeSchema } from "./common";

/** Who said no, in one word: what a caller did, an owner set, an upstream or the gateway failed at. */
export const requestKinds = ["refused", "failed", "other"] as const;

export const requestQuerySchema = pageQuerySchema.extend({
  from: timeSchema.optional().describe("Default: 24 hours before `to`."),
  to: timeSchema.optional().describe("Exclusive. Default: now."),
  kind: z
    .enum(requestKinds)
    .optional()
    .describe("refused: the gateway said no; failed: an upstream or the gateway did; other: samples of the rest."),
  outcome: z.enum(OUTCOMES).optional(),
  code: z.string().max(100).optional().describe("Of the refusal: `rate_limit_exceeded`."),
  environment: z.string().max(100).optional(),
  gateway: z.string().max(100).optional(),
  api: z.string().max(100).optional(),
  version: z.string().max(100).optional(),
  operation: z.string().max(500).optional().describe("Key of an operation."),
  application: z.string().max(100).optional(),
  requestId: z.string().max(200).optional(),
});

export const loggedRequestSchema = z
  .object({
    requestId: z.string(),
    at: timeSchema.describe("When it began."),
    explanation: z.string().describe("What became of it and why, in plain words."),
    environment: z.string().nullable(),
    gateway: z.string().nullable(),
    node: z.object({ id: z.string(), name: z.string() }).nullable().describe("For owners, ops and admins."),
    release: z.number().int().nullable(),
    method: z.string(),
    path: z.string().describe("As it was sent, without the query; cut after 500 bytes."),
    api: z.string().nullable().describe("Null: no API was matched, or it is gone."),
    apiName: z.string().nullable(),
    version: z.string().nullable(),
    operation: z.string().nullable(),
    operationPath: z.string().nullable(),
    application: z.object({ id: z.string(), name: z.string() }).nullable().describe("Null: none was recognised."),
    credential: z
      .object({ id: z.string(), name: z.string(), prefix: z.string() })
      .nullable()
      .describe("For who may read the application."),
    product: z.string().nullable(),
    plan: z.string().nullable(),
    planName: z.string().nullable(),
    status: z.number().int(),
    outcome: z.enum(OUTCOMES),
    code: z.string().nullable().describe("Why the gateway answered in the place of the upstream."),
    policy: z.string().nullable().describe("The policy that decided."),
    detail: z.string().nullable(),
    retryAfterSeconds: z.number().int().nullable(),
    limits: z.array(loggedLimitSchema).describe("The limits that said no, with what they had counted."),
    errors: z.array(z.object({ detail: z.string(), pointer: z.string() })).describe("What was wrong with the request."),
    isShadowed: z.boolean().describe("A limit in mode shadow would have refused it."),
    isFromCache: z.boolean(),
    upstream: z
      .object({
        target: z.string().nullable().describe("For owners of the API, ops and admins; so is the address."),
        address: z.string().nullable().describe("One for each try."),
        status: z.string().nullable().describe("One for each try."),
        tries: z.number().int(),
        latencyMs: z.number().nullable(),
      })
      .nullable()
      .describe("Null: none was asked."),
    latencyMs: z.number(),
    bytesIn: z.number().int(),
    bytesOut: z.number().int(),
    address: z.string().nullable().describe("Of the client, as far as the environment keeps it."),
  })
  .meta({ id: "LoggedRequest" });

export const requestPageSchema = pageSchema(loggedRequestSchema).extend({
  dropped: z
    .number()
    .int()
    .describe("Records of this range, of all nodes, that were lost for want of room: the list is not complete."),
});

export type RequestKind = (typeof requestKinds)[number];
export type RequestQuery = z.infer<typeof requestQuerySchema>;
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;
export type RequestPage = z.infer<typeof requestPageSchema>;
