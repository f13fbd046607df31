import { describe, it } from "vitest";
import { describeLua } from "../testing/describe-lua";
import { ALL_CASES, checkResults, planOf } from "../testing/policy-cases";
import type { StepResult } from "./case";

describeLua("the same cases, compiled, on LuaJIT", (lua) => {
  describe.each(Object.entries(ALL_CASES))("%s", (policy, cases) => {
    it.each(cases.map((testCase) => [testCase.name, testCase] as const))("%s", async (_name, testCase) => {
      const plan = planOf(policy, testCase);
      const { scene = {}, steps } = testCase;
      checkResults(testCase, await lua().call<StepResult[]>("play", { policy, plan, scene, steps }));
    });
  });
});
