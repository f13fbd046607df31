import type { GatewayError } from "./errors";

/** Refusals of jwt-validation: 401 for a token that does not hold, 403 for one that does and is not enough (RFC 6750 §3.1). */
export const TOKEN_ERRORS = {
  token_missing: {
    code: "token_missing",
    status: 401,
    title: "Token missing",
    detail: "Send an access token of an issuer that this API trusts: Authorization: Bearer, then the token.",
    fault: "caller",
  },
  token_malformed: {
    code: "token_malformed",
    status: 401,
    title: "Token malformed",
    detail: "The token must be one signed JWT in compact form, at most 8 KiB, without critical extensions.",
    fault: "caller",
  },
  token_algorithm_denied: {
    code: "token_algorithm_denied",
    status: 401,
    title: "Token algorithm not allowed",
    detail: "The token is signed with an algorithm that this API does not take, or not signed at all.",
    fault: "caller",
  },
  token_key_unknown: {
    code: "token_key_unknown",
    status: 401,
    title: "Token key unknown",
    detail: "The token is signed with a key that is none of the issuer's keys for this algorithm.",
    fault: "caller",
  },
  token_signature_wrong: {
    code: "token_signature_wrong",
    status: 401,
    title: "Token signature wrong",
    detail: "The signature of the token is not that of its content by the issuer's key.",
    fault: "caller",
  },
  token_expired: {
    code: "token_expired",
    status: 401,
    title: "Token expired",
    detail: "The token has expired, or does not say when it does. Ask the issuer for a new one.",
    fault: "caller",
  },
  token_not_yet_valid: {
    code: "token_not_yet_valid",
    status: 401,
    title: "Token not yet valid",
    detail: "The token counts from a later time on, or was issued in the future by the gateway's clock.",
    fault: "caller",
  },
  token_issuer_wrong: {
    code: "token_issuer_wrong",
    status: 401,
    title: "Token of another issuer",
    detail: "The token is not of the issuer that this API trusts.",
    fault: "caller",
  },
  token_audience_wrong: {
    code: "token_audience_wrong",
    status: 401,
    title: "Token for another audience",
    detail: "The token was not issued for this API.",
    fault: "caller",
  },
  token_claim_missing: {
    code: "token_claim_missing",
    status: 403,
    title: "Token lacks a claim",
    detail: "The token is valid, and lacks a claim, or a value of one, that this operation asks for.",
    fault: "caller",
  },
  token_scope_missing: {
    code: "token_scope_missing",
    status: 403,
    title: "Token lacks a scope",
    detail: "The token is valid, and lacks a scope that this operation asks for.",
    fault: "caller",
  },
} as const satisfies Record<string, GatewayError>;
