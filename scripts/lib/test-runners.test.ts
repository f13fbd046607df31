import { expect, it } from "vitest";
import { afterSecondRun, filesToRunAgain } from "./second-chance.mjs";
import { settle } from "./test-runners.mjs";
import { totalLine } from "./test-summary.mjs";

const good = { file: "a.test.ts", passed: 5, failures: [], skipped: 1 };
const bad = { file: "b.test.ts", passed: 2, failures: ["waits", "counts"], skipped: 0 };

it("a runner that fails without a failed test counts as one failure", () => {
  expect(settle(1, "", [good]).failed).toBe(1);
  expect(settle(1, "", [good, bad]).failed).toBe(2);
});

it("a part that ran no test is a failure", () => {
  expect(settle(0, "", [{ ...good, passed: 0 }]).failed).toBe(1);
  expect(settle(0, "", [good]).failed).toBe(0);
});

it("what fails is run again, unless it counts or the runner itself broke", () => {
  expect(filesToRunAgain(settle(1, "", [good, bad]))).toEqual(["b.test.ts"]);
  expect(filesToRunAgain(settle(0, "", [good]))).toEqual([]);
  expect(filesToRunAgain(settle(1, "", [good]))).toEqual([]);
  expect(filesToRunAgain(settle(1, "", [bad, { ...bad, file: "gateway/exactness.nginx.test.ts" }]))).toEqual([]);
});

it("what passes the second time is called flaky by its name, what fails again has failed", () => {
  const first = settle(1, "first", [good, bad]);
  const second = settle(1, "second", [{ ...bad, passed: 3, failures: ["counts"] }]);
  expect(afterSecondRun(first, second)).toMatchObject({
    passed: 8,
    failed: 1,
    skipped: 1,
    output: "second",
    flaky: ["b.test.ts > waits"],
  });
});

it("the last line is the sum alone", () => {
  expect(totalLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(totalLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
});
