import type { Limit } from "../../contract/bundle-types";
import type { Decision, Refusal } from "../../contract/decision";
import type { Counter, PolicyHost, PolicyRequest } from "../types";
import { detailOf, rateLimitField, subjectOf } from "./subject";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf } from "./window";

/** Any number of limits, in loops. All are checked, then all are charged: a refused request charges none. */
export function runMany(limits: readonly Limit[], request: PolicyRequest, host: PolicyHost): Decision | undefined {
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
      const text = rateLimitField(limit, refused ? 0 : Math.floor(limit.quota - used - 1), seconds);
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
