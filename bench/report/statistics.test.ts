import fc from "fast-check";
import { expect, it } from "vitest";
import { median, percentile } from "./statistics";

const hundred = Float64Array.from({ length: 100 }, (_unused, index) => index + 1);

it("a percentile is the value that this share of the values does not exceed", () => {
  expect([0.5, 0.9, 0.99, 0.999].map((share) => percentile(hundred, share))).toEqual([50, 90, 99, 100]);
  expect(percentile(Float64Array.of(7), 0.5)).toBe(7);
});

it("a percentile of nothing is no number, not zero", () => {
  expect(percentile(new Float64Array(), 0.99)).toBeNaN();
  expect(median([])).toBeNaN();
});

it("a percentile covers its share, and the value before it does not", () => {
  const values = fc.float64Array({ minLength: 1, maxLength: 200, noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(values, fc.constantFrom(0.25, 0.5, 0.9, 0.99), (unsorted, share) => {
      const sorted = unsorted.toSorted();
      const value = percentile(sorted, share);
      const upTo = sorted.filter((other) => other <= value).length;
      const below = sorted.filter((other) => other < value).length;
      expect(upTo).toBeGreaterThanOrEqual(share * sorted.length - 1e-6);
      expect(below).toBeLessThan(share * sorted.length);
    }),
  );
});

it("the median is the middle, whatever the order", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
