import type { GatewayErrorCode } from "./errors";

/**
 * What a policy says of a request: nothing (undefined) lets it go on; a Decision ends it. A policy answers, it never acts: only the
 * chain ends a request.
 */
export type Decision = Refusal | Answer;

export interface Refusal {
  readonly kind: "refuse";
  readonly code: GatewayErrorCode;
  /** Seconds; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Names of the limits that said no. */
  readonly violatedPolicies?: readonly string[];
}

/** The edge answers by itself with an empty body (a CORS preflight). */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** Header name and value, alternating: an array keeps order in Lua. */
  readonly headers: readonly string[];
}
