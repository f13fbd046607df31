import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketMiddleMs,
  bucketOf,
  bucketUpperMs,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_FLOOR_MS,
  percentileMs,
} from "./histogram";

const RUNS = { numRuns: 2000, seed: 20260805 } as const;
const LARGEST_MS = bucketUpperMs(HISTOGRAM_BUCKETS - 1);

/** Spread evenly over the orders of magnitude, as latencies are. */
const latencies = fc
  .double({ min: Math.log(HISTOGRAM_FLOOR_MS), max: Math.log(LARGEST_MS), noNaN: true })
  .map((logarithm) => Math.min(LARGEST_MS, Math.max(HISTOGRAM_FLOOR_MS, Math.exp(logarithm))));

function histogramOf(values: readonly number[]): number[] {
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);
  for (const value of values) {
    counts[bucketOf(value)]! += 1;
  }
  return counts;
}

describe("the latency histogram", () => {
  it("gives every percentile within 5 % of the exact one", () => {
    const property = fc.property(
      fc.array(latencies, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0, 0.01, 0.5, 0.9, 0.95, 0.99, 1),
      (values, share) => {
        const sorted = [...values].sort((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1]!;
        const estimate = percentileMs(histogramOf(values), share)!;
        expect(Math.abs(estimate - exact) / exact).toBeLessThanOrEqual(0.05);
      },
    );
    fc.assert(property, RUNS);
  });

  it("puts a value into a bucket whose middle is within 5 % of it", () => {
    const property = fc.property(latencies, (value) => {
      expect(Math.abs(bucketMiddleMs(bucketOf(value)) - value) / value).toBeLessThanOrEqual(0.05);
    });
    fc.assert(property, RUNS);
  });

  it("has a bucket for every duration there can be", () => {
    const property = fc.property(fc.double({ min: -1e6, max: 1e12, noNaN: true }), (value) => {
      const bucket = bucketOf(value);
      expect(Number.isInteger(bucket) && bucket >= 0 && bucket < HISTOGRAM_BUCKETS).toBe(true);
    });
    fc.assert(property, RUNS);
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(1e12)).toBe(HISTOGRAM_BUCKETS - 1);
  });

  it("never puts a longer duration into a lower bucket", () => {
    const property = fc.property(latencies, latencies, (left, right) => {
      expect(bucketOf(Math.min(left, right))).toBeLessThanOrEqual(bucketOf(Math.max(left, right)));
    });
    fc.assert(property, RUNS);
  });

  it("knows no percentile of nothing", () => {
    expect(percentileMs([], 0.5)).toBeUndefined();
    expect(percentileMs([0, 0], 0.5)).toBeUndefined();
  });
});
