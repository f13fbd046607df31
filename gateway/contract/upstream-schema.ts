import { z } from "zod";
import type {
  Balancing,
  Canary,
  CanaryHalt,
  CircuitBreaker,
  HealthCheck,
  Mirror,
  Pool,
  RequestTrait,
  Retries,
  Split,
  SplitRule,
  Target,
  Upstream,
} from "./upstream-types";

/** Schemas of upstream-types.ts; the compiler refuses one that drifts from its type. */
const identifier = z.number().int().positive();
const count = z.number().int().nonnegative();
const milliseconds = z.number().int().positive();
const share = z.number().min(0).max(1);
const port = z.number().int().min(1).max(65535);
const indexes = z.array(count).min(1);

export const targetSchema = z.strictObject({
  scheme: z.enum(["http", "https"]),
  host: z.string(),
  port,
  service: z.string().min(1).optional(),
  path: z.string(),
  weight: count,
  key: identifier.optional(),
}) satisfies z.ZodType<Target>;

const circuitBreakerSchema = z.strictObject({
  consecutiveFailures: count,
  errorShare: share,
  minimumRequests: z.number().int().positive(),
  windowMs: milliseconds,
  openMs: milliseconds,
  longestOpenMs: milliseconds,
  statuses: z.array(z.number().int()),
}) satisfies z.ZodType<CircuitBreaker>;

const healthCheckSchema = z.strictObject({
  kind: z.enum(["http", "tcp"]),
  path: z.string(),
  statuses: z.array(z.number().int()),
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
  unhealthyAfter: z.number().int().positive(),
  healthyAfter: z.number().int().positive(),
}) satisfies z.ZodType<HealthCheck>;

const requestTraitSchema = z.discriminatedUnion("from", [
  z.strictObject({ from: z.enum(["address", "subscription"]) }),
  z.strictObject({ from: z.enum(["header", "cookie", "query", "claim"]), name: z.string().min(1) }),
]) satisfies z.ZodType<RequestTrait>;

const balancingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("least-connections") }),
  z.strictObject({ kind: z.literal("hash"), by: requestTraitSchema, table: indexes }),
]) satisfies z.ZodType<Balancing>;

const retriesSchema = z.strictObject({
  attempts: count,
  budgetShare: share,
  tryTimeoutMs: count,
}) satisfies z.ZodType<Retries>;

const poolSchema = z.strictObject({
  name: z.string(),
  sequence: indexes,
  table: indexes.optional(),
}) satisfies z.ZodType<Pool>;

const splitRuleSchema = z.strictObject({
  from: z.enum(["header", "query"]),
  name: z.string(),
  value: z.string(),
  pool: z.string(),
}) satisfies z.ZodType<SplitRule>;

const canaryHaltSchema = z.strictObject({
  errorShare: share,
  p95Ms: count,
  minimumRequests: z.number().int().positive(),
  windowMs: milliseconds,
}) satisfies z.ZodType<CanaryHalt>;

const canarySchema = z.strictObject({
  key: identifier,
  pool: z.string(),
  fromShare: share,
  toShare: share,
  startsAt: z.number(),
  endsAt: z.number(),
  stickyBy: requestTraitSchema.optional(),
  halt: canaryHaltSchema.optional(),
}) satisfies z.ZodType<Canary>;

const splitSchema = z.strictObject({
  pools: z.array(poolSchema),
  rules: z.array(splitRuleSchema),
  canary: canarySchema.optional(),
}) satisfies z.ZodType<Split>;

const mirrorSchema = z.strictObject({
  key: identifier,
  pool: z.string(),
  sequence: indexes,
  share,
  stickyBy: requestTraitSchema.optional(),
  methods: z.enum(["safe", "all"]),
  maxBodyBytes: count,
  timeoutMs: milliseconds,
  maxConcurrent: z.number().int().positive(),
}) satisfies z.ZodType<Mirror>;

export const upstreamSchema = z.strictObject({
  id: identifier,
  targets: z.array(targetSchema).min(1),
  sequence: indexes,
  connectTimeoutMs: milliseconds,
  sendTimeoutMs: milliseconds,
  readTimeoutMs: milliseconds,
  circuitBreaker: circuitBreakerSchema.optional(),
  healthCheck: healthCheckSchema.optional(),
  balancing: balancingSchema.optional(),
  slowStartMs: milliseconds.optional(),
  retries: retriesSchema.optional(),
  tlsName: z.string().min(1).optional(),
  clientCertificate: z.string().min(1).optional(),
  split: splitSchema.optional(),
  mirror: mirrorSchema.optional(),
}) satisfies z.ZodType<Upstream>;
