import { expect } from "vitest";
import type { PolicyCase, StepResult } from "../policies/case";
import { cases as cors } from "../policies/cors/cases";
import { run as runCors } from "../policies/cors/run";
import { POLICIES } from "../policies/index";
import { cases as keyAuth } from "../policies/key-auth/cases";
import { run as runKeyAuth } from "../policies/key-auth/run";
import { cases as rateLimit } from "../policies/rate-limit/cases";
import { run as runRateLimit } from "../policies/rate-limit/run";
import { cases as subscription } from "../policies/subscription/cases";
import { run as runSubscription } from "../policies/subscription/run";

export const ALL_CASES: Readonly<Record<string, readonly PolicyCase[]>> = {
  cors,
  "key-auth": keyAuth,
  subscription,
  "rate-limit": rateLimit,
};

export const POLICY_RUNS_ON_NODE: Readonly<Record<string, unknown>> = {
  cors: runCors,
  "key-auth": runKeyAuth,
  subscription: runSubscription,
  "rate-limit": runRateLimit,
};

/** The frozen plan, as it arrives in a worker: through JSON. */
export function planOf(name: string, { config = {} }: PolicyCase): unknown {
  const policy = POLICIES.find((candidate) => candidate.manifest.name === name);
  if (policy === undefined) {
    throw new Error(`there is no policy "${name}"`);
  }
  return JSON.parse(JSON.stringify(policy.plan(config)));
}

/** Holds the results of a case's requests, in order, against what its steps expect. */
export function checkResults(testCase: PolicyCase, results: readonly StepResult[]): void {
  const expected = testCase.steps.flatMap((step, index) =>
    Array.from({ length: step.times ?? 1 }, (_unused, time) => ({
      place: `step ${index + 1}, request ${time + 1}`,
      ...step.expect,
    })),
  );
  expect(results).toHaveLength(expected.length);
  expected.forEach(({ place, decision, ...rest }, index) => {
    const result = results[index];
    expect(result?.decision, place).toEqual(decision);
    expect(result, place).toMatchObject({ ...rest, faults: "" });
  });
}
