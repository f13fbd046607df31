import { z } from "zod";

/** Postgres' integer: what is larger would fail in the control plane's database. */
const int32 = z.number().int().max(2_147_483_647);
/** UTC, of this era: a clock that was never set says 1970 at the earliest. */
const moment = z.iso.datetime().refine((text) => !(Date.parse(text) < 0), "a moment before 1970");

/** POST /api/gateway/enrol: an enrolment token becomes a node identity. */
export const enrolRequestSchema = z.strictObject({ name: z.string().min(1).max(100), version: z.string() });

export const enrolAnswerSchema = z.strictObject({
  node: z.string(),
  environment: z.string(),
  gateway: z.string(),
  /** Bearer token for every other call of this node. Shown once. */
  token: z.string(),
  /** Ed25519 public key (SPKI PEM) that manifests must verify against; pinned by the node. */
  publicKey: z.string(),
});

/** Sent every two seconds and at once when the active release changes. */
export const heartbeatSchema = z.strictObject({
  version: z.string(),
  startedAt: moment,
  workers: z.strictObject({ expected: int32.positive(), ready: int32.nonnegative() }),
  /** Release that every worker runs; null before the first. */
  release: int32.positive().nullable(),
  /** When the last worker took it up, and the time from hearing of it to then. */
  activatedAt: moment.nullable(),
  activationMs: z.number().nonnegative().nullable(),
  credentialCursor: z.number().int().nonnegative(),
  telemetry: z.strictObject({
    spooledBatches: int32.nonnegative(),
    droppedRequests: z.number().int().nonnegative(),
  }),
  /** What is wrong now, in words for the console: a refused bundle, an unresolved upstream. */
  problems: z.array(z.strictObject({ code: z.string(), message: z.string(), release: z.number().int().nullable() })),
});

/** Newest state the node should have: a heartbeat heals a lost stream event. */
export const heartbeatAnswerSchema = z.strictObject({
  release: z.number().int().positive().nullable(),
  credentialCursor: z.number().int().nonnegative(),
});

/** Lines of GET /api/gateway/stream (application/x-ndjson). A ping comes at least every ten seconds. */
export const streamEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("release"), release: z.number().int().positive() }),
  z.strictObject({ type: z.literal("credentials"), sequence: z.number().int().nonnegative() }),
  z.strictObject({ type: z.literal("certificates") }),
  z.strictObject({ type: z.literal("cache-purges") }),
  z.strictObject({ type: z.literal("ping") }),
]);

export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;
export type Heartbeat = z.infer<typeof heartbeatSchema>;
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;
export type StreamEvent = z.infer<typeof streamEventSchema>;
