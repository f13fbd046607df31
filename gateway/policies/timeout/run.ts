import type { Decision } from "../../contract/decision";
import type { PolicyRequest, RequestTimeouts } from "../types";

export interface TimeoutPlan extends RequestTimeouts {
  readonly [key: string]: unknown;
}

export function run(plan: TimeoutPlan, request: PolicyRequest): Decision | undefined {
  request.timeouts = plan;
  return undefined;
}
