/**
 * Every answer the gateway gives by itself instead of the upstream. One table: the runtime answers from it, the documentation page
 * is generated from it, and the portal explains refusals with it.
 */
export interface GatewayError {
  readonly code: string;
  readonly status: number;
  /** RFC 9457 title: short, the same for every occurrence. */
  readonly title: string;
  /** Public text: what happened and what the caller can do. Never holds internals. */
  readonly detail: string;
  /** Whose move it is. */
  readonly fault: "caller" | "owner" | "upstream" | "gateway";
}

export const GATEWAY_ERRORS = {
  request_malformed: {
    code: "request_malformed",
    status: 400,
    title: "Malformed request",
    detail: "The request is not valid HTTP.",
    fault: "caller",
  },
  path_ambiguous: {
    code: "path_ambiguous",
    status: 400,
    title: "Ambiguous path",
    detail:
      "The path holds an encoded slash, a backslash, a NUL, dot segments or a broken escape, which servers read in different ways.",
    fault: "caller",
  },
  key_missing: {
    code: "key_missing",
    status: 401,
    title: "API key missing",
    detail: "Send an API key of an application that is subscribed to this API.",
    fault: "caller",
  },
  key_malformed: {
    code: "key_malformed",
    status: 401,
    title: "API key mistyped",
    detail: "The checksum of the key does not match: a character is missing or wrong.",
    fault: "caller",
  },
  key_unknown: {
    code: "key_unknown",
    status: 401,
    title: "API key unknown",
    detail: "No application has this key.",
    fault: "caller",
  },
  key_expired: {
    code: "key_expired",
    status: 401,
    title: "API key expired",
    detail: "The key has reached its expiry date. Create a new one in the portal.",
    fault: "caller",
  },
  key_revoked: {
    code: "key_revoked",
    status: 401,
    title: "API key revoked",
    detail: "The key was revoked. Create a new one in the portal.",
    fault: "caller",
  },
  subscription_missing: {
    code: "subscription_missing",
    status: 403,
    title: "No subscription",
    detail: "The application has no active subscription to a plan that covers this API.",
    fault: "caller",
  },
  route_not_found: {
    code: "route_not_found",
    status: 404,
    title: "No such operation",
    detail: "No published API has an operation at this path.",
    fault: "caller",
  },
  method_not_allowed: {
    code: "method_not_allowed",
    status: 405,
    title: "Method not allowed",
    detail: "The path exists, but not with this method. The Allow field lists the methods it has.",
    fault: "caller",
  },
  request_timeout: {
    code: "request_timeout",
    status: 408,
    title: "Request timeout",
    detail: "The request did not arrive completely in time.",
    fault: "caller",
  },
  body_too_large: {
    code: "body_too_large",
    status: 413,
    title: "Body too large",
    detail: "The request body is larger than the gateway accepts.",
    fault: "caller",
  },
  uri_too_long: {
    code: "uri_too_long",
    status: 414,
    title: "URI too long",
    detail: "The request target is longer than the gateway accepts.",
    fault: "caller",
  },
  rate_limit_exceeded: {
    code: "rate_limit_exceeded",
    status: 429,
    title: "Rate limit exceeded",
    detail: "A limit of the plan is used up. Retry after the time in the Retry-After field.",
    fault: "caller",
  },
  headers_too_large: {
    code: "headers_too_large",
    status: 431,
    title: "Header fields too large",
    detail: "The header fields of the request are larger or more numerous than the gateway accepts.",
    fault: "caller",
  },
  gateway_error: {
    code: "gateway_error",
    status: 500,
    title: "Gateway error",
    detail: "The gateway failed while handling the request. The request id leads its operators to the cause.",
    fault: "gateway",
  },
  upstream_unresolved: {
    code: "upstream_unresolved",
    status: 502,
    title: "Upstream name unresolved",
    detail: "The name of the server behind this API does not resolve to an address.",
    fault: "upstream",
  },
  upstream_unreachable: {
    code: "upstream_unreachable",
    status: 502,
    title: "Upstream unreachable",
    detail: "The server behind this API did not accept the connection.",
    fault: "upstream",
  },
  upstream_invalid_response: {
    code: "upstream_invalid_response",
    status: 502,
    title: "Invalid upstream response",
    detail: "The server behind this API closed the connection early or answered with something that is not HTTP.",
    fault: "upstream",
  },
  gateway_not_ready: {
    code: "gateway_not_ready",
    status: 503,
    title: "Gateway not ready",
    detail: "The gateway has no release yet.",
    fault: "gateway",
  },
  limit_state_exhausted: {
    code: "limit_state_exhausted",
    status: 503,
    title: "Limit state exhausted",
    detail:
      "The gateway cannot count this request: its counters are full. It refuses rather than let a limit be exceeded.",
    fault: "gateway",
  },
  upstream_timeout: {
    code: "upstream_timeout",
    status: 504,
    title: "Upstream timeout",
    detail: "The server behind this API did not answer in time.",
    fault: "upstream",
  },
} as const satisfies Record<string, GatewayError>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;
