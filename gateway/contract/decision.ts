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
  /** WWW-Authenticate: of a 401 in place of the usual one, of another status where its scheme has something to say (RFC 6750 §3.1). */
  readonly challenge?: string | undefined;
  /** Names of the limits that said no. */
  readonly violatedPolicies?: readonly string[];
  /** In place of the code's own text, for what only the owner of the API can know. */
  readonly detail?: string;
  /** Each thing that was wrong with the request. */
  readonly errors?: readonly { readonly detail: string; readonly pointer: string }[];
}

/** The edge answers by itself, with an empty body (a CORS preflight) or with one. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** Header name and value, alternating: an array keeps order in Lua. */
  readonly headers: readonly string[];
  readonly body?: string;
}
