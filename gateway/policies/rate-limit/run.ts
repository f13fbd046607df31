import type { Limit } from "../../contract/bundle-types";
import type { Decision, Refusal } from "../../contract/decision";
import type { Counter, PolicyHost, PolicyRequest } from "../types";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf } from "./window";

const WORD = 4_294_967_296;
const SUBSCRIPTION_LOW = 1_048_576;

/** Nothing to configure yet. */
export interface RateLimitPlan {
  readonly [key: string]: unknown;
}

export function run(_plan: RateLimitPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const plan = request.plan;
  if (plan === undefined) {
    return undefined;
  }
  const limits = plan.limits;
  const first = limits[0];
  if (first === undefined) {
    return undefined;
  }
  // One limit is the common case and stays free of loops: LuaJIT does not compile a loop inside a longer path.
  return limits.length === 1 ? runOne(first, request, host) : runMany(limits, request, host);
}

function runOne(limit: Limit, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const subject = subjectOf(limit, request, host);
  const detail = detailOf(limit, request, host);
  const stripe = host.stripeOf(limit.id, subject, detail);
  host.lock(stripe);
  const counter = host.counter(limit.id, subject, detail);
  if (counter === undefined) {
    host.unlock(stripe);
    return { kind: "refuse", code: "limit_state_exhausted" };
  }
  // The clock is read under the lock, so no worker can come with an older time than the counter has seen.
  const now = rollWindow(limit, counter, host.nowSeconds());
  const used = usedOf(limit, counter, now);
  if (used + 1 > limit.quota) {
    const retryAfter = retryAfterSeconds(limit, counter, now);
    host.unlock(stripe);
    request.rateLimit = field(limit, 0, retryAfter);
    return {
      kind: "refuse",
      code: "rate_limit_exceeded",
      retryAfterSeconds: retryAfter,
      violatedPolicies: [limit.name],
    };
  }
  counter.current = counter.current + 1;
  const reset = resetSeconds(limit, counter, now);
  host.unlock(stripe);
  request.rateLimit = field(limit, Math.floor(limit.quota - used - 1), reset);
  return undefined;
}

/** All limits are checked, then all are charged: a refused request charges none. */
function runMany(limits: readonly Limit[], request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const stripes = lockStripes(limits, request, host);
  const counters: Counter[] = [];
  for (const limit of limits) {
    const counter = host.counter(limit.id, subjectOf(limit, request, host), detailOf(limit, request, host));
    if (counter === undefined) {
      unlockStripes(stripes, host);
      return { kind: "refuse", code: "limit_state_exhausted" };
    }
    counters.push(counter);
  }
  const refusal = checkAll(limits, counters, request, host.nowSeconds());
  if (refusal === undefined) {
    for (const counter of counters) {
      counter.current = counter.current + 1;
    }
  }
  unlockStripes(stripes, host);
  return refusal;
}

function checkAll(
  limits: readonly Limit[],
  counters: readonly Counter[],
  request: PolicyRequest,
  nowSeconds: number,
): Refusal | undefined {
  const violated: string[] = [];
  let fields = "";
  let longestWait = 0;
  let index = 0;
  for (const limit of limits) {
    const counter = counters[index];
    index += 1;
    if (counter !== undefined) {
      const now = rollWindow(limit, counter, nowSeconds);
      const used = usedOf(limit, counter, now);
      const refused = used + 1 > limit.quota;
      const seconds = refused ? retryAfterSeconds(limit, counter, now) : resetSeconds(limit, counter, now);
      if (refused) {
        violated.push(limit.name);
        longestWait = seconds > longestWait ? seconds : longestWait;
      }
      const text = field(limit, refused ? 0 : Math.floor(limit.quota - used - 1), seconds);
      fields = fields === "" ? text : `${fields}, ${text}`;
    }
  }
  request.rateLimit = fields;
  if (violated.length === 0) {
    return undefined;
  }
  return { kind: "refuse", code: "rate_limit_exceeded", retryAfterSeconds: longestWait, violatedPolicies: violated };
}

/** Locks the stripes of all limits in ascending order, each once: two workers can never wait for each other. */
function lockStripes(limits: readonly Limit[], request: PolicyRequest, host: PolicyHost): number[] {
  const stripes: number[] = [];
  for (const limit of limits) {
    insertStripe(stripes, host.stripeOf(limit.id, subjectOf(limit, request, host), detailOf(limit, request, host)));
  }
  for (const stripe of stripes) {
    host.lock(stripe);
  }
  return stripes;
}

/** By hand: `sort` needs a closure per call, which LuaJIT does not compile. There are as many stripes as a plan has limits, so a few. */
function insertStripe(stripes: number[], stripe: number): void {
  let place = 0;
  for (const other of stripes) {
    if (other === stripe) {
      return;
    }
    if (other < stripe) {
      place += 1;
    }
  }
  for (let index = stripes.length; index > place; index -= 1) {
    stripes[index] = stripes[index - 1] ?? stripe;
  }
  stripes[place] = stripe;
}

function unlockStripes(stripes: readonly number[], host: PolicyHost): void {
  for (const stripe of stripes) {
    host.unlock(stripe);
  }
}

/** Whom a limit counts. Every scope but `application` keeps subscriptions apart, so that no subscriber uses up another's share. */
function subjectOf(limit: Limit, request: PolicyRequest, host: PolicyHost): number {
  if (limit.scope === "application") {
    return request.credential === undefined ? 0 : request.credential.application;
  }
  if (limit.scope === "address") {
    return host.addressHigh() + (request.subscription % SUBSCRIPTION_LOW) * WORD;
  }
  return request.subscription;
}

function detailOf(limit: Limit, request: PolicyRequest, host: PolicyHost): number {
  if (limit.scope === "operation") {
    return request.operation;
  }
  if (limit.scope === "address") {
    return host.addressLow() + Math.floor(request.subscription / SUBSCRIPTION_LOW) * WORD;
  }
  return 0;
}

/** One item of the RateLimit field (draft-ietf-httpapi-ratelimit-headers). */
function field(limit: Limit, remaining: number, seconds: number): string {
  return `"${limit.name}";r=${remaining};t=${seconds}`;
}
