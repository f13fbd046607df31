import type { CaseRequest, CaseStep, Scene, StepResult } from "../policies/case";
import type { Decision } from "../contract/decision";
import { settle } from "../policies/rate-limit/settle";
import type { PolicyRequest, PolicySteps } from "../policies/types";
import { upstreamPathOf } from "../policies/shared/upstream-path";
import { linkPlan } from "../runtime/release/link-plan";
import { createFakeHost, createFakeResponse, EMPTY_SCENE, type Crc32, type Natives, type FakeHost } from "./fake-host";

/** Plan id of requests whose step names limits. */
const CASE_PLAN = 7;

/**
 * Makes the requests of a case, one after the other, against one fake host. In the Lua dialect: the same on Node and on LuaJIT.
 * @returns one result per request made
 */
export function playCase(
  policy: PolicySteps,
  plan: unknown,
  scene: Partial<Scene>,
  steps: readonly CaseStep[],
  crc32: Crc32,
  natives?: Natives,
): StepResult[] {
  const fake = createFakeHost(crc32, natives);
  fake.scene = Object.assign({}, EMPTY_SCENE, scene);
  const prepared: unknown = policy.prepare === undefined ? plan : policy.prepare(plan as never);
  const results: StepResult[] = [];
  for (const step of steps) {
    fake.scene = Object.assign({}, fake.scene, step.scene ?? {});
    const times = step.times ?? 1;
    for (let time = 0; time < times; time += 1) {
      results.push(makeRequest(policy, prepared, step.request ?? {}, fake));
    }
  }
  return results;
}

function makeRequest(policy: PolicySteps, plan: unknown, given: CaseRequest, fake: FakeHost): StepResult {
  const request: PolicyRequest = {
    method: given.method ?? "GET",
    id: "request-1",
    apiVersion: given.apiVersion ?? 1,
    operation: given.operation ?? 11,
    path: given.path ?? "/shop/v1/items/7",
    query: given.query ?? "",
    basePathLength: "/shop/v1".length,
    upstreamPath: "",
    upstreamHost: "",
    claims: given.claims,
    credential: given.credential,
    subscription: given.subscription ?? 0,
    plan:
      given.limits === undefined
        ? undefined
        : linkPlan({ id: CASE_PLAN, limits: given.limits, zones: given.zones, chain: undefined }),
    rateLimit: "",
    settlement: undefined,
    violatedLimits: undefined,
    decidedBy: "",
    isShadowed: false,
    corsOrigin: "",
    corsPlan: undefined,
    timeouts: undefined,
    transport: "",
    isCompressed: false,
    cacheLocation: "",
    cacheKey: "",
    isCacheRefresh: false,
    isNotStored: false,
    isOnlyIfCached: false,
    isFromCache: false,
    validationReport: "",
    isShaped: false,
  };
  const run = policy.run;
  const slept = fake.slept;
  const keyWishes = fake.keyWishes;
  const decision: Decision | undefined = run === undefined ? undefined : run(plan as never, request, fake.host);
  const end = given.end ?? "success";
  if (request.settlement !== undefined && end !== "never") {
    settle(request.settlement, fake.host, given.bytes ?? 0, end === "failure");
  }
  for (const stripe of fake.locked) {
    fake.faults.push(`keeps stripe ${stripe} locked`);
  }
  return {
    decision: decision ?? "pass",
    credential: request.credential === undefined ? 0 : request.credential.id,
    subscription: request.subscription,
    plan: request.plan === undefined ? 0 : request.plan.id,
    id: request.id,
    rateLimit: request.rateLimit,
    rateLimitPolicy: request.plan === undefined ? "" : request.plan.rateLimitPolicy,
    claims: claimsOf(request),
    keyWishes: fake.keyWishes - keyWishes,
    isShadowed: request.isShadowed,
    delayMs: Math.floor((fake.slept - slept) * 1000 + 0.5),
    corsOrigin: request.corsOrigin,
    query: request.query,
    upstreamPath: upstreamPathOf(request),
    upstreamHost: request.upstreamHost,
    timeouts: timeoutsOf(request),
    transport: request.transport,
    isCompressed: request.isCompressed,
    cacheLocation: request.cacheLocation,
    cacheKey: request.cacheKey,
    cacheWishes: cacheWishesOf(request),
    requestFields: fake.requestFields.splice(0).join("; "),
    responseFields: shape(policy, plan, request, fake),
    faults: fake.faults.join("; "),
  };
}

function shapesEvery(policy: PolicySteps, plan: unknown): boolean {
  return policy.shapesAlways === undefined ? policy.run === undefined : policy.shapesAlways(plan as never);
}

function claimsOf({ claims }: PolicyRequest): string {
  if (claims === undefined) {
    return "";
  }
  const texts: string[] = [];
  for (const name of Object.keys(claims)) {
    texts.push(`${name}=${claims[name]}`);
  }
  texts.sort();
  return texts.join("; ");
}

function timeoutsOf({ timeouts }: PolicyRequest): string {
  if (timeouts === undefined) {
    return "";
  }
  const { connectTimeoutMs, sendTimeoutMs, readTimeoutMs } = timeouts;
  return `${connectTimeoutMs ?? "-"}/${sendTimeoutMs ?? "-"}/${readTimeoutMs ?? "-"}`;
}

function cacheWishesOf(request: PolicyRequest): string {
  const wishes: string[] = [];
  if (request.isCacheRefresh) {
    wishes.push("refresh");
  }
  if (request.isNotStored) {
    wishes.push("no-store");
  }
  if (request.isOnlyIfCached) {
    wishes.push("only-if-cached");
  }
  return wishes.join(" ");
}

/** The response's fields after the response step, if it is due. */
function shape(policy: PolicySteps, plan: unknown, request: PolicyRequest, fake: FakeHost): string {
  const fields: Record<string, string> = Object.assign({}, fake.scene.response.fields);
  const respond = policy.respond;
  if (respond !== undefined && (request.isShaped || shapesEvery(policy, plan))) {
    respond(plan as never, request, createFakeResponse(fake.scene.response.status, fields), fake.host);
  }
  const lines: string[] = [];
  for (const name of Object.keys(fields)) {
    lines.push(`${name}: ${fields[name]}`);
  }
  lines.sort();
  return lines.join("; ");
}
