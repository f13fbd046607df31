import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest } from "../types";

/** Nothing to configure yet. */
export interface SubscriptionPlan {
  readonly [key: string]: unknown;
}

export function run(_plan: SubscriptionPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const credential = request.credential;
  if (credential === undefined) {
    return { kind: "refuse", code: "subscription_missing" };
  }
  const grant = host.findGrant(request, credential, request.apiVersion);
  if (grant === undefined) {
    return { kind: "refuse", code: "subscription_missing" };
  }
  request.subscription = grant.subscription;
  request.plan = grant.plan;
  const chain = grant.plan.chain;
  if (chain === undefined) {
    return undefined;
  }
  if (chain.shapesAlways) {
    request.isShaped = true;
  }
  return chain.decide(request, host);
}
