import type { GatewayError } from "../contract/errors";

/** Indexes into OUTCOMES (contract/outcome.ts; a test holds both equal): numbers, because the meter stores numbers. */
export const SUCCESS = 0;
export const CLIENT_ERROR = 1;
export const UPSTREAM_ERROR = 2;
export const UPSTREAM_UNREACHABLE = 3;
export const UNAUTHENTICATED = 4;
export const FORBIDDEN = 5;
export const RATE_LIMITED = 6;
export const UNROUTED = 7;
export const MALFORMED = 8;
export const GATEWAY_ERROR = 9;
export const CLIENT_CLOSED = 10;
/** Never decided here: the agent says it of what a killed worker left behind. */
export const INTERRUPTED = 11;

/** How the gateway's own answer is metered. */
export function outcomeOfProblem(problem: GatewayError): number {
  if (problem.fault === "upstream") {
    return UPSTREAM_UNREACHABLE;
  }
  if (problem.fault === "gateway") {
    return GATEWAY_ERROR;
  }
  if (problem.fault === "owner") {
    return FORBIDDEN;
  }
  if (problem.status === 401) {
    return UNAUTHENTICATED;
  }
  if (problem.status === 403) {
    return FORBIDDEN;
  }
  if (problem.status === 429) {
    return RATE_LIMITED;
  }
  return problem.status === 404 || problem.status === 405 ? UNROUTED : MALFORMED;
}

/** How an upstream's answer is metered, by its status. */
export function outcomeOfStatus(status: number): number {
  if (status < 400) {
    return SUCCESS;
  }
  return status < 500 ? CLIENT_ERROR : UPSTREAM_ERROR;
}
