import type { Limit } from "../../contract/bundle-types";
import type { Decision } from "../../contract/decision";
import type { Counter, PolicyHost, PolicyRequest } from "../types";
import { detailOf, rateLimitField, subjectOf } from "./subject";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf } from "./window";

/** One limit of the request on its way from the lock to the answer. */
interface Claim {
  limit: Limit | undefined;
  subject: number;
  detail: number;
  stripe: number;
  counter: Counter | undefined;
  isRefused: boolean;
  remaining: number;
  /** Until the window ends, or until it is worth trying again. */
  seconds: number;
}

/**
 * Used by every request anew; nothing yields between its locks. Fresh ones would be so many values at once that LuaJIT runs out of places
 * for them ("too many spill slots").
 */
const FIRST = newClaim();
const SECOND = newClaim();
const THIRD = newClaim();
const FOURTH = newClaim();

/**
 * Two to four limits, written out: LuaJIT does not compile a function whose path holds a loop. All are checked, then all are charged: a
 * refused request charges none. many-limits.ts does the same for more.
 */
export function runFew(
  first: Limit,
  second: Limit,
  third: Limit | undefined,
  fourth: Limit | undefined,
  request: PolicyRequest,
  host: PolicyHost,
): Decision | undefined {
  const a = fill(FIRST, first, request, host);
  const b = fill(SECOND, second, request, host);
  const c = third === undefined ? undefined : fill(THIRD, third, request, host);
  const d = fourth === undefined ? undefined : fill(FOURTH, fourth, request, host);
  // An absent limit takes the first one's stripe: a stripe is locked once, however often it is named.
  const stripeC = c === undefined ? a.stripe : c.stripe;
  const stripeD = d === undefined ? a.stripe : d.stripe;
  lockAscending(a.stripe, b.stripe, stripeC, stripeD, host);
  const hasRoom = take(a, host) && take(b, host) && take(c, host) && take(d, host);
  if (!hasRoom) {
    unlockAll(a.stripe, b.stripe, stripeC, stripeD, host);
    return { kind: "refuse", code: "limit_state_exhausted" };
  }
  // One moment for all limits, read under the locks.
  const now = host.nowSeconds();
  check(a, now);
  check(b, now);
  check(c, now);
  check(d, now);
  const isRefused = a.isRefused || b.isRefused || (c !== undefined && c.isRefused) || (d !== undefined && d.isRefused);
  if (!isRefused) {
    charge(a);
    charge(b);
    charge(c);
    charge(d);
  }
  unlockAll(a.stripe, b.stripe, stripeC, stripeD, host);
  request.rateLimit = `${fieldOf(a)}, ${fieldOf(b)}${c === undefined ? "" : `, ${fieldOf(c)}`}${d === undefined ? "" : `, ${fieldOf(d)}`}`;
  return isRefused ? refusalOf(a, b, c, d) : undefined;
}

function fill(claim: Claim, limit: Limit, request: PolicyRequest, host: PolicyHost): Claim {
  const subject = subjectOf(limit, request, host);
  const detail = detailOf(limit, request, host);
  claim.limit = limit;
  claim.subject = subject;
  claim.detail = detail;
  claim.stripe = host.stripeOf(limit.id, subject, detail);
  claim.counter = undefined;
  claim.isRefused = false;
  claim.remaining = 0;
  claim.seconds = 0;
  return claim;
}

function newClaim(): Claim {
  return {
    limit: undefined,
    subject: 0,
    detail: 0,
    stripe: 0,
    counter: undefined,
    isRefused: false,
    remaining: 0,
    seconds: 0,
  };
}

/** Locks four stripes in ascending order, each once: two workers can never wait for each other. Sorts by a network of five comparisons. */
function lockAscending(first: number, second: number, third: number, fourth: number, host: PolicyHost): void {
  const low = Math.min(first, second);
  const high = Math.max(first, second);
  const otherLow = Math.min(third, fourth);
  const otherHigh = Math.max(third, fourth);
  const lowest = Math.min(low, otherLow);
  const highest = Math.max(high, otherHigh);
  const left = Math.max(low, otherLow);
  const right = Math.min(high, otherHigh);
  const lower = Math.min(left, right);
  const higher = Math.max(left, right);
  host.lock(lowest);
  if (lower !== lowest) {
    host.lock(lower);
  }
  if (higher !== lower) {
    host.lock(higher);
  }
  if (highest !== higher) {
    host.lock(highest);
  }
}

function unlockAll(first: number, second: number, third: number, fourth: number, host: PolicyHost): void {
  host.unlock(first);
  if (second !== first) {
    host.unlock(second);
  }
  if (third !== first && third !== second) {
    host.unlock(third);
  }
  if (fourth !== first && fourth !== second && fourth !== third) {
    host.unlock(fourth);
  }
}

/** Takes the claim's counter; false when there is no room for one. */
function take(claim: Claim | undefined, host: PolicyHost): boolean {
  if (claim === undefined || claim.limit === undefined) {
    return true;
  }
  claim.counter = host.counter(claim.limit.id, claim.subject, claim.detail);
  return claim.counter !== undefined;
}

function check(claim: Claim | undefined, nowSeconds: number): void {
  if (claim === undefined || claim.limit === undefined || claim.counter === undefined) {
    return;
  }
  const limit = claim.limit;
  const now = rollWindow(limit, claim.counter, nowSeconds);
  const used = usedOf(limit, claim.counter, now);
  if (used + 1 > limit.quota) {
    claim.isRefused = true;
    claim.seconds = retryAfterSeconds(limit, claim.counter, now);
  } else {
    claim.remaining = Math.floor(limit.quota - used - 1);
    claim.seconds = resetSeconds(limit, claim.counter, now);
  }
}

function charge(claim: Claim | undefined): void {
  if (claim !== undefined && claim.counter !== undefined) {
    claim.counter.current = claim.counter.current + 1;
  }
}

function fieldOf(claim: Claim): string {
  return claim.limit === undefined ? "" : rateLimitField(claim.limit, claim.remaining, claim.seconds);
}

function refusalOf(a: Claim, b: Claim, c: Claim | undefined, d: Claim | undefined): Decision {
  const violated: string[] = [];
  const wait = Math.max(blame(a, violated), blame(b, violated), blame(c, violated), blame(d, violated));
  return { kind: "refuse", code: "rate_limit_exceeded", retryAfterSeconds: wait, violatedPolicies: violated };
}

/** Adds the limit to the violated ones if it said no. @returns seconds to wait for it */
function blame(claim: Claim | undefined, violated: string[]): number {
  if (claim === undefined || claim.limit === undefined || !claim.isRefused) {
    return 0;
  }
  violated.push(claim.limit.name);
  return claim.seconds;
}
