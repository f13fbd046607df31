import type { RateLimitPlan } from "./run";

export function plan(): RateLimitPlan {
  return {};
}
