import type { Limit } from "../../contract/bundle-types";
import { paddedText, wholeNumberText } from "../number-text";
import type { PolicyHost, PolicyRequest } from "../types";
import type { Rule } from "./rule";

const WORD = 4_294_967_296;
const THOUSAND = 1_000;
const BILLION = 1_000_000_000;
/** The usual ends of an item: seconds to the end of the window. */
const TIMES: string[] = [];
for (let seconds = 0; seconds < 4_000; seconds += 1) {
  TIMES[seconds] = `;t=${wholeNumberText(seconds)}`;
}
const SUBSCRIPTION_LOW = 1_048_576;

/**
 * Whom a limit counts: with detailOf two numbers that no other caller has. Every scope but `application` keeps subscriptions apart, so that no subscriber
 * uses up another's share.
 */
export function subjectOf(limit: Limit, request: PolicyRequest, host: PolicyHost): number {
  if (limit.scope === "application") {
    return request.credential === undefined ? 0 : request.credential.application;
  }
  if (limit.scope === "address") {
    return host.addressHigh() + (request.subscription % SUBSCRIPTION_LOW) * WORD;
  }
  return request.subscription;
}

export function detailOf(limit: Limit, request: PolicyRequest, host: PolicyHost): number {
  if (limit.scope === "operation") {
    return request.operation;
  }
  if (limit.scope === "address") {
    return host.addressLow() + Math.floor(request.subscription / SUBSCRIPTION_LOW) * WORD;
  }
  return 0;
}

/** The same as detailOf for any rule: also by a header field or a claim, and apart for an operation with a quota of its own. */
export function ruleDetailOf(rule: Rule, request: PolicyRequest, host: PolicyHost): number {
  const own = rule.ownOperation;
  if (rule.scope === "header" || rule.scope === "claim") {
    const value = rule.scope === "claim" ? claimOf(rule.claim ?? "", request) : fieldOf(rule.header ?? "", host);
    return host.digest(own === 0 ? value : `${own} ${value}`);
  }
  if (own === 0 || rule.scope === "operation") {
    return detailOf(rule, request, host);
  }
  return rule.scope === "address" ? host.digest(`${own} ${detailOf(rule, request, host)}`) : own;
}

/** Without the claim, or without a token, it is the empty value, which all such callers of a subscription share. */
function claimOf(name: string, request: PolicyRequest): string {
  const { claims } = request;
  return claims === undefined ? "" : (claims[name] ?? "");
}

/** A field that was sent twice counts as none: by sending another value first, a caller would never reach the limit of the one that counts. */
function fieldOf(variable: string, host: PolicyHost): string {
  const value = host.variable(variable);
  return value === undefined || host.isRepeated(variable) ? "" : value;
}

/** One item of the RateLimit field (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitField(limit: Limit, remaining: number, seconds: number): string {
  const name = limit.name;
  const time = TIMES[seconds] ?? `;t=${wholeNumberText(seconds)}`;
  if (remaining < THOUSAND || remaining >= BILLION) {
    return `"${name}";r=${wholeNumberText(remaining)}${time}`;
  }
  // Put together at once: each text in between would cost as much as the whole.
  const low = remaining % THOUSAND;
  const high = (remaining - low) / THOUSAND;
  if (high < THOUSAND) {
    return `"${name}";r=${wholeNumberText(high)}${paddedText(low)}${time}`;
  }
  const middle = high % THOUSAND;
  return `"${name}";r=${wholeNumberText((high - middle) / THOUSAND)}${paddedText(middle)}${paddedText(low)}${time}`;
}
