import type { Decision } from "../../contract/decision";
import { fillTemplate, type Template } from "../shared/template";
import type { PolicyHost, PolicyRequest } from "../types";

export interface RedirectPlan {
  readonly [key: string]: unknown;
  readonly status: number;
  readonly location: Template;
}

export function run(plan: RedirectPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  return {
    kind: "answer",
    status: plan.status,
    headers: ["Location", fillTemplate(plan.location, request, host)],
  };
}
