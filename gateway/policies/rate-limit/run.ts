import type { Limit } from "../../contract/bundle-types";
import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest } from "../types";
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
  const limits = plan.limits;
  const first = limits[0];
  if (first === undefined) {
    return undefined;
  }
  const second = limits[1];
  if (second === undefined) {
    return runOne(first, request, host);
  }
  // A loop anywhere in here would leave the whole access phase to the interpreter (runtime/README.md): usual plans stay free of it.
  return limits.length <= 4
    ? runFew(first, second, limits[2], limits[3], request, host)
    : runMany(limits, request, host);
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
    request.rateLimit = rateLimitField(limit, 0, retryAfter);
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
