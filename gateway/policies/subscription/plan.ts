import type { SubscriptionPlan } from "./run";

export function plan(): SubscriptionPlan {
  return {};
}
