import type { Limit } from "../../contract/bundle-types";
import type { PolicyHost, PolicyRequest } from "../types";

const WORD = 4_294_967_296;
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

/** One item of the RateLimit field (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitField(limit: Limit, remaining: number, seconds: number): string {
  return `"${limit.name}";r=${remaining};t=${seconds}`;
}
