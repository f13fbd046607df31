/**
 * How a request ended, as metered. The order is the wire format: append, never reorder.
 *
 * "refused" in usage means `unauthenticated`, `forbidden` or `rate_limited`: a policy said no.
 * "errors" means `upstream_error`, `upstream_unreachable`, `gateway_error` or `interrupted`: somebody other than the caller failed.
 * `interrupted` is a request whose worker process was killed before the end of its answer.
 */
export const OUTCOMES = [
  "success",
  "client_error",
  "upstream_error",
  "upstream_unreachable",
  "unauthenticated",
  "forbidden",
  "rate_limited",
  "unrouted",
  "malformed",
  "gateway_error",
  "client_closed",
  "interrupted",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export const REFUSED_OUTCOMES: readonly Outcome[] = ["unauthenticated", "forbidden", "rate_limited"];
export const ERROR_OUTCOMES: readonly Outcome[] = [
  "upstream_error",
  "upstream_unreachable",
  "gateway_error",
  "interrupted",
];
