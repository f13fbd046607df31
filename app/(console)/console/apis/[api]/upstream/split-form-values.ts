import { z } from "zod";
import { canarySchema, MAIN_POOL, splitSchema, type UpdateUpstream, type Upstream } from "@/lib/api-schemas";
import { TRAITS, traitOf } from "./trait";

const MINUTE_MS = 60_000;
/** A year: longer is a slip, and soon beyond what a time can be. */
const LONGEST_RAMP_MINUTES = 525_600;
const optionalNumber = z.number("Give a number.").optional();
const canaryParts = canarySchema.shape;

/** Loose: what is written into parts that are not used is nobody's business. */
export const splitFormSchema = z.object({
  rules: splitSchema.shape.rules.unwrap(),
  canary: z.object({
    pool: z.string(),
    percent: optionalNumber,
    stickyBy: z.object({ from: z.enum(["none", ...TRAITS]), name: z.string() }),
    /** How long a ramp shall take that begins now; without it one that is there goes on. */
    ramp: z.object({ minutes: optionalNumber }),
    halt: z.object({
      errorSharePercent: optionalNumber,
      p95Ms: optionalNumber,
      minimumRequests: optionalNumber,
      windowSeconds: optionalNumber,
    }),
  }),
  /** A ramp that is under way, or was. */
  ramp: canaryParts.ramp,
});

export type SplitFormValues = z.infer<typeof splitFormSchema>;

export interface SplitUses {
  readonly canary: boolean;
  readonly ramp: boolean;
  readonly halt: boolean;
}

export function splitUsesOf({ split }: Upstream): SplitUses {
  const { canary } = split ?? {};
  return { canary: canary !== undefined, ramp: canary?.ramp !== undefined, halt: canary?.halt !== undefined };
}

export function splitValuesOf({ split }: Upstream): SplitFormValues {
  const { canary } = split ?? {};
  const { stickyBy } = canary ?? {};
  return {
    rules: split?.rules ?? [],
    canary: {
      pool: canary?.pool ?? "canary",
      percent: canary?.percent ?? 5,
      stickyBy: {
        from: stickyBy?.from ?? "none",
        name: stickyBy !== undefined && "name" in stickyBy ? stickyBy.name : "",
      },
      ramp: { minutes: undefined },
      halt: canary?.halt ?? { errorSharePercent: 5, p95Ms: 0, minimumRequests: 20, windowSeconds: 60 },
    },
    ramp: canary?.ramp,
  };
}

/** As the management API takes it; not yet looked at. */
export function splitOf(values: SplitFormValues, uses: SplitUses, nowMs = Date.now()): UpdateUpstream["split"] {
  const { rules } = values;
  if (!uses.canary) {
    return rules.length === 0 ? null : { rules };
  }
  const { pool, percent, stickyBy, halt } = values.canary;
  const canary = {
    pool,
    percent,
    ...(stickyBy.from !== "none" && { stickyBy: traitOf(stickyBy.from, stickyBy.name) }),
    ...(uses.ramp && { ramp: rampOf(values, nowMs) }),
    ...(uses.halt && { halt }),
  };
  return { rules, canary } as UpdateUpstream["split"];
}

function rampOf({ canary, ramp }: SplitFormValues, nowMs: number) {
  const { minutes } = canary.ramp;
  if (minutes === undefined) {
    return ramp;
  }
  const time = (afterMs: number) => new Date(nowMs + afterMs).toISOString();
  return { fromPercent: ramp?.fromPercent ?? 0, startsAt: time(0), endsAt: time(minutes * MINUTE_MS) };
}

/** What is wrong with the parts that are used, each at its field. */
export function splitProblems(
  values: SplitFormValues,
  uses: SplitUses,
  pools: readonly (string | undefined)[],
): { path: PropertyKey[]; message: string }[] {
  const isPool = (name: string) => pools.some((pool) => (pool ?? MAIN_POOL) === name);
  const problems: { path: PropertyKey[]; message: string }[] = values.rules.flatMap(({ pool }, index) =>
    isPool(pool) ? [] : [{ path: ["split", "rules", index, "pool"], message: "Name the pool of a target above." }],
  );
  if (!uses.canary) {
    return problems;
  }
  const { pool, ramp } = values.canary;
  if (pool === MAIN_POOL || !isPool(pool)) {
    const message = `Name the pool of a target above, other than “${MAIN_POOL}”.`;
    problems.push({ path: ["split", "canary", "pool"], message });
  }
  const minutesAt = ["split", "canary", "ramp", "minutes"];
  if (uses.ramp && ramp.minutes === undefined && values.ramp === undefined) {
    problems.push({ path: minutesAt, message: "Say how long it shall take." });
  } else if (uses.ramp && ramp.minutes !== undefined && !(ramp.minutes > 0)) {
    problems.push({ path: minutesAt, message: "Give more than 0." });
  } else if (uses.ramp && ramp.minutes !== undefined && ramp.minutes > LONGEST_RAMP_MINUTES) {
    problems.push({ path: minutesAt, message: "Keep it to a year: 525,600." });
  } else {
    const parsed = canarySchema.safeParse(splitOf(values, uses)?.canary);
    const issues = parsed.success ? [] : parsed.error.issues;
    problems.push(
      ...issues
        .filter(({ path }) => path[0] !== "pool")
        .map(({ path, message }) => ({
          path: [
            "split",
            "canary",
            ...(path.length === 1 && path[0] === "halt" ? ["halt", "errorSharePercent"] : path),
          ],
          message,
        })),
    );
  }
  return problems;
}
