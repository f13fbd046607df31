import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest, ViolatedLimit } from "../types";
import {
  charge,
  chargeRefused,
  check,
  fieldOf,
  fill,
  newClaim,
  refusesNext,
  take,
  tell,
  tellRefused,
  type Claim,
} from "./claim";
import type { Rule } from "./rule";
import { noteSettlement } from "./settle";
import { noteShadowed } from "./shadow";

/**
 * Used by every request anew; nothing yields between its locks. Fresh ones would be so many values at once that LuaJIT runs out of places
 * for them ("too many spill slots").
 */
const FIRST = newClaim();
const SECOND = newClaim();
const THIRD = newClaim();
const FOURTH = newClaim();

/**
 * One to four limits, written out: LuaJIT does not compile a function whose path holds a loop. All are checked, then all are charged: a
 * refused request charges none, but those that count refused ones. many-limits.ts does the same for more.
 */
export function runFew(
  first: Rule,
  second: Rule | undefined,
  third: Rule | undefined,
  fourth: Rule | undefined,
  request: PolicyRequest,
  host: PolicyHost,
): Decision | undefined {
  // Around each third, because with two limits the three and the phase around them are too long for one trace. One limit fits.
  cutTrace(second, host);
  const a = fill(FIRST, first, request, host);
  const b = second === undefined ? undefined : fill(SECOND, second, request, host);
  const c = third === undefined ? undefined : fill(THIRD, third, request, host);
  const d = fourth === undefined ? undefined : fill(FOURTH, fourth, request, host);
  // An absent limit takes the first one's stripe: a stripe is locked once, however often it is named.
  const stripeB = b === undefined ? a.stripe : b.stripe;
  const stripeC = c === undefined ? a.stripe : c.stripe;
  const stripeD = d === undefined ? a.stripe : d.stripe;
  lockAscending(a.stripe, stripeB, stripeC, stripeD, host);
  const hasRoom = take(a, host) && take(b, host) && take(c, host) && take(d, host);
  if (!hasRoom) {
    unlockAll(a.stripe, stripeB, stripeC, stripeD, host);
    return { kind: "refuse", code: "limit_state_exhausted" };
  }
  cutTrace(second, host);
  // One moment for all limits, read under the locks: no worker can come with an older time than a counter has seen.
  const now = host.nowSeconds();
  check(a, now, host);
  check(b, now, host);
  check(c, now, host);
  check(d, now, host);
  const isRefused = refuses(a) || refuses(b) || refuses(c) || refuses(d);
  if (isRefused) {
    const refusal = refuse(a, b, c, d, request);
    unlockAll(a.stripe, stripeB, stripeC, stripeD, host);
    return refusal;
  }
  cutTrace(second, host);
  charge(a, host);
  charge(b, host);
  charge(c, host);
  charge(d, host);
  unlockAll(a.stripe, stripeB, stripeC, stripeD, host);
  request.rateLimit = fieldsOf(a, b, c, d);
  if (shadows(a) || shadows(b) || shadows(c) || shadows(d)) {
    noteAllShadowed(a, b, c, d, request, host);
  }
  noteSettlement(a, request);
  noteSettlement(b, request);
  noteSettlement(c, request);
  noteSettlement(d, request);
  cutTrace(second, host);
  const delay = Math.max(a.delaySeconds, delayOf(b), delayOf(c), delayOf(d));
  if (delay > 0) {
    host.sleep(delay);
  }
  return undefined;
}

function cutTrace(second: Rule | undefined, host: PolicyHost): void {
  if (second !== undefined) {
    host.cutTrace();
  }
}

export function refuses(claim: Claim | undefined): boolean {
  return claim !== undefined && claim.isRefused && claim.rule !== undefined && !claim.rule.isShadow;
}

function shadows(claim: Claim | undefined): boolean {
  return claim !== undefined && claim.isRefused;
}

function noteAllShadowed(
  a: Claim,
  b: Claim | undefined,
  c: Claim | undefined,
  d: Claim | undefined,
  request: PolicyRequest,
  host: PolicyHost,
): void {
  const shadowed: ViolatedLimit[] = [];
  noteShadowed(a, shadowed, host);
  noteShadowed(b, shadowed, host);
  noteShadowed(c, shadowed, host);
  noteShadowed(d, shadowed, host);
  request.isShadowed = true;
  request.violatedLimits = shadowed;
}

function delayOf(claim: Claim | undefined): number {
  return claim === undefined ? 0 : claim.delaySeconds;
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

function fieldsOf(a: Claim, b: Claim | undefined, c: Claim | undefined, d: Claim | undefined): string {
  return joinFields(
    joinFields(fieldOf(a), b === undefined ? "" : fieldOf(b)),
    joinFields(c === undefined ? "" : fieldOf(c), d === undefined ? "" : fieldOf(d)),
  );
}

export function joinFields(left: string, right: string): string {
  if (right === "") {
    return left;
  }
  return left === "" ? right : `${left}, ${right}`;
}

function refuse(
  a: Claim,
  b: Claim | undefined,
  c: Claim | undefined,
  d: Claim | undefined,
  request: PolicyRequest,
): Decision {
  const violated: ViolatedLimit[] = [];
  const wait = Math.max(blame(a, violated), blame(b, violated), blame(c, violated), blame(d, violated));
  request.rateLimit = fieldsOf(a, b, c, d);
  request.violatedLimits = violated;
  return { kind: "refuse", code: "rate_limit_exceeded", retryAfterSeconds: wait, violatedPolicies: namesOf(violated) };
}

export function namesOf(violated: readonly ViolatedLimit[]): string[] {
  const names: string[] = [];
  for (const { limit } of violated) {
    names.push(limit.name);
  }
  return names;
}

/**
 * Of a request that is refused: charges the limit if it counts those, works out what is told of it, and adds it to the violated ones if it said
 * no. In this order, because a charge puts off the time to come back at.
 * @returns seconds to wait for it, at least 1 where nobody can tell; 0 for a limit that does not stand in the way
 */
export function blame(claim: Claim | undefined, violated: ViolatedLimit[]): number {
  if (claim === undefined || claim.rule === undefined) {
    return 0;
  }
  const isCharged = chargeRefused(claim);
  if (isCharged && !claim.isRefused && refusesNext(claim)) {
    tellRefused(claim);
    return claim.rule.isShadow ? 0 : claim.seconds;
  }
  tell(claim, isCharged);
  if (!claim.isRefused || claim.rule.isShadow) {
    return 0;
  }
  const retryAfterSeconds = Math.max(1, claim.seconds);
  violated.push({ limit: claim.rule, used: claim.used, retryAfterSeconds });
  return retryAfterSeconds;
}
