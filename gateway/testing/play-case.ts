import type { CaseRequest, CaseStep, Scene, StepResult } from "../policies/case";
import type { PolicyRequest, PolicyRun } from "../policies/types";
import { createFakeHost, EMPTY_SCENE, type Crc32, type FakeHost } from "./fake-host";

/** Plan id of requests whose step names limits. */
const CASE_PLAN = 7;

/**
 * Makes the requests of a case, one after the other, against one fake host. In the Lua dialect: the same on Node and on LuaJIT.
 * @returns one result per request made
 */
export function playCase(
  run: PolicyRun<never>,
  plan: unknown,
  scene: Partial<Scene>,
  steps: readonly CaseStep[],
  crc32: Crc32,
): StepResult[] {
  const fake = createFakeHost(crc32);
  fake.scene = Object.assign({}, EMPTY_SCENE, scene);
  const results: StepResult[] = [];
  for (const step of steps) {
    fake.scene = Object.assign({}, fake.scene, step.scene ?? {});
    const times = step.times ?? 1;
    for (let time = 0; time < times; time += 1) {
      results.push(makeRequest(run, plan, step.request ?? {}, fake));
    }
  }
  return results;
}

function makeRequest(run: PolicyRun<never>, plan: unknown, given: CaseRequest, fake: FakeHost): StepResult {
  const request: PolicyRequest = {
    method: given.method ?? "GET",
    apiVersion: given.apiVersion ?? 1,
    operation: given.operation ?? 11,
    credential: given.credential,
    subscription: given.subscription ?? 0,
    plan: given.limits === undefined ? undefined : { id: CASE_PLAN, limits: given.limits, rateLimitPolicy: "" },
    rateLimit: "",
    corsOrigin: "",
    corsExpose: "",
  };
  const decision = run(plan as never, request, fake.host);
  for (const stripe of fake.locked) {
    fake.faults.push(`keeps stripe ${stripe} locked`);
  }
  return {
    decision: decision ?? "pass",
    credential: request.credential === undefined ? 0 : request.credential.id,
    subscription: request.subscription,
    plan: request.plan === undefined ? 0 : request.plan.id,
    rateLimit: request.rateLimit,
    corsOrigin: request.corsOrigin,
    corsExpose: request.corsExpose,
    faults: fake.faults.join("; "),
  };
}
