import type { Limit } from "../../contract/bundle-types";
import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest, RuntimePlan } from "../types";
import { runFew } from "./few-limits";
import { runMany } from "./many-limits";
import { detailOf, rateLimitField, subjectOf } from "./subject";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf } from "./window";

/** Nothing to configure yet. */
export interface RateLimitPlan {
  readonly [key: string]: unknown;
}

export function run(_plan: RateLimitPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const plan = request.plan;
  if (plan === undefined) {
    return undefined;
  }
  const only = plan.only;
  return only === undefined ? runRules(plan, request, host) : runOne(only, request, host);
}

/** Whatever is more than one window of calls. */
function runRules(general: RuntimePlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  let plan = general;
  if (general.byOperation !== undefined) {
    const own = general.byOperation[request.operation];
    if (own !== undefined) {
      plan = own;
      request.plan = own;
    }
  }
  const rules = plan.rules;
  const first = rules[0];
  if (first === undefined) {
    return undefined;
  }
  // A loop anywhere in here would leave the whole access phase to the interpreter (runtime/README.md): usual plans stay free of it.
  return rules.length <= 4 ? runFew(first, rules[1], rules[2], rules[3], request, host) : runMany(rules, request, host);
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
    const retryAfter = retryAfterSeconds(limit, counter, now, 1);
    host.unlock(stripe);
    request.rateLimit = rateLimitField(limit, 0, retryAfter);
    request.violatedLimits = [{ limit, used, retryAfterSeconds: retryAfter }];
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
  request.rateLimit = rateLimitField(limit, Math.floor(limit.quota - used - 1), reset);
  return undefined;
}
