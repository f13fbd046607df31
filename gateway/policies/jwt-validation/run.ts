import type { Decision } from "../../contract/decision";
import type { GatewayErrorCode } from "../../contract/errors";
import type { VerificationKey } from "../../contract/key-set-types";
import type { PolicyHost, PolicyRequest } from "../types";
import { expiryOf, judgeClaims, textsOf, type RequiredClaim } from "./judge-claims";
import { newTokenMemory, recallToken, rememberToken, type KnownToken, type TokenMemory } from "./token-memory";
import { verifyToken } from "./verify-token";

export interface JwtValidationPlan {
  readonly [key: string]: unknown;
  readonly header: string;
  readonly variable: string;
  readonly isAuthorization: boolean;
  /** Empty where they are served at `jwksUri`, which is "" otherwise. */
  readonly keys: readonly VerificationKey[];
  readonly jwksUri: string;
  readonly algorithms: readonly string[];
  /** "" = any. */
  readonly issuer: string;
  /** None = any. */
  readonly audiences: readonly string[];
  readonly requiredClaims: readonly RequiredClaim[];
  readonly requiredScopes: readonly string[];
  readonly clockSkewSeconds: number;
  readonly requiresExpiry: boolean;
  readonly forward: boolean;
  readonly isRequired: boolean;
  /** WWW-Authenticate where a scope or a claim is missing. */
  readonly scopeChallenge: string;
}

export interface PreparedJwtValidation {
  readonly plan: JwtValidationPlan;
  readonly memory: TokenMemory;
}

const BEARER = "Bearer ";
/** RFC 6750 §3.1: nothing is said of an error where nothing was sent. */
const MISSING = 'Bearer realm="gatehouse"';
const INVALID = 'Bearer realm="gatehouse", error="invalid_token"';

export function prepare(plan: JwtValidationPlan): PreparedJwtValidation {
  return { plan, memory: newTokenMemory() };
}

/** Bearer tokens (RFC 6750) that are JSON Web Tokens (RFC 7519), checked as RFC 8725 has it. */
export function run(prepared: PreparedJwtValidation, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { plan, memory } = prepared;
  const token = tokenOf(plan, host);
  if (token === "") {
    return plan.isRequired ? { kind: "refuse", code: "token_missing", challenge: MISSING } : undefined;
  }
  // Of a field that came twice we read the first, and the upstream perhaps the last. nginx itself takes one Authorization only.
  if (!plan.isAuthorization && host.isRepeated(plan.variable)) {
    return { kind: "refuse", code: "token_malformed", challenge: INVALID };
  }
  const keys = plan.jwksUri === "" ? plan.keys : host.findKeys(plan.jwksUri);
  if (keys === undefined) {
    return { kind: "refuse", code: "token_keys_unavailable" };
  }
  const known = recallToken(memory, token, keys, host.nowSeconds()) ?? verifyApart(prepared, token, keys, host);
  if (known === undefined) {
    return refuse(plan);
  }
  request.claims = known.claims;
  if (!plan.forward) {
    host.setRequestField(plan.header, undefined);
  }
  return undefined;
}

/** "" where there is none: another scheme of Authorization is another policy's. */
function tokenOf(plan: JwtValidationPlan, host: PolicyHost): string {
  const sent = host.variable(plan.variable);
  if (sent === undefined) {
    return "";
  }
  const scheme = host.cut(sent, 0, BEARER.length);
  if (scheme === BEARER || scheme.toLowerCase() === "bearer ") {
    const token = host.cut(sent, BEARER.length);
    return token;
  }
  return plan.isAuthorization ? "" : sent;
}

/** What the check apart gets and gives: it takes no arguments, and nothing waits while it runs. */
let current:
  { prepared: PreparedJwtValidation; token: string; keys: readonly VerificationKey[]; host: PolicyHost } | undefined;
let verified: KnownToken | undefined;
/** Why nothing was verified. */
let code: GatewayErrorCode = "token_malformed";

function verifyApart(
  prepared: PreparedJwtValidation,
  token: string,
  keys: readonly VerificationKey[],
  host: PolicyHost,
): KnownToken | undefined {
  current = { prepared, token, keys, host };
  verified = undefined;
  code = "token_malformed";
  host.runApart(verify);
  current = undefined;
  const found = verified;
  verified = undefined;
  return found;
}

function verify(): void {
  if (current === undefined) {
    return;
  }
  const { prepared, token, keys, host } = current;
  const { plan, memory } = prepared;
  const { payload, code: wrongToken } = verifyToken(token, keys, plan.algorithms, host);
  if (wrongToken !== undefined) {
    code = wrongToken;
    if (wrongToken === "token_key_unknown" && plan.jwksUri !== "") {
      host.wishForKeys();
    }
    return;
  }
  const wrongClaims = judgeClaims(plan, payload, host);
  if (wrongClaims !== undefined) {
    code = wrongClaims;
    return;
  }
  verified = { keys, claims: textsOf(payload, host), until: expiryOf(payload, host) + plan.clockSkewSeconds };
  rememberToken(memory, token, verified);
}

function refuse(plan: JwtValidationPlan): Decision {
  const isOfScope = code === "token_scope_missing" || code === "token_claim_missing";
  return { kind: "refuse", code, challenge: isOfScope ? plan.scopeChallenge : INVALID };
}
