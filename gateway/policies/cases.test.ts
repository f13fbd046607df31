import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ALL_CASES, checkResults, planOf, stepsOnNode } from "../testing/policy-cases";
import { playCase } from "../testing/play-case";
import { NODE_NATIVES } from "../testing/node-natives";
import { POLICY_NAMES } from "./index";

describe.each(Object.entries(ALL_CASES))("%s, on Node", (policy, cases) => {
  it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", (_name, testCase) => {
    const plan = planOf(policy, testCase);
    const results = playCase(
      stepsOnNode(policy),
      plan,
      testCase.scene ?? {},
      testCase.steps,
      (text) => crc32(text),
      NODE_NATIVES,
    );
    checkResults(testCase, results);
  });
});

it("every policy has cases", () => {
  expect(Object.keys(ALL_CASES).sort()).toEqual([...POLICY_NAMES].sort());
});
