export interface SubscriptionPlan {
  readonly [key: string]: unknown;
}

export function plan(): SubscriptionPlan {
  return {};
}
