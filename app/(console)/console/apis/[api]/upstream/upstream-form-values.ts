import { z } from "zod";
import {
  balancingSchema,
  circuitBreakerSchema,
  healthCheckSchema,
  MAIN_POOL,
  mirrorSchema,
  retriesSchema,
  targetsInputSchema,
  timeoutsShape,
  updateUpstreamSchema,
  type UpdateUpstream,
  type Upstream,
} from "@/lib/api-schemas";
import { splitFormSchema, splitOf, splitProblems, splitUsesOf, splitValuesOf } from "./split-form-values";
import { TRAITS, traitOf } from "./trait";

const algorithms = ["round-robin", "least-connections", "hash"] as const;

/** What a hash goes by; the name is of no meaning for what has none. */
const balancingFormSchema = z
  .object({ algorithm: z.enum(algorithms), by: z.object({ from: z.enum(TRAITS), name: z.string() }) })
  .superRefine((balancing, context) => {
    const parsed = balancingSchema.safeParse(balancingOf(balancing));
    for (const issue of parsed.success ? [] : parsed.error.issues) {
      context.addIssue({ code: "custom", path: issue.path, message: issue.message });
    }
  });

/** Names are those of the management API, so that its problems find their field. A part that is not used keeps its values meanwhile. */
export const upstreamFormSchema = z
  .object({
    targets: targetsInputSchema,
    ...timeoutsShape,
    balancing: balancingFormSchema,
    uses: z.object({
      circuitBreaker: z.boolean(),
      healthCheck: z.boolean(),
      mirror: z.boolean(),
      retries: z.boolean(),
      canary: z.boolean(),
      ramp: z.boolean(),
      halt: z.boolean(),
    }),
    circuitBreaker: circuitBreakerSchema,
    healthCheck: healthCheckSchema,
    slowStartSeconds: updateUpstreamSchema.shape.slowStartSeconds,
    retries: retriesSchema,
    mirror: mirrorSchema,
    split: splitFormSchema,
    tls: z.object({ serverName: z.string(), clientCertificate: z.string() }),
  })
  .superRefine(({ mirror, split, targets, uses }, context) => {
    for (const { path, message } of splitProblems(
      split,
      uses,
      targets.map(({ pool }) => pool),
    )) {
      context.addIssue({ code: "custom", path, message });
    }
    const isGood = mirror.pool !== MAIN_POOL && targets.some(({ pool }) => pool === mirror.pool);
    if (uses.mirror && !isGood) {
      context.addIssue({
        code: "custom",
        path: ["mirror", "pool"],
        message: `Name the pool of a target above, other than “${MAIN_POOL}”.`,
      });
    }
  });

export type UpstreamFormValues = z.infer<typeof upstreamFormSchema>;

export function formValuesOf(upstream: Upstream): UpstreamFormValues {
  const { circuitBreaker, healthCheck, mirror, retries } = upstream;
  return {
    targets: upstream.targets.map(({ url, weight, pool }) => ({ url, weight, pool })),
    connectTimeoutMs: upstream.connectTimeoutMs,
    sendTimeoutMs: upstream.sendTimeoutMs,
    readTimeoutMs: upstream.readTimeoutMs,
    balancing: balancingValuesOf(upstream),
    uses: {
      circuitBreaker: circuitBreaker !== undefined,
      healthCheck: healthCheck !== undefined,
      mirror: mirror !== undefined,
      retries: retries !== undefined,
      ...splitUsesOf(upstream),
    },
    circuitBreaker: circuitBreaker ?? circuitBreakerSchema.parse({}),
    healthCheck: healthCheck ?? healthCheckSchema.parse({}),
    slowStartSeconds: upstream.slowStartSeconds,
    retries: retries ?? retriesSchema.parse({}),
    mirror: mirror ?? mirrorSchema.parse({ pool: "mirror", percent: 10 }),
    split: splitValuesOf(upstream),
    tls: {
      serverName: upstream.tls?.serverName ?? "",
      clientCertificate: upstream.tls?.clientCertificate ?? "",
    },
  };
}

/** What the form does not show stays as it is. */
export function changeOf(values: UpstreamFormValues): UpdateUpstream {
  const { balancing, circuitBreaker, healthCheck, mirror, retries, slowStartSeconds, split, tls, uses, ...rest } =
    values;
  return {
    ...rest,
    balancing: balancingOf(balancing),
    circuitBreaker: uses.circuitBreaker ? circuitBreaker : null,
    healthCheck: uses.healthCheck ? healthCheck : null,
    slowStartSeconds: slowStartSeconds ?? null,
    retries: uses.retries ? retries : null,
    mirror: uses.mirror ? mirror : null,
    split: splitOf(split, uses),
    tls: tlsOf(tls),
  };
}

function balancingValuesOf({ balancing }: Upstream): UpstreamFormValues["balancing"] {
  if (balancing?.algorithm !== "hash") {
    return { algorithm: balancing?.algorithm ?? "round-robin", by: { from: "subscription", name: "" } };
  }
  const { by } = balancing;
  return { algorithm: "hash", by: { from: by.from, name: "name" in by ? by.name : "" } };
}

function balancingOf({ algorithm, by }: UpstreamFormValues["balancing"]): NonNullable<UpdateUpstream["balancing"]> {
  if (algorithm !== "hash") {
    return { algorithm };
  }
  return { algorithm, by: traitOf(by.from, by.name) };
}

function tlsOf({ serverName, clientCertificate }: UpstreamFormValues["tls"]): UpdateUpstream["tls"] {
  const given = Object.entries({ serverName, clientCertificate })
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== "");
  return given.length === 0 ? null : Object.fromEntries(given);
}
