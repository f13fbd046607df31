import fc from "fast-check";
import { expect, it } from "vitest";
import { paddedText, wholeNumberText } from "./number-text";

it("writes every whole number as it is written", () => {
  const numbers = fc.oneof(
    fc.nat(20_000),
    fc.nat(),
    fc.constantFrom(9_999, 10_000, 10_001, 99_999_999, 100_000_000, 999_999_999_999, 1_000_000_000_000),
    fc.maxSafeNat(),
    fc.constantFrom(Infinity, NaN),
  );
  fc.assert(
    fc.property(numbers, (value) => {
      expect(wholeNumberText(value)).toBe(String(value));
    }),
    { numRuns: 5_000 },
  );
});

it("writes the last three digits with their zeros", () => {
  fc.assert(
    fc.property(fc.nat(999), (value) => {
      expect(paddedText(value)).toBe(String(value).padStart(3, "0"));
    }),
  );
});
