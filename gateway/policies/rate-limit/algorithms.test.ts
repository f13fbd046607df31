import fc from "fast-check";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { zoneTable } from "../../compiler/zone-table";
import type { CalendarPeriod, Limit } from "../../contract/bundle-types";
import { playCase } from "../../testing/play-case";
import { times } from "../../testing/window-sequences";
import type { CaseStep, StepResult } from "../case";
import { LONGEST_WAIT_SECONDS } from "./rule";
import { run } from "./run";

const RUNS = { numRuns: 800, seed: 20260901 } as const;
/** Of times like EPOCH and sums of some hundred calls, what doubles may be off by. */
const ROUNDING = 1e-5;

/** A call that came, and what the limit made of it. */
interface Call {
  readonly at: number;
  readonly cost: number;
  readonly isAdmitted: boolean;
  readonly delaySeconds: number;
  readonly retryAfterSeconds: number;
  readonly remaining: number;
}

const COSTS = [
  { operation: 12, cost: 2 },
  { operation: 13, cost: 3 },
];

function limitOf(
  algorithm: Limit["algorithm"],
  quota: number,
  windowSeconds: number,
  more: Partial<Limit> = {},
): Limit {
  return { id: 1, name: "limit", algorithm, quota, windowSeconds, scope: "subscription", operations: COSTS, ...more };
}

/** Plays calls against one limit by the policy itself. @param costs one per moment, 1 to 3 */
function play(limit: Limit, moments: readonly number[], costs: readonly number[], zone?: string): Call[] {
  const cost = (index: number) => (limit.operations === undefined ? 1 : (costs[index % costs.length] ?? 1));
  const steps = moments.map((nowSeconds, index): CaseStep => {
    const zones = zone === undefined ? undefined : { [zone]: zoneTable(zone) };
    const request = { limits: [limit], subscription: 1, operation: 10 + cost(index), ...(zones && { zones }) };
    return { scene: { nowSeconds }, request, expect: { decision: "pass" } };
  });
  return playCase({ run }, {}, {}, steps, (text) => crc32(text)).map((result, index) => ({
    at: moments[index] ?? 0,
    cost: cost(index),
    isAdmitted: result.decision === "pass",
    delaySeconds: result.delayMs / 1000,
    retryAfterSeconds: retryAfterOf(result),
    remaining: Number(/;?r=(\d+)/.exec(result.rateLimit)?.[1]),
  }));
}

function retryAfterOf({ decision }: StepResult): number {
  return decision !== "pass" && decision.kind === "refuse" ? (decision.retryAfterSeconds ?? 0) : 0;
}

const admitted = (calls: readonly Call[]) => calls.filter(({ isAdmitted }) => isAdmitted);
const costOf = (calls: readonly Call[]) => calls.reduce((sum, { cost }) => sum + cost, 0);

const quotas = fc.integer({ min: 3, max: 12 });
const windows = fc.integer({ min: 1, max: 30 });
const costs = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 7 });
const forwards = times({ stepsBack: false });

/** Holds every decision against a model that sees all calls admitted before: it may not differ but within rounding of the line. */
function expectDecisions(calls: readonly Call[], excess: (before: readonly Call[], call: Call) => number): void {
  calls.forEach((call, index) => {
    const over = excess(admitted(calls.slice(0, index)), call);
    if (Math.abs(over) > ROUNDING) {
      expect(call.isAdmitted).toBe(over < 0);
    }
  });
}

describe("sliding log", () => {
  it("no interval of the window's length ever holds more than the quota, and nothing that fits is refused", () => {
    const property = fc.property(quotas, windows, forwards, costs, (quota, seconds, moments, paid) => {
      const calls = play(limitOf("sliding-log", quota, seconds), moments, paid);
      calls.forEach((call, index) => {
        const before = admitted(calls.slice(0, index)).filter(({ at }) => at > call.at - seconds);
        expect(call.isAdmitted).toBe(costOf(before) + call.cost <= quota);
        expect(call.remaining).toBe(call.isAdmitted ? quota - costOf(before) - call.cost : 0);
      });
      for (const { at } of admitted(calls)) {
        const within = admitted(calls).filter((other) => other.at > at - seconds && other.at <= at);
        expect(costOf(within)).toBeLessThanOrEqual(quota);
      }
    });
    fc.assert(property, RUNS);
  });
});

/** The most that a bucket may have let through: `size` at once and `rate` per second, over every interval that ends with this call. */
function bucketExcess(before: readonly Call[], call: Call, size: number, rate: number): number {
  const all = [...before, call];
  return Math.max(...all.map((first, index) => costOf(all.slice(index)) - size - rate * (call.at - first.at)));
}

describe("token bucket", () => {
  it("no interval of t seconds ever holds more than burst + t × quota / window, and nothing that fits is refused", () => {
    const sizes = fc.integer({ min: 3, max: 20 });
    const property = fc.property(quotas, windows, sizes, forwards, costs, (quota, seconds, burst, moments, paid) => {
      const calls = play(limitOf("token-bucket", quota, seconds, { burst }), moments, paid);
      expectDecisions(calls, (before, call) => bucketExcess(before, call, burst, quota / seconds));
    });
    fc.assert(property, RUNS);
  });
});

describe("leaky bucket", () => {
  it("calls leave at least window / quota apart, in order, none later than it must, none after a minute, and only a full queue refuses", () => {
    const sizes = fc.integer({ min: 1, max: 8 });
    const property = fc.property(quotas, windows, sizes, forwards, costs, (quota, seconds, burst, moments, paid) => {
      const calls = play(limitOf("leaky-bucket", quota, seconds, { burst }), moments, paid);
      const spacing = seconds / quota;
      let free = 0;
      for (const call of calls) {
        const wait = Math.max(0, free - call.at);
        const longest = Math.min(burst * spacing, LONGEST_WAIT_SECONDS);
        if (Math.abs(wait - longest) > ROUNDING) {
          expect(call.isAdmitted).toBe(wait < longest);
        }
        if (call.isAdmitted) {
          // Delays are told in milliseconds here.
          expect(Math.abs(call.delaySeconds - wait)).toBeLessThan(0.001);
          free = call.at + wait + call.cost * spacing;
        }
      }
    });
    fc.assert(property, RUNS);
  });
});

describe("spike arrest", () => {
  it("two calls are never nearer than window / quota times the cost of the first, and what is further apart is admitted", () => {
    const property = fc.property(quotas, windows, forwards, costs, (quota, seconds, moments, paid) => {
      const calls = play(limitOf("spike-arrest", quota, seconds), moments, paid);
      expectDecisions(calls, (before, call) => {
        const last = before.at(-1);
        return last === undefined ? -1 : last.at + (last.cost * seconds) / quota - call.at;
      });
    });
    fc.assert(property, RUNS);
  });
});

/** What a clock on a wall shows, as the name of a period; made by Intl, not by our tables. */
function labelOf(zone: string, period: CalendarPeriod, seconds: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  }).formatToParts(Math.floor(seconds) * 1000);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  const date = new Date(`${part("year")}-${part("month")}-${part("day")}T00:00:00Z`);
  if (period === "month") {
    return `${part("year")}-${part("month")}`;
  }
  if (period === "week") {
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  }
  const day = date.toISOString().slice(0, 10);
  return period === "hour" ? `${day} ${part("hour")}` : day;
}

describe("calendar", () => {
  // Clocks set back over midnight (Havana, Beirut), by half an hour (Lord Howe), not at all (Kathmandu, 5:45 ahead of UTC).
  const zones = ["UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu"];
  const periods = ["hour", "day", "week", "month"] as const;

  it.each(zones)("no period, as clocks in %s show it, ever holds more than the quota", (zone) => {
    const changes = zoneTable(zone).filter((_value, index) => index % 2 === 0);
    const starts = fc.oneof(
      fc.integer({ min: 1_740_000_000, max: 2_500_000_000 }),
      fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -100_000, max: 100_000 })).map(([at, off]) => at + off),
    );
    const steps = fc.array(fc.oneof(fc.constant(0), fc.nat(7200), fc.nat(100_000), fc.nat(2_000_000)), {
      maxLength: 40,
    });
    const property = fc.property(fc.constantFrom(...periods), quotas, starts, steps, (period, quota, start, pauses) => {
      let now = start;
      const moments = pauses.map((pause) => (now += pause));
      const limit = limitOf("calendar", quota, 2_678_400, {
        calendar: { period, zone },
        operations: undefined as never,
      });
      const calls = play(limit, moments, [1], zone);
      // A clock set back shows the period before once more; the period has begun all the same.
      let latest = "";
      const counts = new Map<string, number>();
      for (const call of calls) {
        const label = labelOf(zone, period, call.at);
        latest = label > latest ? label : latest;
        const count = counts.get(latest) ?? 0;
        expect(call.isAdmitted, `${period} ${latest} at ${call.at}`).toBe(count < quota);
        counts.set(latest, count + (call.isAdmitted ? 1 : 0));
      }
    });
    fc.assert(property, { numRuns: 150, seed: 20260902 });
  });

  it("goes on with the last offset behind the end of its table", () => {
    const limit = limitOf("calendar", 1, 86_400, { calendar: { period: "day", zone: "Z" } });
    const late = Date.UTC(2090, 0, 1) / 1000;
    const request = { limits: [limit], zones: { Z: [0, 3600] }, subscription: 1 };
    const steps = [late - 3601, late - 3600, late].map((nowSeconds) => ({
      scene: { nowSeconds },
      request,
      expect: { decision: "pass" as const },
    }));
    const decisions = playCase({ run }, {}, {}, steps, (text) => crc32(text)).map(
      ({ decision }) => decision === "pass",
    );
    expect(decisions).toEqual([true, true, false]);
  });
});

const algorithms = fc.constantFrom(
  limitOf("sliding-log", 5, 7),
  limitOf("token-bucket", 5, 7, { burst: 4 }),
  limitOf("token-bucket", 7, 3),
  limitOf("leaky-bucket", 5, 7, { burst: 3 }),
  limitOf("spike-arrest", 3, 11),
  limitOf("calendar", 4, 3600, { calendar: { period: "hour", zone: "UTC" } }),
  limitOf("fixed-window", 5, 7),
  limitOf("sliding-window", 5, 7),
  limitOf("sliding-log", 5, 7, { counts: "all" }),
  limitOf("token-bucket", 5, 7, { burst: 4, counts: "all" }),
  limitOf("spike-arrest", 3, 11, { counts: "all" }),
  limitOf("calendar", 4, 3600, { calendar: { period: "hour", zone: "UTC" }, counts: "all" }),
  limitOf("fixed-window", 5, 7, { counts: "all" }),
  limitOf("sliding-window", 5, 7, { counts: "all" }),
);

describe("of every algorithm", () => {
  it("a clock that steps back admits nothing that a clock standing still would have refused", () => {
    const property = fc.property(algorithms, times({ stepsBack: true }), costs, (limit, moments, paid) => {
      let latest = 0;
      moments.forEach((now, index) => {
        latest = Math.max(latest, now);
        const standing = play(limit, [...moments.slice(0, index), latest], paid).at(-1);
        const stepped = play(limit, moments.slice(0, index + 1), paid).at(-1);
        expect(stepped?.isAdmitted === true && standing?.isAdmitted === false).toBe(false);
      });
    });
    fc.assert(property, { numRuns: 60, seed: 20260903 });
  });

  it("Retry-After is the first whole second at which the call would be admitted if nobody else called", () => {
    const property = fc.property(algorithms, forwards, costs, (limit, moments, paid) => {
      const calls = play(limit, moments, paid);
      const index = calls.findLastIndex(({ isAdmitted }) => !isAdmitted);
      const refused = calls[index];
      if (refused === undefined) {
        return;
      }
      const before = calls.slice(0, index + 1);
      const later = (seconds: number) => {
        const again = play(
          limit,
          [...before.map(({ at }) => at), refused.at + seconds],
          [...before.map(({ cost }) => cost), refused.cost],
        );
        return again.at(-1)!.isAdmitted;
      };
      expect(later(refused.retryAfterSeconds)).toBe(true);
      // A microsecond of slack: on the very line, rounding may count either second as the first.
      expect(refused.retryAfterSeconds > 1 && later(refused.retryAfterSeconds - 1 - 1e-6)).toBe(false);
    });
    fc.assert(property, RUNS);
  });

  it("waiting for Retry-After is enough under any plan, and no limit that refuses tells a later time", () => {
    const plans = fc.uniqueArray(fc.tuple(algorithms, fc.nat(5)), {
      selector: ([, id]) => id,
      minLength: 2,
      maxLength: 6,
    });
    const property = fc.property(plans, forwards, costs, (plan, moments, paid) => {
      const limits = plan.map(([limit, id]) => ({ ...limit, id: id + 1, name: `limit-${id}` }));
      const steps = moments.map((nowSeconds, index) => ({
        scene: { nowSeconds },
        request: {
          limits,
          zones: { UTC: zoneTable("UTC") },
          subscription: 1,
          operation: 10 + (paid[index % paid.length] ?? 1),
        },
        expect: { decision: "pass" as const },
      }));
      const results = playCase({ run }, {}, {}, steps, (text) => crc32(text));
      const index = results.findLastIndex(({ decision }) => decision !== "pass");
      if (index < 0) {
        return;
      }
      const retryAfter = retryAfterOf(results[index]!);
      for (const [, time] of results[index]!.rateLimit.matchAll(/r=0;t=(\d+)/g)) {
        expect(retryAfter).toBeGreaterThanOrEqual(Number(time));
      }
      const again = { ...steps[index]!, scene: { nowSeconds: moments[index]! + retryAfter } };
      const after = playCase({ run }, {}, {}, [...steps.slice(0, index + 1), again], (text) => crc32(text));
      expect(after.at(-1)!.decision).toBe("pass");
    });
    fc.assert(property, RUNS);
  });

  it("a change of algorithm, quota or window keeps what counts as used", () => {
    const property = fc.property(algorithms, algorithms, fc.integer({ min: 1, max: 3 }), (from, to, count) => {
      const moment = 1_700_000_000;
      const steps = [from, to].map((limit, index): CaseStep => ({
        scene: { nowSeconds: moment },
        request: { limits: [{ ...limit, quota: 900, burst: 900 }], subscription: 1, operation: 11 },
        times: index === 0 ? count : 1,
        expect: { decision: "pass" },
      }));
      const results = playCase({ run }, {}, {}, steps, (text) => crc32(text));
      const used = results.filter(({ decision }) => decision === "pass").length;
      const remaining = Number(/r=(\d+)/.exec(results.at(-1)!.rateLimit)?.[1]);
      // Spike arrest knows only full and empty; of the leaky bucket one more call is under way than waits.
      const expected = { "spike-arrest": 0, "leaky-bucket": 900 - used + 1 }[to.algorithm as string] ?? 900 - used;
      const isUsual = from.algorithm !== "spike-arrest" || to.algorithm === "spike-arrest";
      expect(isUsual ? remaining : expected).toBe(expected);
    });
    fc.assert(property, RUNS);
  });
});
