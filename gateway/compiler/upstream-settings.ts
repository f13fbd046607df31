import { z } from "zod";
import { claimName } from "../contract/limits";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;

const status = z.number().int("Give a whole number.").min(100).max(599);
const seconds = (longest: number) => z.number().min(0.1, "At least 0.1 seconds.").max(longest);
const percent = z.number().min(0, "At least 0 %.").max(100, "At most 100 %.");
const attempts = (most: number) => z.number().int("Give a whole number.").min(1).max(most);
const fieldName = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, "Letters, digits, - and _; at most 100.");
export const poolName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Lower-case letters, digits and -; at most 40.");
const path = z
  .string()
  .max(2000)
  .regex(/^\/[\x21-\x7e]*$/, "Start with / and leave out spaces.");

export const requestTraitSchema = z.discriminatedUnion("from", [
  z.strictObject({ from: z.enum(["address", "subscription"]) }),
  z.strictObject({ from: z.enum(["header", "cookie", "query"]), name: fieldName }),
  z
    .strictObject({ from: z.literal("claim"), name: claimName })
    .describe("Of the token that jwt-validation has verified."),
]);

export const balancingSchema = z.discriminatedUnion("algorithm", [
  z.strictObject({ algorithm: z.enum(["round-robin", "least-connections"]) }),
  z.strictObject({ algorithm: z.literal("hash"), by: requestTraitSchema }),
]);

export const circuitBreakerSchema = z
  .strictObject({
    consecutiveFailures: z.number().int().min(0).max(1000).default(5).describe("Failures in a row; 0 = not counted."),
    errorSharePercent: percent.default(0).describe("Share of failures within the window; 0 = not looked at."),
    minimumRequests: attempts(1_000_000).default(20).describe("Before the share counts."),
    windowSeconds: seconds(HOUR_SECONDS).default(10),
    openSeconds: seconds(HOUR_SECONDS).default(5).describe("Doubled with each probe that fails."),
    longestOpenSeconds: seconds(HOUR_SECONDS).default(120),
    statuses: z
      .array(status)
      .max(50)
      .default([502, 503, 504])
      .describe("Statuses that are failures, besides no connection, no answer in time and an answer that is not HTTP."),
  })
  .refine((breaker) => breaker.consecutiveFailures > 0 || breaker.errorSharePercent > 0, {
    error: "Nothing would open the circuit: give consecutiveFailures or errorSharePercent.",
  })
  .refine((breaker) => breaker.longestOpenSeconds >= breaker.openSeconds, {
    error: "longestOpenSeconds must not be below openSeconds.",
    path: ["longestOpenSeconds"],
  });

export const healthCheckSchema = z.strictObject({
  kind: z.enum(["http", "tcp"]).default("http"),
  path: path.default("/").describe("Asked with GET as it stands; the target's own path is not put before it."),
  statuses: z.array(status).min(1).max(50).default([200, 204]),
  intervalSeconds: seconds(HOUR_SECONDS).default(5),
  timeoutSeconds: seconds(MINUTE_SECONDS).default(2),
  unhealthyAfter: attempts(100).default(3),
  healthyAfter: attempts(100).default(2),
});

export const retriesSchema = z.strictObject({
  attempts: z.number().int("Give a whole number.").min(0).max(5).default(1).describe("Further tries; 0 = none."),
  budgetPercent: percent.default(20).describe("Retries may be this share of the requests."),
  tryTimeoutMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .describe("Longest pause of a try that can be followed by another; 0 = readTimeoutMs."),
});

export const upstreamTlsSchema = z
  .strictObject({
    serverName: z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, "Give a host name.")
      .max(253)
      .optional()
      .describe("Name that is sent (SNI) and that the certificate must have, in place of the target's host."),
    clientCertificate: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, "Give the name of a certificate.")
      .max(63)
      .optional()
      .describe("Name of the environment's certificate for clients that is presented. Only admins may set it."),
  })
  .refine((tls) => tls.serverName !== undefined || tls.clientCertificate !== undefined, {
    error: "Give serverName or clientCertificate.",
  });

export const canarySchema = z
  .strictObject({
    pool: poolName,
    percent: percent.describe("Share of the requests, at the end of the ramp if there is one."),
    ramp: z
      .strictObject({ fromPercent: percent.default(0), startsAt: z.iso.datetime(), endsAt: z.iso.datetime() })
      .refine((ramp) => Date.parse(ramp.endsAt) > Date.parse(ramp.startsAt), {
        error: "The ramp must end after it starts.",
        path: ["endsAt"],
      })
      .optional(),
    stickyBy: requestTraitSchema.optional().describe("Who is in stays in. Absent: every request is decided anew."),
    halt: z
      .strictObject({
        errorSharePercent: percent.default(0).describe("0 = not looked at."),
        p95Ms: z
          .number()
          .int()
          .min(0)
          .max(600_000)
          .default(0)
          .describe("Until the head of an answer; 0 = not looked at."),
        minimumRequests: attempts(1_000_000).default(20),
        windowSeconds: seconds(HOUR_SECONDS).default(60),
      })
      .refine((halt) => halt.errorSharePercent > 0 || halt.p95Ms > 0, {
        error: "Nothing would halt the canary: give errorSharePercent or p95Ms.",
      })
      .optional()
      .describe("When a node stops sending requests to the pool by itself."),
  })
  .describe("A share of the requests for another pool.");

export const splitSchema = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        from: z.enum(["header", "query"]),
        name: fieldName,
        value: z.string().min(1).max(200),
        pool: poolName,
      }),
    )
    .max(20)
    .default([])
    .describe("The first that fits decides, before any share."),
  canary: canarySchema.optional(),
});

export const mirrorSchema = z
  .strictObject({
    pool: poolName.describe("Pool that gets the copies. Its answers go nowhere."),
    percent: percent.describe("Share of the calls that are copied."),
    stickyBy: requestTraitSchema.optional().describe("Whose calls are copied. Absent: every call is decided anew."),
    methods: z
      .enum(["safe", "all"])
      .default("safe")
      .describe("safe: GET, HEAD and OPTIONS. all: the receiver does a second time whatever calls ask for."),
    maxBodyBytes: z
      .number()
      .int("Give a whole number.")
      .min(0)
      .max(1_048_576)
      .default(65_536)
      .describe("Calls with a larger body, or one whose length nobody knows, are skipped."),
    timeoutMs: z
      .number()
      .int("Give whole milliseconds.")
      .min(1)
      .max(60_000)
      .default(5_000)
      .describe("For a copy as a whole, from the connection to the head of the answer."),
    maxConcurrent: attempts(256)
      .default(64)
      .describe("Copies under way at once, per worker; those beyond are dropped."),
  })
  .describe("A share of the calls is copied to another pool, whose answers, failures and delays touch no caller.");

/**
 * What an upstream may be told beyond its targets and timeouts, as people write it. The management API takes it, the database keeps it,
 * the compiler turns it into the contract's form. Everything is optional; what is absent costs requests nothing.
 */
export const upstreamSettingsShape = {
  balancing: balancingSchema.optional(),
  circuitBreaker: circuitBreakerSchema.optional(),
  healthCheck: healthCheckSchema.optional(),
  slowStartSeconds: seconds(HOUR_SECONDS).optional(),
  retries: retriesSchema.optional(),
  tls: upstreamTlsSchema.optional(),
  split: splitSchema.optional(),
  mirror: mirrorSchema.optional(),
} as const;

export const upstreamSettingsSchema = z.strictObject(upstreamSettingsShape);

/** With every default filled in. */
export type UpstreamSettings = z.output<typeof upstreamSettingsSchema>;
/** As it may be written. */
export type UpstreamSettingsInput = z.input<typeof upstreamSettingsSchema>;
export type RequestTraitSetting = z.output<typeof requestTraitSchema>;
