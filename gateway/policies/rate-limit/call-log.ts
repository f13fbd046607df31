import { CALL_LOG_ENTRIES, type CallLog, type Counter } from "./counter";
import type { Rule } from "./rule";
import { usedUnderOldLength } from "./window";

/**
 * Sliding log: the moments of all calls that still count, so that the definition holds to the call: no interval of `windowSeconds` ever
 * holds more than `quota`. A call of cost n is n moments.
 */

/**
 * Takes out what is older than the window, and returns the time to reckon with: never before the latest call. A log that is new takes over
 * what a counter of the same limit had counted before its algorithm changed, as if it had all just happened.
 */
export function rollCallLog(rule: Rule, log: CallLog, counter: Counter, nowSeconds: number): number {
  const now = log.latestAt > nowSeconds ? log.latestAt : nowSeconds;
  if (log.windowSeconds === 0) {
    const used = Math.ceil(usedUnderOldLength(rule, counter, now));
    addCalls(log, used < CALL_LOG_ENTRIES ? used : CALL_LOG_ENTRIES, now);
  }
  log.windowSeconds = rule.windowSeconds;
  const until = now - rule.windowSeconds;
  // A log in use loses about as many calls as come; only after a pause it loses more.
  if (dropOldest(log, until) && dropOldest(log, until) && dropOldest(log, until)) {
    dropOld(log, until);
  }
  return now;
}

function dropOldest(log: CallLog, untilSeconds: number): boolean {
  const count = log.count;
  if (count === 0 || momentAgo(log, count - 1) > untilSeconds) {
    return false;
  }
  log.count = count - 1;
  return true;
}

/** The moment of the call `back` calls before the latest. */
function momentAgo(log: CallLog, back: number): number {
  return log.times[(log.latest + CALL_LOG_ENTRIES - back) % CALL_LOG_ENTRIES] ?? 0;
}

/** Apart from its caller, which a loop would keep from being compiled. */
function dropOld(log: CallLog, untilSeconds: number): void {
  const count = log.count;
  const oldest = log.latest + CALL_LOG_ENTRIES + 1 - count;
  let gone = 0;
  while (gone < count && (log.times[(oldest + gone) % CALL_LOG_ENTRIES] ?? 0) <= untilSeconds) {
    gone += 1;
  }
  log.count = count - gone;
}

/** The moment goes first: whoever is killed in between has overwritten a call that counts no more, or one that counts no longer than this. */
function addCall(log: CallLog, nowSeconds: number): void {
  const place = log.latest + 1 >= CALL_LOG_ENTRIES ? 0 : log.latest + 1;
  log.times[place] = nowSeconds;
  log.latestAt = nowSeconds;
  log.latest = place;
  if (log.count < CALL_LOG_ENTRIES) {
    log.count = log.count + 1;
  }
}

export function addCalls(log: CallLog, count: number, nowSeconds: number): void {
  if (count === 1) {
    addCall(log, nowSeconds);
  } else {
    addSeveral(log, count, nowSeconds);
  }
}

function addSeveral(log: CallLog, count: number, nowSeconds: number): void {
  for (let added = 0; added < count; added += 1) {
    addCall(log, nowSeconds);
  }
}

/** Seconds until the oldest call that counts leaves the window, at least 1; with none, of one that comes now. */
export function logResetSeconds(rule: Rule, log: CallLog, nowSeconds: number): number {
  return log.count === 0 ? rule.windowSeconds : secondsUntilGone(rule, log, log.count - 1, nowSeconds);
}

/** The first whole number of seconds, at least 1, after which a request of that cost is admitted if nobody else calls. */
export function logRetrySeconds(rule: Rule, log: CallLog, nowSeconds: number, cost: number): number {
  const mustGo = log.count + cost - rule.quota;
  return secondsUntilGone(rule, log, mustGo > log.count ? 0 : log.count - mustGo, nowSeconds);
}

function secondsUntilGone(rule: Rule, log: CallLog, back: number, nowSeconds: number): number {
  const moment = momentAgo(log, back);
  const exact = Math.ceil(moment + rule.windowSeconds - nowSeconds);
  const seconds = exact < 1 ? 1 : exact;
  return moment <= nowSeconds + seconds - rule.windowSeconds ? seconds : seconds + 1;
}
