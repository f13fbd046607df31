import { wholeNumberText } from "../number-text";
import type { PolicyHost, PolicyRequest } from "../types";
import { bucketRetrySeconds, bucketTime, drainSeconds, isBucketFull, levelNow, roomIn, setLevel } from "./bucket";
import { addCalls, logResetSeconds, logRetrySeconds, rollCallLog } from "./call-log";
import { calendarResetSeconds, rollCalendar } from "./calendar";
import type { CallLog, Counter, InFlight } from "./counter";
import { BUCKET, CALENDAR, CALL_LOG, CONCURRENCY, WINDOW, type Rule } from "./rule";
import { ruleDetailOf, subjectOf } from "./subject";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf, usedUnderOldLength } from "./window";

/** One rule of a request on its way from the lock to the answer: filled, then taken, checked, charged, told. */
export interface Claim {
  rule: Rule | undefined;
  subject: number;
  detail: number;
  stripe: number;
  counter: Counter | undefined;
  log: CallLog | undefined;
  inFlight: InFlight | undefined;
  /** The time to reckon with, and what counts as used at it. */
  now: number;
  used: number;
  isRefused: boolean;
  /** How long a request that is let through has to wait. */
  delaySeconds: number;
  /** What the caller is told, see tell. */
  remaining: number;
  seconds: number;
}

export function newClaim(): Claim {
  return {
    rule: undefined,
    subject: 0,
    detail: 0,
    stripe: 0,
    counter: undefined,
    log: undefined,
    inFlight: undefined,
    now: 0,
    used: 0,
    isRefused: false,
    delaySeconds: 0,
    remaining: 0,
    seconds: 0,
  };
}

export function fill(claim: Claim, rule: Rule, request: PolicyRequest, host: PolicyHost): Claim {
  const subject = subjectOf(rule, request, host);
  const detail = ruleDetailOf(rule, request, host);
  claim.rule = rule;
  claim.subject = subject;
  claim.detail = detail;
  claim.stripe = host.stripeOf(rule.id, subject, detail);
  claim.counter = undefined;
  claim.isRefused = false;
  claim.delaySeconds = 0;
  return claim;
}

/** Takes what the node remembers for the claim; false when there is no room for it. */
export function take(claim: Claim | undefined, host: PolicyHost): boolean {
  if (claim === undefined || claim.rule === undefined) {
    return true;
  }
  const rule = claim.rule;
  if (rule.kind === CONCURRENCY) {
    claim.inFlight = host.inFlight(rule.id, claim.subject, claim.detail);
    return claim.inFlight !== undefined;
  }
  claim.counter = host.counter(rule.id, claim.subject, claim.detail);
  if (rule.kind === CALL_LOG) {
    claim.log = host.callLog(rule.id, claim.subject, claim.detail);
    return claim.log !== undefined && claim.counter !== undefined;
  }
  return claim.counter !== undefined;
}

/** Brings what is remembered to `nowSeconds` and says whether the rule lets the request through. */
export function check(claim: Claim | undefined, nowSeconds: number, host: PolicyHost): void {
  if (claim === undefined || claim.rule === undefined) {
    return;
  }
  const rule = claim.rule;
  const counter = claim.counter;
  if (counter === undefined) {
    checkInFlight(claim, rule, host);
  } else if (rule.kind === WINDOW) {
    claim.now = rollWindow(rule, counter, nowSeconds);
    claim.used = usedOf(rule, counter, claim.now);
    claim.isRefused = claim.used + rule.cost > rule.quota;
  } else if (rule.kind === CALENDAR) {
    claim.now = rollCalendar(rule, counter, nowSeconds);
    claim.used = counter.current;
    claim.isRefused = claim.used + rule.cost > rule.quota;
  } else if (rule.kind === BUCKET) {
    checkBucket(claim, rule, counter, nowSeconds);
  } else if (claim.log !== undefined) {
    claim.now = rollCallLog(rule, claim.log, counter, nowSeconds);
    claim.used = claim.log.count;
    claim.isRefused = claim.used + rule.cost > rule.quota;
  }
  // Here, where all of it is at hand: later it would be so many values at once that LuaJIT runs out of places for them.
  if (!claim.isRefused) {
    tell(claim, true);
  }
}

function checkBucket(claim: Claim, rule: Rule, counter: Counter, nowSeconds: number): void {
  const now = bucketTime(counter, nowSeconds);
  if (counter.windowSeconds >= 0 || counter.previous !== rule.drainPerSecond) {
    // It was a window, or drained at another rate: what counts as used at this moment stays used.
    const latest = counter.start > now ? counter.start : now;
    setLevel(rule, counter, latest, usedUnderOldLength(rule, counter, latest));
  }
  claim.now = counter.start > now ? counter.start : now;
  claim.used = levelNow(counter, claim.now);
  claim.isRefused = isBucketFull(rule, claim.used, rule.cost);
  claim.delaySeconds =
    rule.algorithm === "leaky-bucket" && !rule.isShadow && !claim.isRefused ? claim.used / rule.drainPerSecond : 0;
}

function checkInFlight(claim: Claim, rule: Rule, host: PolicyHost): void {
  const inFlight = claim.inFlight;
  if (inFlight === undefined) {
    return;
  }
  if (inFlight.current + 1 > rule.quota) {
    host.recount(inFlight);
  }
  claim.used = inFlight.current;
  claim.isRefused = claim.used + 1 > rule.quota;
}

/** Of a request that is let through, by this rule or in spite of it: a shadowed one counts as if it were enforced. */
export function charge(claim: Claim | undefined, host: PolicyHost): void {
  if (claim === undefined || claim.rule === undefined) {
    return;
  }
  if (claim.isRefused) {
    tell(claim, chargeRefused(claim));
    return;
  }
  const rule = claim.rule;
  if (claim.counter === undefined) {
    if (claim.inFlight !== undefined) {
      host.addInFlight(claim.inFlight, 1);
    }
    return;
  }
  addCost(claim, rule, claim.counter, rule.charge);
}

/**
 * Of a rule that counts refused requests too, when the request is refused by it or by another.
 * @returns whether it is such a rule
 */
export function chargeRefused(claim: Claim): boolean {
  const rule = claim.rule;
  const counter = claim.counter;
  if (rule === undefined || counter === undefined || !rule.countsRefused) {
    return false;
  }
  addCost(claim, rule, counter, rule.charge);
  return true;
}

/** Whether a rule that has let a request through, and was charged for it, would refuse it now. */
export function refusesNext(claim: Claim): boolean {
  const rule = claim.rule;
  const counter = claim.counter;
  if (rule === undefined || counter === undefined) {
    return false;
  }
  if (rule.kind === BUCKET) {
    return isBucketFull(rule, levelNow(counter, claim.now), rule.cost);
  }
  if (rule.kind === CALL_LOG) {
    return claim.log !== undefined && claim.log.count + rule.cost > rule.quota;
  }
  const used = rule.kind === WINDOW ? usedOf(rule, counter, claim.now) : counter.current;
  return used + rule.cost > rule.quota;
}

function addCost(claim: Claim, rule: Rule, counter: Counter, cost: number): void {
  if (rule.kind === BUCKET) {
    const level = claim.used + cost;
    // Only refused requests get beyond the size: a bucket that is full does not become fuller.
    const highest = rule.algorithm === "leaky-bucket" ? level : Math.max(rule.size, claim.used, cost);
    setLevel(rule, counter, claim.now, level > highest ? highest : level);
  } else if (rule.kind === CALL_LOG) {
    addToLog(claim, counter, cost);
  } else {
    counter.current = counter.current + cost;
  }
}

function addToLog(claim: Claim, counter: Counter, cost: number): void {
  const log = claim.log;
  if (log === undefined) {
    return;
  }
  addCalls(log, cost, claim.now);
  // For the day on which the owner chooses another algorithm: what it takes over is here.
  counter.start = claim.now;
  counter.current = log.count;
  counter.previous = 0;
  counter.windowSeconds = log.windowSeconds;
}

/** Works out what the caller is told: what remains, after the charge if there is to be one, and for how long. */
export function tell(claim: Claim, isCharged: boolean): void {
  claim.remaining = remainingOf(claim, isCharged);
  claim.seconds = secondsOf(claim, claim.isRefused, isCharged);
}

/** The same of a rule that would not let the next request through: nothing remains, and the time is the one to come back at. */
export function tellRefused(claim: Claim): void {
  claim.remaining = 0;
  claim.seconds = secondsOf(claim, true, true);
}

/** What is left, after the charge if there was one. */
function remainingOf(claim: Claim, isCharged: boolean): number {
  const rule = claim.rule;
  if (rule === undefined || claim.isRefused) {
    return 0;
  }
  const used = isCharged ? claim.used + (rule.kind === CONCURRENCY ? 1 : rule.charge) : claim.used;
  if (rule.kind === BUCKET) {
    return roomIn(rule, used);
  }
  const remaining = Math.floor(rule.quota - used);
  return remaining < 0 ? 0 : remaining;
}

/** Until the quota is whole again, or until it is worth trying again; 0 = nobody can tell. */
function secondsOf(claim: Claim, isRefused: boolean, isCharged: boolean): number {
  const rule = claim.rule;
  if (rule === undefined) {
    return 0;
  }
  const counter = claim.counter;
  if (counter === undefined) {
    return 0;
  }
  if (rule.kind === WINDOW) {
    return isRefused ? retryAfterSeconds(rule, counter, claim.now, rule.cost) : resetSeconds(rule, counter, claim.now);
  }
  if (rule.kind === CALENDAR) {
    return calendarResetSeconds(counter, claim.now);
  }
  if (rule.kind === BUCKET) {
    return isRefused
      ? bucketRetrySeconds(rule, counter, claim.now, rule.cost)
      : drainSeconds(rule, isCharged ? claim.used + rule.charge : claim.used);
  }
  if (claim.log === undefined) {
    return 0;
  }
  return isRefused
    ? logRetrySeconds(rule, claim.log, claim.now, rule.cost)
    : logResetSeconds(rule, claim.log, claim.now);
}

/** One item of the RateLimit field (draft-ietf-httpapi-ratelimit-headers); "" of a shadowed limit, which is nobody's business. */
export function fieldOf(claim: Claim): string {
  const rule = claim.rule;
  if (rule === undefined || rule.isShadow) {
    return "";
  }
  return claim.seconds === 0
    ? `"${rule.name}";r=${wholeNumberText(claim.remaining)}`
    : `"${rule.name}";r=${wholeNumberText(claim.remaining)};t=${wholeNumberText(claim.seconds)}`;
}
