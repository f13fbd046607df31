import type { Decision } from "../../contract/decision";
import { isGrpc } from "../shared/is-grpc";
import { hasUnknownLength } from "../shared/may-have-body";
import type { PolicyHost, PolicyRequest } from "../types";

export interface RequestSizePlan {
  readonly [key: string]: unknown;
  readonly maxBodyBytes: number;
  readonly refusesChunked: boolean;
  /** A stream has no size, and to wait for its end would hold it up. */
  readonly passesGrpc: boolean;
  readonly detail: string;
}

export function run(plan: RequestSizePlan, _request: PolicyRequest, host: PolicyHost): Decision | undefined {
  // Digits, as nginx has checked.
  const length = host.variable("http_content_length");
  if (length !== undefined) {
    return Number(length) > plan.maxBodyBytes ? tooLarge(plan) : undefined;
  }
  if (!hasUnknownLength(host) || (plan.passesGrpc && isGrpc(host.variable("content_type") ?? ""))) {
    return undefined;
  }
  const isInChunks = host.variable("http_transfer_encoding") !== undefined;
  if (plan.refusesChunked && (isInChunks || host.readBodyBytes() > 0)) {
    return { kind: "refuse", code: "length_required" };
  }
  return host.readBodyBytes() > plan.maxBodyBytes ? tooLarge(plan) : undefined;
}

function tooLarge(plan: RequestSizePlan): Decision {
  return { kind: "refuse", code: "body_too_large", detail: plan.detail };
}
