import type { CircuitBreaker } from "../../contract/bundle-types";
import { GATE_CLOSED, GATE_OPEN, GATE_RETURNING } from "../../contract/shared-memory";
import { nowSeconds } from "../host/clock";
import { lockStripe, raiseStatesVersion, unlockStripe, type SharedState, type TargetState } from "./target-states";

/**
 * The circuit of one target: closed, until failures in a row or their share within a window open it; open for a time that doubles with
 * each failed probe; then one request at a time is let through, and the first that succeeds closes it.
 */

/** @param isProbe whether this request was let through an open circuit */
export function recordSuccess(
  state: SharedState,
  breaker: CircuitBreaker,
  slowStartMs: number,
  isProbe: boolean,
  nowMs: number,
): void {
  const slot = state.slot;
  if (slot.gate === GATE_OPEN) {
    if (isProbe) {
      close(state, slowStartMs, nowMs);
    }
    return;
  }
  if (breaker.errorShare === 0 && slot.consecutive === 0) {
    return;
  }
  lockStripe(state.stripe);
  slot.consecutive = 0;
  rollWindow(slot, breaker, nowMs);
  slot.requests = slot.requests + 1;
  unlockStripe(state.stripe);
}

/** @param reason index into TARGET_REASONS */
export function recordFailure(
  state: SharedState,
  breaker: CircuitBreaker,
  reason: number,
  isProbe: boolean,
  nowMs: number,
): void {
  const slot = state.slot;
  let opens = isProbe;
  lockStripe(state.stripe);
  if (slot.gate !== GATE_OPEN) {
    rollWindow(slot, breaker, nowMs);
    slot.requests = slot.requests + 1;
    slot.failures = slot.failures + 1;
    slot.consecutive = slot.consecutive + 1;
    opens = isTooMuch(slot, breaker);
  }
  if (opens) {
    open(slot, breaker, reason, nowMs);
  }
  unlockStripe(state.stripe);
  if (opens) {
    raiseStatesVersion();
  }
}

/** A probe that says nothing of the target: its client went away, or its request was wrong. The next request may probe. */
export function forgetProbe(state: SharedState): void {
  lockStripe(state.stripe);
  state.slot.probeUntilMs = 0;
  unlockStripe(state.stripe);
  raiseStatesVersion();
}

/** Lets one request at a time through an open circuit whose time is over. @returns whether this one may go */
export function takeProbe(state: SharedState, probeMs: number, nowMs: number): boolean {
  const slot = state.slot;
  lockStripe(state.stripe);
  const mayGo = slot.gate === GATE_OPEN && nowMs >= slot.openUntilMs && nowMs >= slot.probeUntilMs;
  if (mayGo) {
    slot.probeUntilMs = nowMs + probeMs;
  }
  unlockStripe(state.stripe);
  return mayGo;
}

function isTooMuch(slot: TargetState, breaker: CircuitBreaker): boolean {
  if (breaker.consecutiveFailures > 0 && slot.consecutive >= breaker.consecutiveFailures) {
    return true;
  }
  return (
    breaker.errorShare > 0 &&
    slot.requests >= breaker.minimumRequests &&
    slot.failures / slot.requests >= breaker.errorShare
  );
}

function open(slot: TargetState, breaker: CircuitBreaker, reason: number, nowMs: number): void {
  // Once it has held for as long as it can be open at most, what came before counts no more.
  const openings = nowMs - slot.closedAtMs > breaker.longestOpenMs && slot.gate !== GATE_OPEN ? 0 : slot.openings;
  slot.openUntilMs = nowMs + math.min(breaker.longestOpenMs, breaker.openMs * 2 ** math.min(openings, 20));
  slot.openings = openings + 1;
  slot.probeUntilMs = 0;
  slot.reason = reason;
  if (slot.gate !== GATE_OPEN) {
    slot.openedAt = nowSeconds();
    slot.trips = slot.trips + 1;
  }
  slot.gate = GATE_OPEN;
}

function close(state: SharedState, slowStartMs: number, nowMs: number): void {
  const slot = state.slot;
  lockStripe(state.stripe);
  slot.consecutive = 0;
  slot.requests = 0;
  slot.failures = 0;
  slot.windowStartMs = nowMs;
  slot.closedAtMs = nowMs;
  slot.probeUntilMs = 0;
  slot.reason = 0;
  slot.gate = slowStartMs > 0 ? GATE_RETURNING : GATE_CLOSED;
  unlockStripe(state.stripe);
  raiseStatesVersion();
}

function rollWindow(slot: TargetState, breaker: CircuitBreaker, nowMs: number): void {
  if (nowMs - slot.windowStartMs >= breaker.windowMs) {
    slot.windowStartMs = nowMs;
    slot.requests = 0;
    slot.failures = 0;
  }
}
