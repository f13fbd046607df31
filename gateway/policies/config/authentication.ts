import type { PlanScope } from "../manifest";

/** What the plan of every authenticator holds. */
export interface AuthenticationPlan {
  /** Whether another authenticator of the chain may still find a credential. */
  readonly isOptional: boolean;
  /** WWW-Authenticate of refusals; absent for the usual one. */
  readonly challenge?: string;
}

const USUAL_CHALLENGE = 'ApiKey realm="gatehouse"';

export function planAuthentication({ authentication }: PlanScope): AuthenticationPlan {
  const { isLast, challenge } = authentication ?? { isLast: true, challenge: USUAL_CHALLENGE };
  return { isOptional: !isLast, ...(challenge !== USUAL_CHALLENGE && { challenge }) };
}
