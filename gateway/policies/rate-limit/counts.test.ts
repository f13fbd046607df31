import fc from "fast-check";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Limit } from "../../contract/bundle-types";
import { playCase } from "../../testing/play-case";
import { times } from "../../testing/window-sequences";
import type { CaseStep } from "../case";
import { run } from "./run";

const RUNS = { numRuns: 200, seed: 20261128 } as const;
/** As in algorithms.test.ts. */
const ROUNDING = 1e-5;
const COSTS = [
  { operation: 12, cost: 2 },
  { operation: 13, cost: 3 },
];

interface Call {
  readonly at: number;
  readonly cost: number;
  readonly end: "success" | "failure" | "never";
  readonly bytes: number;
}

interface Made extends Call {
  readonly isAdmitted: boolean;
}

const calls: fc.Arbitrary<Call[]> = fc
  .tuple(
    times({ stepsBack: false }),
    fc.array(
      fc.record({
        cost: fc.integer({ min: 1, max: 3 }),
        end: fc.constantFrom("success" as const, "failure" as const, "never" as const),
        bytes: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 80, maxLength: 80 },
    ),
  )
  .map(([moments, kinds]) => moments.map((at, index) => ({ at, ...kinds[index]! })));
const quotas = fc.integer({ min: 3, max: 12 });
const windows = fc.integer({ min: 1, max: 30 });

function play(limit: Partial<Limit>, made: readonly Call[], costs = COSTS): Made[] {
  const whole = { id: 1, name: "limit", scope: "subscription", operations: costs, ...limit } as Limit;
  const steps = made.map(({ at, cost, end, bytes }): CaseStep => ({
    scene: { nowSeconds: at },
    request: { limits: [whole], subscription: 1, operation: 10 + cost, end, bytes },
    expect: { decision: "pass" },
  }));
  const results = playCase({ run }, {}, {}, steps, (text) => crc32(text));
  expect(results.at(-1)?.faults).toBe("");
  return made.map((call, index) => ({ ...call, isAdmitted: results[index]!.decision === "pass" }));
}

/** What a window of that moment has taken, by a list of all calls there ever were. */
function usedIn(seconds: number, at: number, before: readonly Made[], taken: (call: Made) => number): number {
  return before
    .filter((call) => Math.floor(call.at / seconds) === Math.floor(at / seconds))
    .reduce((sum, call) => sum + taken(call), 0);
}

describe("counts: all", () => {
  it("a window holds what was refused too", () => {
    const property = fc.property(quotas, windows, calls, (quota, windowSeconds, list) => {
      const made = play({ algorithm: "fixed-window", quota, windowSeconds, counts: "all" }, list);
      made.forEach((call, index) => {
        const used = usedIn(windowSeconds, call.at, made.slice(0, index), ({ cost }) => cost);
        expect(call.isAdmitted).toBe(used + call.cost <= quota);
      });
    });
    fc.assert(property, RUNS);
  });

  it("a sliding log remembers what was refused too", () => {
    const property = fc.property(quotas, windows, calls, (quota, windowSeconds, list) => {
      const made = play({ algorithm: "sliding-log", quota, windowSeconds, counts: "all" }, list);
      made.forEach((call, index) => {
        const within = made.slice(0, index).filter(({ at }) => at > call.at - windowSeconds);
        expect(call.isAdmitted).toBe(within.reduce((sum, { cost }) => sum + cost, call.cost) <= quota);
      });
    });
    fc.assert(property, RUNS);
  });

  it("a refused call empties a token bucket further, down to nothing", () => {
    const property = fc.property(quotas, windows, quotas, calls, (quota, windowSeconds, burst, list) => {
      let tokens = burst;
      let at = list[0]!.at;
      for (const call of play({ algorithm: "token-bucket", quota, windowSeconds, burst, counts: "all" }, list)) {
        tokens = Math.min(burst, tokens + ((call.at - at) * quota) / windowSeconds);
        at = call.at;
        if (Math.abs(tokens - call.cost) > ROUNDING) {
          expect(call.isAdmitted).toBe(tokens >= call.cost);
        }
        tokens = Math.max(0, tokens - call.cost);
      }
    });
    fc.assert(property, RUNS);
  });

  it("spike arrest spaces a call from whatever came before it, refused or not", () => {
    const property = fc.property(quotas, windows, calls, (quota, windowSeconds, list) => {
      let free = 0;
      for (const call of play({ algorithm: "spike-arrest", quota, windowSeconds, counts: "all" }, list)) {
        if (Math.abs(free - call.at) > ROUNDING) {
          expect(call.isAdmitted).toBe(free < call.at);
        }
        free = Math.max(free, call.at + (call.cost * windowSeconds) / quota);
      }
    });
    fc.assert(property, RUNS);
  });
});

describe("counts: successful", () => {
  it("a window holds what went well, and what is still under way", () => {
    const property = fc.property(quotas, windows, calls, (quota, windowSeconds, list) => {
      const made = play({ algorithm: "fixed-window", quota, windowSeconds, counts: "successful" }, list);
      made.forEach((call, index) => {
        const taken = ({ isAdmitted, end, cost }: Made) => (isAdmitted && end !== "failure" ? cost : 0);
        const used = usedIn(windowSeconds, call.at, made.slice(0, index), taken);
        expect(call.isAdmitted).toBe(used + call.cost <= quota);
      });
    });
    fc.assert(property, RUNS);
  });
});

describe("bytes", () => {
  it("a call is let through while those that have ended leave room for one, however many it then takes", () => {
    const property = fc.property(quotas, windows, calls, (quota, windowSeconds, list) => {
      const made = play({ algorithm: "fixed-window", quota, windowSeconds, unit: "bytes" }, list, []);
      made.forEach((call, index) => {
        const taken = ({ isAdmitted, end, bytes }: Made) => (isAdmitted && end !== "never" ? bytes : 0);
        expect(call.isAdmitted).toBe(usedIn(windowSeconds, call.at, made.slice(0, index), taken) < quota);
      });
    });
    fc.assert(property, RUNS);
  });
});

describe("concurrency", () => {
  it("a call is let through while fewer than the quota are under way", () => {
    const property = fc.property(quotas, calls, (quota, list) => {
      let underWay = 0;
      for (const call of play({ algorithm: "concurrency", quota, windowSeconds: 0 }, list, [])) {
        expect(call.isAdmitted).toBe(underWay < quota);
        underWay += call.isAdmitted && call.end === "never" ? 1 : 0;
      }
    });
    fc.assert(property, RUNS);
  });
});
