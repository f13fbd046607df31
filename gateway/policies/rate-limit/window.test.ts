import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callOnce, playWindow, type WindowStep } from "../../testing/play-window";
import { algorithms, changingSteps, EPOCH, limitOf, steadySteps, times } from "../../testing/window-sequences";
import type { Counter } from "../types";

const RUNS = { numRuns: 1500, seed: 20260801 } as const;
/** Of times like EPOCH and quotas of a dozen, what sums of doubles may be off by. */
const ROUNDING = 1e-5;

interface Admission {
  readonly at: number;
}

/** Windows by number, counted from all admissions there ever were: no counter, no rolling. */
function countIn(admissions: readonly Admission[], window: number, seconds: number): number {
  return admissions.filter(({ at }) => Math.floor(at / seconds) === window).length;
}

/** The definition of each algorithm, over a plain list of admissions. */
const MODELS: Record<string, (admissions: readonly Admission[], now: number, seconds: number) => number> = {
  "fixed-window": (admissions, now, seconds) => countIn(admissions, Math.floor(now / seconds), seconds),
  "sliding-window": (admissions, now, seconds) => {
    const window = Math.floor(now / seconds);
    const shareLeft = 1 - (now - window * seconds) / seconds;
    return countIn(admissions, window - 1, seconds) * shareLeft + countIn(admissions, window, seconds);
  },
};

function admissionsOf(steps: readonly WindowStep[]): Admission[] {
  const results = playWindow(steps);
  return steps.filter((_step, index) => results[index]?.isAdmitted).map((step) => ({ at: step.nowSeconds }));
}

const freshCounter = (): Counter => ({ windowSeconds: 0, start: 0, current: 0, previous: 0 });

describe("under a limit that stays as it is", () => {
  it("decides every request as the definition over a list of all admissions does", () => {
    const property = fc.property(steadySteps, (steps) => {
      const admissions: Admission[] = [];
      playWindow(steps).forEach((result, index) => {
        const { limit, nowSeconds } = steps[index]!;
        const used = MODELS[limit.algorithm]!(admissions, nowSeconds, limit.windowSeconds);
        expect(result.used).toBeCloseTo(used, 5);
        // Within rounding of the line the model may fall on the other side; whoever admits must admit by the definition.
        if (Math.abs(used + 1 - limit.quota) > ROUNDING) {
          expect(result.isAdmitted).toBe(used + 1 <= limit.quota);
        }
        if (result.isAdmitted) {
          admissions.push({ at: nowSeconds });
        }
      });
    });
    fc.assert(property, RUNS);
  });

  it("fixed window: no aligned window ever holds more than the quota", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 30 }),
      times({ stepsBack: false }),
      (quota, seconds, moments) => {
        const admissions = admissionsOf(
          moments.map((nowSeconds) => ({ nowSeconds, limit: limitOf("fixed-window", quota, seconds) })),
        );
        for (const { at } of admissions) {
          expect(countIn(admissions, Math.floor(at / seconds), seconds)).toBeLessThanOrEqual(quota);
        }
      },
    );
    fc.assert(property, RUNS);
  });

  it("sliding window: the estimate never exceeds the quota, and no aligned window holds more than it", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 30 }),
      times({ stepsBack: false }),
      (quota, seconds, moments) => {
        const steps = moments.map((nowSeconds) => ({ nowSeconds, limit: limitOf("sliding-window", quota, seconds) }));
        const admissions = admissionsOf(steps);
        admissions.forEach(({ at }, index) => {
          const soFar = admissions.slice(0, index + 1);
          expect(MODELS["sliding-window"]!(soFar, at, seconds)).toBeLessThanOrEqual(quota + ROUNDING);
          expect(countIn(admissions, Math.floor(at / seconds), seconds)).toBeLessThanOrEqual(quota);
        });
      },
    );
    fc.assert(property, RUNS);
  });
});

describe("when the clock steps back", () => {
  it("admits no request that a clock standing still would have refused", () => {
    const property = fc.property(
      algorithms,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 30 }),
      times({ stepsBack: true }),
      (algorithm, quota, seconds, moments) => {
        const limit = limitOf(algorithm, quota, seconds);
        const real = freshCounter();
        let latest = 0;
        for (const nowSeconds of moments) {
          // A copy that is asked at the latest time there was: what it refuses, the earlier time must refuse too.
          const standing = callOnce({ ...real }, { limit, nowSeconds: Math.max(latest, nowSeconds) });
          const stepped = callOnce(real, { limit, nowSeconds });
          expect(stepped.isAdmitted && !standing.isAdmitted).toBe(false);
          latest = Math.max(latest, nowSeconds);
        }
      },
    );
    fc.assert(property, RUNS);
  });
});

describe("when the owner changes the limit", () => {
  it("keeps what counts as used at that moment, whatever quota and window become", () => {
    const change = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }));
    const property = fc.property(
      steadySteps,
      change,
      fc.double({ min: 0, max: 60, noNaN: true }),
      (steps, [quota, seconds], later) => {
        const { limit } = steps[0]!;
        const counter = freshCounter();
        steps.forEach((step) => callOnce(counter, step));
        const nowSeconds = steps.at(-1)!.nowSeconds + later;
        const before = callOnce({ ...counter }, { limit, nowSeconds }).used;
        const after = callOnce({ ...counter }, { limit: limitOf(limit.algorithm, quota, seconds), nowSeconds });
        expect(after.used).toBeCloseTo(before, 6);
      },
    );
    fc.assert(property, RUNS);
  });

  it("takes a raised quota at once, to the request", () => {
    const property = fc.property(algorithms, fc.nat(10), fc.integer({ min: 1, max: 10 }), (algorithm, small, more) => {
      const counter = freshCounter();
      const count = (quota: number) => {
        let admitted = 0;
        while (callOnce(counter, { nowSeconds: EPOCH, limit: limitOf(algorithm, quota, 60) }).isAdmitted) {
          admitted += 1;
        }
        return admitted;
      };
      expect(count(small + 1)).toBe(small + 1);
      expect(count(small + 1 + more)).toBe(more);
    });
    fc.assert(property, RUNS);
  });
});

describe("Retry-After", () => {
  it("is the first whole second at which the request would be admitted if nobody else called", () => {
    const property = fc.property(changingSteps, (steps) => {
      const counter = freshCounter();
      let latest = 0;
      for (const step of steps) {
        const result = callOnce(counter, step);
        // Behind the counter's own time there is no telling when the clock will have caught up.
        if (!result.isAdmitted && step.nowSeconds >= latest && step.nowSeconds >= counter.start) {
          expect(result.seconds).toBeGreaterThanOrEqual(1);
          const later = (seconds: number) =>
            callOnce({ ...counter }, { limit: step.limit, nowSeconds: step.nowSeconds + seconds });
          expect(later(result.seconds).isAdmitted).toBe(true);
          // A microsecond of slack: on the very line, rounding may count either second as the first.
          expect(result.seconds > 1 && later(result.seconds - 1 - 1e-6).isAdmitted).toBe(false);
        }
        latest = Math.max(latest, step.nowSeconds);
      }
    });
    fc.assert(property, RUNS);
  });
});
