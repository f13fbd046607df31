import { z } from "zod";
import type { GatewayErrorCode } from "./errors";
import { calendarPeriods, limitAlgorithms, limitScopes } from "./limits";
import { OUTCOMES } from "./outcome";
import { REQUEST_RING } from "./shared-memory";

const count = z.number().int().nonnegative();
/** Postgres' integer, which the control plane's ids are; 0 = none. */
const id = count.max(2_147_483_647);
const text = z.string().max(REQUEST_RING.recordMaxBytes);
const milliseconds = z.number().nonnegative();

/** A limit that refused the call, with what it had counted at that moment. */
export const loggedLimitSchema = z.strictObject({
  name: text,
  algorithm: z.enum(limitAlgorithms),
  scope: z.enum(limitScopes),
  unit: z.enum(["requests", "bytes"]),
  used: z.number().nonnegative(),
  quota: count,
  /** Of a calendar quota the longest its period can be; 0 of concurrency. */
  windowSeconds: count,
  period: z.enum(calendarPeriods).optional(),
  retryAfterSeconds: count,
});

/** What a call was, what became of it, and why. Every refusal and error is written down, and a sample of the rest. */
export const requestRecordSchema = z.strictObject({
  /** When it began, UTC. */
  at: z.iso.datetime(),
  requestId: text,
  /** 0 before the first release. */
  release: id,
  method: text,
  /** As it was sent, without the query, which may hold keys; cut after 500 bytes. */
  path: text,
  apiVersion: id,
  operation: id,
  application: id,
  credential: id,
  subscription: id,
  plan: id,
  status: count.max(999),
  outcome: z.enum(OUTCOMES),
  latencyMs: milliseconds,
  bytesIn: count,
  bytesOut: count,
  /** "" when the environment says that addresses are nobody's business. */
  address: text,
  /** The rest is there only where it applies. */
  target: text.optional(),
  /** As nginx lists them: one per try. */
  upstreamAddress: text.optional(),
  upstreamStatus: text.optional(),
  tries: count.optional(),
  upstreamMs: milliseconds.optional(),
  /** The policy whose decision ended the call. */
  policy: text.optional(),
  /** Of GATEWAY_ERRORS; text, because a node may be newer than the control plane. */
  code: (text as z.ZodType<GatewayErrorCode | (string & {})>).optional(),
  retryAfterSeconds: count.optional(),
  detail: text.optional(),
  errors: z
    .array(z.strictObject({ detail: text, pointer: text }))
    .max(10)
    .optional(),
  limits: z.array(loggedLimitSchema).max(10).optional(),
  /** A limit in mode shadow would have refused it. */
  isShadowed: z.boolean().optional(),
  /** No upstream was asked. */
  isFromCache: z.boolean().optional(),
});

/** As a worker writes it into the ring (REQUEST_RING). */
export const ringRecordSchema = requestRecordSchema.extend({
  /** Epoch seconds. */
  at: z.number().positive(),
  /** Index into OUTCOMES. */
  outcome: z
    .number()
    .int()
    .min(0)
    .max(OUTCOMES.length - 1),
});

/** Records of one outcome that a node ships of one minute; what is more is dropped, and counted. A flood of one kind hides no other. */
export const RECORDS_PER_MINUTE_AND_OUTCOME = 2_000;

/** The control plane takes each (node, sequence) exactly once. */
export const requestLogBatchSchema = z.strictObject({
  sequence: z.number().int().positive(),
  /** Minute in which the records were read (start, UTC). */
  minute: z.iso.datetime(),
  /** Records that this node has dropped since it was enrolled: for want of room in the ring, in the spool, or in the minute. */
  dropped: count,
  rows: z.array(requestRecordSchema).max(30_000),
});

export const requestLogAnswerSchema = z.strictObject({ applied: z.boolean() });

export type LoggedLimit = z.infer<typeof loggedLimitSchema>;
export type RequestRecord = z.infer<typeof requestRecordSchema>;
export type RingRecord = z.infer<typeof ringRecordSchema>;
export type RequestLogBatch = z.infer<typeof requestLogBatchSchema>;
