export interface RateLimitPlan {
  readonly [key: string]: unknown;
}

export function plan(): RateLimitPlan {
  return {};
}
