import { z } from "zod";
import type { Limit } from "./limit-types";

export const limitAlgorithms = [
  "fixed-window",
  "sliding-window",
  "sliding-log",
  "token-bucket",
  "leaky-bucket",
  "spike-arrest",
  "concurrency",
  "calendar",
] as const;
export const limitScopes = ["subscription", "application", "operation", "address", "header", "claim"] as const;
export const limitUnits = ["requests", "bytes"] as const;
export const limitModes = ["enforce", "shadow"] as const;
export const limitCounts = ["admitted", "successful", "all"] as const;
export const calendarPeriods = ["hour", "day", "week", "month"] as const;

/** A sliding log keeps the moment of every call: so many fit into the memory a node sets aside for one subject. */
export const LARGEST_LOG_QUOTA = 1000;
/** A call that waits in a leaky bucket holds a connection. */
export const LONGEST_DELAY_SECONDS = 60;
/** The longest that a calendar period can be. A day on which a clock is set back is longer by less than it matters here. */
export const PERIOD_SECONDS = { hour: 3600, day: 86_400, week: 604_800, month: 2_678_400 } as const;

/** Of a token's claims; printable, since it stands in sentences. */
export const claimName = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "Give the name of a claim: printable, without spaces, at most 200 characters.");

const identifier = z.number().int().positive();

export const operationLimitSchema = z.strictObject({
  operation: identifier,
  cost: z.number().int().nonnegative().optional(),
  quota: z.number().int().positive().optional(),
});

export const limitSchema = z
  .strictObject({
    id: identifier,
    name: z.string().regex(/^[A-Za-z0-9 ._-]{1,64}$/, "letters, digits, spaces, dots, dashes; at most 64"),
    algorithm: z.enum(limitAlgorithms),
    quota: z.number().int().positive(),
    windowSeconds: z.number().int().nonnegative(),
    scope: z.enum(limitScopes),
    burst: z.number().int().positive().optional(),
    unit: z.literal("bytes").optional(),
    mode: z.literal("shadow").optional(),
    counts: z.enum(["successful", "all"]).optional(),
    header: z
      .string()
      .regex(/^http_[a-z0-9_]+$/, "nginx's variable of a header field")
      .optional(),
    claim: claimName.optional(),
    calendar: z.strictObject({ period: z.enum(calendarPeriods), zone: z.string() }).optional(),
    operations: z.array(operationLimitSchema).optional(),
  })
  .superRefine((limit, context) => {
    for (const { field, message } of findLimitProblems({ ...limit, period: limit.calendar?.period })) {
      context.addIssue({ code: "custom", path: [field === "period" ? "calendar" : field], message });
    }
  }) satisfies z.ZodType<Limit>;

/** Pairs of epoch seconds and offset, see ZoneTable. */
export const zoneTableSchema = z
  .array(z.number().int())
  .min(2)
  .refine((table) => table.length % 2 === 0, "pairs of a moment and an offset")
  .refine((table) => table.every((value, index) => index % 2 === 1 || index === 0 || value > (table[index - 2] ?? 0)), {
    message: "moments in ascending order",
  });

/** The fields of a limit that bind each other, in whichever document they stand. */
export interface LimitFields {
  readonly algorithm: Limit["algorithm"];
  readonly quota: number;
  readonly windowSeconds?: number | undefined;
  readonly scope?: Limit["scope"] | undefined;
  readonly burst?: number | undefined;
  readonly unit?: (typeof limitUnits)[number] | undefined;
  readonly counts?: (typeof limitCounts)[number] | undefined;
  readonly header?: string | undefined;
  readonly claim?: string | undefined;
  readonly period?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly costs?: Readonly<Record<string, number>> | undefined;
  readonly operationQuotas?: Readonly<Record<string, number>> | undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export interface LimitProblem {
  readonly field: keyof LimitFields;
  /** The operation's, where the field has an entry for each. */
  readonly key?: string;
  readonly message: string;
}

const WITH_BURST = ["token-bucket", "leaky-bucket"];
const WITH_BYTES = ["fixed-window", "sliding-window", "calendar"];
const WITH_RETURNS = ["fixed-window", "sliding-window", "calendar", "token-bucket"];
const WITH_REFUSED = [...WITH_RETURNS, "sliding-log", "spike-arrest"];

/** Everything that is wrong with how the fields of a limit go together. */
export function findLimitProblems(limit: LimitFields): LimitProblem[] {
  const { algorithm, burst, counts = "admitted" } = limit;
  const problems: LimitProblem[] = [];
  const add = (isWrong: boolean, field: keyof LimitFields, message: string) => {
    if (isWrong) {
      problems.push({ field, message });
    }
  };
  const hasOwnWindow = algorithm !== "calendar" && algorithm !== "concurrency";
  add(hasOwnWindow && (limit.windowSeconds ?? 0) < 1, "windowSeconds", "Give a window of at least one second.");
  add(algorithm === "calendar" && limit.period === undefined, "period", "Give the period of the quota.");
  add(algorithm !== "calendar" && limit.period !== undefined, "period", `A ${algorithm} limit has no period.`);
  add(limit.scope === "header" && limit.header === undefined, "header", "Name the header field that is counted by.");
  add(limit.scope !== "header" && limit.header !== undefined, "header", "Only limits per header name a header field.");
  add(limit.scope === "claim" && limit.claim === undefined, "claim", "Name the claim that is counted by.");
  add(limit.scope !== "claim" && limit.claim !== undefined, "claim", "Only limits per claim name a claim.");
  const logProblem = findLogProblem(algorithm, limit.quota);
  add(logProblem !== undefined, "quota", logProblem ?? "");
  add(burst !== undefined && !WITH_BURST.includes(algorithm), "burst", `A ${algorithm} limit has no burst.`);
  add(algorithm === "leaky-bucket" && burst === undefined, "burst", "Say how many calls may wait.");
  const delayProblem = findDelayProblem(limit, limit.quota);
  add(delayProblem !== undefined, "burst", delayProblem ?? "");
  for (const [key, quota] of Object.entries(limit.operationQuotas ?? {})) {
    const message = findLogProblem(algorithm, quota) ?? findDelayProblem(limit, quota);
    if (message !== undefined) {
      problems.push({ field: "operationQuotas", key, message });
    }
  }
  const { timeZone } = limit;
  add(timeZone !== undefined && !isTimeZone(timeZone), "timeZone", `There is no time zone "${timeZone}".`);
  add(timeZone !== undefined && algorithm !== "calendar", "timeZone", `A ${algorithm} limit has no time zone.`);
  const isBytes = limit.unit === "bytes";
  const hasCosts = Object.keys(limit.costs ?? {}).length > 0;
  add(
    hasCosts && (isBytes || algorithm === "concurrency"),
    "costs",
    "Only limits that count calls know what one costs.",
  );
  add(isBytes && !WITH_BYTES.includes(algorithm), "unit", `A ${algorithm} limit cannot count bytes.`);
  add(isBytes && counts !== "admitted", "counts", "Bytes are counted of calls that were let through.");
  add(
    counts === "successful" && !WITH_RETURNS.includes(algorithm),
    "counts",
    `A ${algorithm} limit cannot give back what failed calls took.`,
  );
  add(
    counts === "all" && !WITH_REFUSED.includes(algorithm),
    "counts",
    `A ${algorithm} limit cannot count refused calls.`,
  );
  return problems;
}

/**
 * What keeps a subscription from having this quota of its own in the place of the limit's. An operation with a quota of its own keeps it, and so
 * asks nothing of this one.
 */
export function findOwnQuotaProblem(limit: LimitFields, quota: number): string | undefined {
  const room = largestCost(limit, quota);
  const tooDear = Object.entries(limit.costs ?? {}).find(
    ([key, cost]) => cost > room && !Object.hasOwn(limit.operationQuotas ?? {}, key),
  );
  return (
    findLogProblem(limit.algorithm, quota) ??
    findDelayProblem(limit, quota) ??
    (tooDear && `A call of "${tooDear[0]}" costs ${tooDear[1]}, and would never be let through.`)
  );
}

/** What a call may cost at most to be let through at all. */
export function largestCost({ algorithm, burst }: Pick<LimitFields, "algorithm" | "burst">, quota: number): number {
  return algorithm === "token-bucket" ? (burst ?? quota) : quota;
}

function findLogProblem(algorithm: Limit["algorithm"], quota: number): string | undefined {
  return algorithm === "sliding-log" && quota > LARGEST_LOG_QUOTA
    ? `A sliding log remembers every call: keep it to ${LARGEST_LOG_QUOTA.toLocaleString("en")}.`
    : undefined;
}

function findDelayProblem({ algorithm, burst, windowSeconds }: LimitFields, quota: number): string | undefined {
  const delaySeconds = ((burst ?? 0) * (windowSeconds ?? 0)) / quota;
  return algorithm === "leaky-bucket" && delaySeconds > LONGEST_DELAY_SECONDS
    ? `The last of them would wait ${Math.ceil(delaySeconds)} seconds; keep it to ${LONGEST_DELAY_SECONDS}.`
    : undefined;
}
