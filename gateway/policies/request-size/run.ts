import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest } from "../types";

export interface RequestSizePlan {
  readonly [key: string]: unknown;
  readonly maxBodyBytes: number;
  readonly refusesChunked: boolean;
  readonly detail: string;
}

export function run(plan: RequestSizePlan, _request: PolicyRequest, host: PolicyHost): Decision | undefined {
  // Digits, as nginx has checked.
  const length = host.variable("http_content_length");
  if (length !== undefined) {
    return Number(length) > plan.maxBodyBytes ? tooLarge(plan) : undefined;
  }
  if (host.variable("http_transfer_encoding") !== undefined) {
    return plan.refusesChunked ? { kind: "refuse", code: "length_required" } : judgeWhole(plan, host);
  }
  // Over HTTP/2 a body needs neither field: whether there is one shows when it is taken in.
  return host.variable("server_protocol") === "HTTP/2.0" ? judgeWhole(plan, host) : undefined;
}

function judgeWhole(plan: RequestSizePlan, host: PolicyHost): Decision | undefined {
  const bytes = host.readBodyBytes();
  if (plan.refusesChunked && bytes > 0) {
    return { kind: "refuse", code: "length_required" };
  }
  return bytes > plan.maxBodyBytes ? tooLarge(plan) : undefined;
}

function tooLarge(plan: RequestSizePlan): Decision {
  return { kind: "refuse", code: "body_too_large", detail: plan.detail };
}
