import type { GatewayErrorCode } from "../../contract/errors";
import { paddedText, wholeNumberText } from "../number-text";
import type { Claims, PolicyHost } from "../types";

export interface RequiredClaim {
  readonly name: string;
  /** Texts; none = any. */
  readonly values: readonly string[];
}

/** What is asked of a token's claims. */
export interface ClaimRules {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly requiredClaims: readonly RequiredClaim[];
  readonly requiredScopes: readonly string[];
  readonly clockSkewSeconds: number;
  readonly requiresExpiry: boolean;
}

const NEVER = 1e15;
const THOUSAND = 1_000;
/** A number of JSON is a double: beyond it, other numbers would be the same text. */
const LARGEST_WHOLE = 9_007_199_254_740_991;

/** What is wrong with the claims of a token whose signature holds (RFC 7519 §4.1, RFC 8693 §4.2). */
export function judgeClaims(rules: ClaimRules, payload: unknown, host: PolicyHost): GatewayErrorCode | undefined {
  return judgeTimes(rules, payload, host) ?? judgeParties(rules, payload, host) ?? judgeRights(rules, payload, host);
}

/** Epoch seconds; far away for a token that does not expire. */
export function expiryOf(payload: unknown, host: PolicyHost): number {
  const expiry = host.json.member(payload, "exp");
  return typeof expiry === "number" ? expiry : NEVER;
}

/** Those claims that are one text, number or truth. */
export function textsOf(payload: unknown, host: PolicyHost): Claims {
  const texts: Record<string, string> = {};
  for (const name of host.json.names(payload)) {
    const text = textOf(host.json.member(payload, name));
    if (text !== undefined) {
      texts[name] = text;
    }
  }
  return texts;
}

function judgeTimes(rules: ClaimRules, payload: unknown, host: PolicyHost): GatewayErrorCode | undefined {
  const expiry = host.json.member(payload, "exp");
  const notBefore = host.json.member(payload, "nbf");
  const issuedAt = host.json.member(payload, "iat");
  if (!isTime(expiry) || !isTime(notBefore) || !isTime(issuedAt)) {
    return "token_malformed";
  }
  const now = host.nowSeconds();
  const skew = rules.clockSkewSeconds;
  const hasExpired = typeof expiry === "number" ? now >= expiry + skew : rules.requiresExpiry;
  if (hasExpired) {
    return "token_expired";
  }
  const isEarly = typeof notBefore === "number" && now < notBefore - skew;
  const isOfFuture = typeof issuedAt === "number" && now < issuedAt - skew;
  return isEarly || isOfFuture ? "token_not_yet_valid" : undefined;
}

function isTime(value: unknown): boolean {
  return value === undefined || typeof value === "number";
}

function judgeParties(rules: ClaimRules, payload: unknown, host: PolicyHost): GatewayErrorCode | undefined {
  if (rules.issuer !== "" && host.json.member(payload, "iss") !== rules.issuer) {
    return "token_issuer_wrong";
  }
  const isForUs = rules.audiences.length === 0 || holdsAny(host.json.member(payload, "aud"), rules.audiences, host);
  return isForUs ? undefined : "token_audience_wrong";
}

function judgeRights(rules: ClaimRules, payload: unknown, host: PolicyHost): GatewayErrorCode | undefined {
  for (const { name, values } of rules.requiredClaims) {
    const value = host.json.member(payload, name);
    const isThere = value !== undefined && host.json.kindOf(value) !== "null";
    if (!isThere || (values.length > 0 && !holdsAny(value, values, host))) {
      return "token_claim_missing";
    }
  }
  const granted = host.json.member(payload, "scope") ?? host.json.member(payload, "scp");
  for (const scope of rules.requiredScopes) {
    if (!grants(granted, scope, host)) {
      return "token_scope_missing";
    }
  }
  return undefined;
}

/** Of one value, or of a list. */
function holdsAny(value: unknown, wanted: readonly string[], host: PolicyHost): boolean {
  if (value === undefined) {
    return false;
  }
  if (host.json.kindOf(value) !== "array") {
    const text = textOf(value);
    return text !== undefined && wanted.includes(text);
  }
  for (const item of value as readonly unknown[]) {
    const text = textOf(item);
    if (text !== undefined && wanted.includes(text)) {
      return true;
    }
  }
  return false;
}

/** A list with spaces between, or an array. */
function grants(granted: unknown, scope: string, host: PolicyHost): boolean {
  if (typeof granted === "string") {
    return ` ${granted} `.indexOf(` ${scope} `) >= 0;
  }
  if (granted === undefined || host.json.kindOf(granted) !== "array") {
    return false;
  }
  for (const item of granted as readonly unknown[]) {
    if (item === scope) {
      return true;
    }
  }
  return false;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "boolean") {
    return value ? "true" : "false";
  }
  return typeof value === "number" ? numberText(value) : undefined;
}

/** Undefined for a number that cannot be told from its neighbours. */
function numberText(value: number): string | undefined {
  const size = value < 0 ? -value : value;
  if (!(size <= LARGEST_WHOLE)) {
    return undefined;
  }
  if (size % 1 !== 0) {
    return `${value}`;
  }
  const low = size % THOUSAND;
  const text =
    size < THOUSAND ? wholeNumberText(size) : `${wholeNumberText((size - low) / THOUSAND)}${paddedText(low)}`;
  return value < 0 ? `-${text}` : text;
}
