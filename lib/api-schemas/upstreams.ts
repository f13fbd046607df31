import { z } from "zod";
import { MAIN_POOL } from "@/gateway/compiler/check-upstream";
import { parseTargetUrl } from "@/gateway/compiler/target-url";
import { poolName, upstreamSettingsShape } from "@/gateway/compiler/upstream-settings";
import { alsoBesideProblemsOfItems } from "./common";

/** The pool of targets that name none. */
export { MAIN_POOL };
/** Parts of an upstream's settings, for forms that edit them one by one. */
export {
  balancingSchema,
  canarySchema,
  circuitBreakerSchema,
  healthCheckSchema,
  mirrorSchema,
  retriesSchema,
  splitSchema,
} from "@/gateway/compiler/upstream-settings";

/** Address of a target, checked by the same code that compiles it. */
export const targetUrlSchema = z
  .string()
  .max(2000, "Keep it to 2,000 characters.")
  .superRefine((url, context) => {
    const parsed = parseTargetUrl(url);
    if (!parsed.ok) {
      context.addIssue({
        code: "custom",
        message: `The address ${parsed.message}.`,
        params: { code: "upstream_url_invalid" },
      });
    }
  })
  .describe(
    "http:// or https://, without credentials, query or fragment. Private addresses are allowed. http+srv:// and https+srv:// take hosts and ports from the SRV records of a name.",
  );

export const targetsInputSchema = z
  .array(
    z.strictObject({
      url: targetUrlSchema,
      weight: z
        .number()
        .int("Give a whole number.")
        .min(0)
        .max(100)
        .optional()
        .describe("Share of the requests; default 1."),
      pool: poolName.optional().describe(`Named pool that rules and shares lead to; default "${MAIN_POOL}".`),
    }),
  )
  .min(1, "Give at least one target.")
  .max(64, "Keep it to 64 targets.")
  .refine(
    (targets: readonly { weight?: unknown }[]) =>
      !targets.every((target) => target?.weight === 0) || targets.length === 0,
    {
      error: "Every target has weight 0: no request could be sent.",
      params: { code: "upstream_weights_zero" },
      ...alsoBesideProblemsOfItems,
    },
  );

const timeout = z.number().int("Give whole milliseconds.").min(1).max(600_000).optional();

export const timeoutsShape = {
  connectTimeoutMs: timeout.describe("Default 3,000."),
  sendTimeoutMs: timeout.describe("Longest pause while sending; default 60,000."),
  readTimeoutMs: timeout.describe("Longest pause while receiving; default 60,000."),
};

/** What a new upstream may be told besides. */
export const upstreamInputShape = { ...timeoutsShape, ...upstreamSettingsShape };

const { balancing, circuitBreaker, healthCheck, mirror, retries, slowStartSeconds, split, tls } = upstreamSettingsShape;

export const updateUpstreamSchema = z
  .strictObject({
    targets: targetsInputSchema.optional(),
    ...timeoutsShape,
    balancing: balancing.nullable(),
    circuitBreaker: circuitBreaker.nullable().describe("Replaces what was; null: targets are never taken out."),
    healthCheck: healthCheck.nullable().describe("Replaces what was; null: no checks."),
    slowStartSeconds: slowStartSeconds.nullable(),
    retries: retries.nullable().describe("Null: one further try where there are several targets."),
    tls: tls.nullable(),
    split: split.nullable(),
    mirror: mirror.nullable().describe("Replaces what was; null: no call is copied."),
  })
  .meta({ id: "UpdateUpstream" });

export type UpdateUpstream = z.infer<typeof updateUpstreamSchema>;
