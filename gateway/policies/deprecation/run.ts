import type { PolicyRequest, PolicyResponse } from "../types";

export interface DeprecationPlan {
  readonly [key: string]: unknown;
  readonly deprecation: string;
  /** "" = none. */
  readonly sunset: string;
  readonly link: string;
}

export function respond(plan: DeprecationPlan, _request: PolicyRequest, response: PolicyResponse): void {
  response.setField("Deprecation", plan.deprecation);
  if (plan.sunset !== "") {
    response.setField("Sunset", plan.sunset);
  }
  if (plan.link !== "") {
    const present = response.field("Link");
    response.setField("Link", present === undefined ? plan.link : `${present}, ${plan.link}`);
  }
}
