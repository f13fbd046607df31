import { expect, it } from "vitest";
import { settle } from "./test-runners.mjs";
import { totalLine } from "./test-summary.mjs";

it("a runner that fails without a failed test counts as one failure", () => {
  expect(settle(1, "", { passed: 5, failed: 0, skipped: 0 }).failed).toBe(1);
  expect(settle(1, "", { passed: 5, failed: 2, skipped: 0 }).failed).toBe(2);
});

it("a part that ran no test is a failure", () => {
  expect(settle(0, "", { passed: 0, failed: 0, skipped: 3 }).failed).toBe(1);
  expect(settle(0, "", { passed: 1, failed: 0, skipped: 3 }).failed).toBe(0);
});

it("the last line is the sum alone", () => {
  expect(totalLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(totalLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
});
