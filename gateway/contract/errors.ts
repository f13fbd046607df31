import { TOKEN_ERRORS } from "./token-errors";

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
  request_invalid: {
    code: "request_invalid",
    status: 400,
    title: "Invalid request",
    detail: "Parameters or the body of the request are not as the API describes them.",
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
  api_version_missing: {
    code: "api_version_missing",
    status: 400,
    title: "API version missing",
    detail: "This API has several versions at this address, and the request names none of them.",
    fault: "caller",
  },
  api_version_unknown: {
    code: "api_version_unknown",
    status: 400,
    title: "API version unknown",
    detail: "This API has several versions at this address, and none that the request names.",
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
  basic_missing: {
    code: "basic_missing",
    status: 401,
    title: "Basic credentials missing",
    detail: "Send an API key of an application that is subscribed to this API as the password of HTTP Basic.",
    fault: "caller",
  },
  basic_malformed: {
    code: "basic_malformed",
    status: 401,
    title: "Basic credentials malformed",
    detail: "What follows Basic must be base64 of a user name, a colon and a password.",
    fault: "caller",
  },
  basic_user_mismatch: {
    code: "basic_user_mismatch",
    status: 401,
    title: "Wrong user name",
    detail: "The user name must be the number of the application that the key belongs to.",
    fault: "caller",
  },
  signature_missing: {
    code: "signature_missing",
    status: 401,
    title: "Signature missing",
    detail: "Sign the request with a signing secret of an application that is subscribed to this API (RFC 9421).",
    fault: "caller",
  },
  signature_malformed: {
    code: "signature_malformed",
    status: 401,
    title: "Signature malformed",
    detail:
      "Send one signature, in Signature-Input and Signature, with created, keyid and hmac-sha256, over components of the request that were sent once.",
    fault: "caller",
  },
  signature_incomplete: {
    code: "signature_incomplete",
    status: 401,
    title: "Signature covers too little",
    detail: "The signature must cover every component that this API asks for, and Content-Digest when there is a body.",
    fault: "caller",
  },
  signature_expired: {
    code: "signature_expired",
    status: 401,
    title: "Signature out of date",
    detail: "The signature was made too long ago, or in the future: sign each request anew, by a clock that is right.",
    fault: "caller",
  },
  signature_key_unknown: {
    code: "signature_key_unknown",
    status: 401,
    title: "Signing secret unknown",
    detail: "No application has a signing secret of this keyid.",
    fault: "caller",
  },
  signature_wrong: {
    code: "signature_wrong",
    status: 401,
    title: "Signature wrong",
    detail: "The signature is not that of the request as it arrived: the secret is another, or something was changed.",
    fault: "caller",
  },
  signature_replayed: {
    code: "signature_replayed",
    status: 401,
    title: "Signature used before",
    detail: "A request with this nonce has been here: sign each request with a nonce of its own.",
    fault: "caller",
  },
  content_digest_wrong: {
    code: "content_digest_wrong",
    status: 401,
    title: "Content-Digest wrong",
    detail: "Content-Digest must hold the sha-256 of the body as it was sent (RFC 9530).",
    fault: "caller",
  },
  ...TOKEN_ERRORS,
  subscription_missing: {
    code: "subscription_missing",
    status: 403,
    title: "No subscription",
    detail: "The application has no active subscription to a plan that covers this API.",
    fault: "caller",
  },
  address_denied: {
    code: "address_denied",
    status: 403,
    title: "Address not allowed",
    detail: "This API does not take requests from the address that this one comes from.",
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
  length_required: {
    code: "length_required",
    status: 411,
    title: "Length required",
    detail: "This API takes no body in chunks: send it with a Content-Length.",
    fault: "caller",
  },
  body_too_large: {
    code: "body_too_large",
    status: 413,
    title: "Body too large",
    detail: "The request body is larger than the gateway accepts.",
    fault: "caller",
  },
  media_type_unsupported: {
    code: "media_type_unsupported",
    status: 415,
    title: "Unsupported media type",
    detail: "This operation takes its body in another media type, and not compressed.",
    fault: "caller",
  },
  uri_too_long: {
    code: "uri_too_long",
    status: 414,
    title: "URI too long",
    detail: "The request target is longer than the gateway accepts.",
    fault: "caller",
  },
  misdirected_request: {
    code: "misdirected_request",
    status: 421,
    title: "Misdirected request",
    detail: "The connection was made for another host name: open one for the host that the request names.",
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
  upstream_certificate_missing: {
    code: "upstream_certificate_missing",
    status: 502,
    title: "Gateway certificate missing",
    detail: "The certificate that the gateway must present to the server behind this API is not in place.",
    fault: "gateway",
  },
  upstream_certificate_refused: {
    code: "upstream_certificate_refused",
    status: 502,
    title: "Gateway certificate refused",
    detail:
      "The server behind this API closed the connection for which the gateway presented its certificate, without an answer.",
    fault: "upstream",
  },
  upstream_invalid_response: {
    code: "upstream_invalid_response",
    status: 502,
    title: "Invalid upstream response",
    detail: "The server behind this API closed the connection early or answered with something that is not HTTP.",
    fault: "upstream",
  },
  maintenance: {
    code: "maintenance",
    status: 503,
    title: "Maintenance",
    detail:
      "The owner of this API has taken it out of service for a while. Retry after the time in the Retry-After field.",
    fault: "owner",
  },
  gateway_not_ready: {
    code: "gateway_not_ready",
    status: 503,
    title: "Gateway not ready",
    detail: "The gateway has no release yet.",
    fault: "gateway",
  },
  token_keys_unavailable: {
    code: "token_keys_unavailable",
    status: 503,
    title: "Token keys unavailable",
    detail: "The gateway has not got the issuer's keys yet, and cannot tell whether the token is genuine.",
    fault: "gateway",
  },
  upstream_circuit_open: {
    code: "upstream_circuit_open",
    status: 503,
    title: "Upstream out of use",
    detail:
      "Every server behind this API has failed lately and is left alone for a while. Retry after the time in the Retry-After field.",
    fault: "upstream",
  },
  limit_state_exhausted: {
    code: "limit_state_exhausted",
    status: 503,
    title: "Limit state exhausted",
    detail:
      "The gateway cannot count this request: its counters are full. It refuses rather than let a limit be exceeded.",
    fault: "gateway",
  },
  not_cached: {
    code: "not_cached",
    status: 504,
    title: "Not in the cache",
    detail: "The request asked for an answer from the cache only (only-if-cached), and there is none.",
    fault: "caller",
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
