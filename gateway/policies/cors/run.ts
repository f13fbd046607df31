import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest } from "../types";

export interface CorsPlan {
  readonly [key: string]: unknown;
  /** Origin → true. */
  readonly origins: Readonly<Record<string, boolean>>;
  /** Fields of a preflight's answer: name and value, alternating. */
  readonly preflight: readonly string[];
  /** Value of Access-Control-Expose-Headers. */
  readonly expose: string;
}

export function run(plan: CorsPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const origin = host.variable("http_origin");
  if (origin === undefined || plan.origins[origin] !== true) {
    return undefined;
  }
  request.corsOrigin = origin;
  request.corsExpose = plan.expose;
  if (request.method !== "OPTIONS" || host.variable("http_access_control_request_method") === undefined) {
    return undefined;
  }
  return { kind: "answer", status: 204, headers: preflightHeaders(plan, origin, host) };
}

function preflightHeaders(plan: CorsPlan, origin: string, host: PolicyHost): string[] {
  const headers = ["Access-Control-Allow-Origin", origin];
  for (const text of plan.preflight) {
    headers.push(text);
  }
  const asked = host.variable("http_access_control_request_headers");
  if (asked !== undefined) {
    headers.push("Access-Control-Allow-Headers", asked);
  }
  return headers;
}
