import type { PolicyHost, PolicyRequest } from "../types";
import { levelNow, setLevel } from "./bucket";
import type { Claim } from "./claim";
import type { Counter } from "./counter";
import { BUCKET, CALENDAR, CONCURRENCY, type Rule } from "./rule";
import { rollCalendar } from "./calendar";
import { rollWindow } from "./window";

/** What a rule has to do when the request has ended. A list, because a plan rarely has more than one of these. */
export interface Settlement {
  readonly rule: Rule;
  readonly subject: number;
  readonly detail: number;
  readonly stripe: number;
  /** Start of the window that was charged. */
  readonly start: number;
  readonly next: Settlement | undefined;
}

/** Notes what to do at the end of a request that was let through. */
export function noteSettlement(claim: Claim | undefined, request: PolicyRequest): void {
  if (claim === undefined || claim.rule === undefined || claim.isRefused || !claim.rule.isSettled) {
    return;
  }
  request.settlement = {
    rule: claim.rule,
    subject: claim.subject,
    detail: claim.detail,
    stripe: claim.stripe,
    start: claim.counter === undefined ? 0 : claim.counter.start,
    next: request.settlement,
  };
}

/**
 * At the end of a request: gives back its place among the calls in flight, charges its bytes, gives back what a failed call took.
 * @param bytes in and out
 * @param hasFailed whether anybody but the caller is to blame that there is no answer
 */
export function settle(first: Settlement, host: PolicyHost, bytes: number, hasFailed: boolean): void {
  settleOne(first, host, bytes, hasFailed);
  // Apart, because a loop would keep the log phase from being compiled, and one is what nearly all plans have.
  if (first.next !== undefined) {
    settleRest(first.next, host, bytes, hasFailed);
  }
}

function settleRest(first: Settlement, host: PolicyHost, bytes: number, hasFailed: boolean): void {
  let settlement: Settlement | undefined = first;
  while (settlement !== undefined) {
    settleOne(settlement, host, bytes, hasFailed);
    settlement = settlement.next;
  }
}

function settleOne(settlement: Settlement, host: PolicyHost, bytes: number, hasFailed: boolean): void {
  host.lock(settlement.stripe);
  settleLocked(settlement, host, bytes, hasFailed);
  host.unlock(settlement.stripe);
}

function settleLocked(settlement: Settlement, host: PolicyHost, bytes: number, hasFailed: boolean): void {
  const { rule, subject, detail } = settlement;
  if (rule.kind === CONCURRENCY) {
    const inFlight = host.inFlight(rule.id, subject, detail);
    if (inFlight !== undefined) {
      host.addInFlight(inFlight, -1);
    }
    return;
  }
  const counter = host.counter(rule.id, subject, detail);
  if (counter === undefined) {
    return;
  }
  if (rule.unit === "bytes") {
    if (rule.kind === CALENDAR) {
      rollCalendar(rule, counter, host.nowSeconds());
    } else {
      rollWindow(rule, counter, host.nowSeconds());
    }
    counter.current = counter.current + bytes;
  } else if (hasFailed) {
    giveBack(rule, counter, settlement.start, host.nowSeconds());
  }
}

/** Only where it was taken: a window that has ended since is nobody's any more. */
function giveBack(rule: Rule, counter: Counter, start: number, nowSeconds: number): void {
  if (rule.kind === BUCKET) {
    // A limit that has become something else since the charge keeps it.
    if (counter.windowSeconds < 0 && counter.start <= nowSeconds) {
      const level = levelNow(counter, nowSeconds) - rule.charge;
      setLevel(rule, counter, nowSeconds, level > 0 ? level : 0);
    }
  } else if (counter.windowSeconds > 0 && counter.start === start) {
    counter.current = counter.current > rule.charge ? counter.current - rule.charge : 0;
  } else if (rule.algorithm === "sliding-window" && counter.start === start + rule.windowSeconds) {
    counter.previous = counter.previous > rule.charge ? counter.previous - rule.charge : 0;
  }
}
