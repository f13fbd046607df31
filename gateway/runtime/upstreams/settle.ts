import type { Context } from "../contexts";
import { lastTryStatus } from "../host/balancer-functions";
import { readVariable, responseStatus, type Variable } from "../host/request";
import { UPSTREAM_CONNECT_TIME, UPSTREAM_HEADER_TIME } from "../host/variables";
import { CLIENT_CLOSED, GATEWAY_ERROR, MALFORMED, UPSTREAM_ERROR, UPSTREAM_UNREACHABLE } from "../outcomes";
import { forgetProbe, recordFailure, recordSuccess } from "./breaker";
import { recordCanary } from "./canary";
import type { ManagedPool, ManagedTarget } from "./managed";
import { BROKEN_OFF, INVALID_RESPONSE, STATUS, TIMEOUT, UNREACHABLE } from "./reasons";
import { leaveTarget } from "./target-states";

const SUCCEEDED = 0;
/** The request ended for a reason that says nothing of the target. */
const UNKNOWN = -1;
const GATEWAY_TIMEOUT = 504;
const NO_TIME = "-";

/**
 * In the balancer, at a further try: what became of the one before.
 * @param hasFailed false when nginx only found a kept connection closed
 */
export function settleTry(
  request: CData,
  context: Context,
  pool: ManagedPool,
  hasFailed: boolean,
  nowMs: number,
): void {
  const target = context.target as ManagedTarget;
  if (target.state !== undefined) {
    if (pool.countsInFlight) {
      leaveTarget(target.state);
    }
    record(pool, target, hasFailed ? reasonOfTry(request, pool) : UNKNOWN, context.isProbe, nowMs);
  }
  context.isProbe = false;
}

/** In the log phase: what became of the last try. @param outcome index into OUTCOMES */
export function settleCall(request: CData, context: Context, pool: ManagedPool, outcome: number, nowMs: number): void {
  const target = context.target as ManagedTarget | undefined;
  if (target !== undefined) {
    const reason = context.tries === 0 ? UNKNOWN : reasonOfCall(request, context, pool, outcome);
    if (target.state !== undefined) {
      if (pool.countsInFlight && context.tries > 0) {
        leaveTarget(target.state);
      }
      record(pool, target, reason, context.isProbe, nowMs);
    }
    if (context.canary !== undefined && reason !== UNKNOWN) {
      recordCanary(
        context.canary,
        reason !== SUCCEEDED || outcome === UPSTREAM_ERROR,
        latencyMs(request, context, nowMs),
        nowMs,
      );
    }
  }
  context.isProbe = false;
  context.canary = undefined;
}

/** Until the head of the answer came: how fast a client takes what follows, and how long a stream lasts, say nothing of who answers. */
function latencyMs(request: CData, context: Context, nowMs: number): number {
  const seconds = context.tries === 1 ? tonumber(lastOf(request, UPSTREAM_HEADER_TIME)) : undefined;
  return seconds === undefined ? nowMs - context.forwardedAt : seconds * 1000;
}

function record(pool: ManagedPool, target: ManagedTarget, reason: number, isProbe: boolean, nowMs: number): void {
  const state = target.state;
  const breaker = pool.circuitBreaker;
  if (state === undefined || breaker === undefined) {
    return;
  }
  if (reason === SUCCEEDED) {
    recordSuccess(state, breaker, pool.slowStartMs, isProbe, nowMs);
  } else if (reason !== UNKNOWN) {
    recordFailure(state, breaker, reason, isProbe, nowMs);
  } else if (isProbe) {
    forgetProbe(state);
  }
}

function reasonOfCall(request: CData, context: Context, pool: ManagedPool, outcome: number): number {
  if (outcome === CLIENT_CLOSED || outcome === MALFORMED || outcome === GATEWAY_ERROR) {
    return UNKNOWN;
  }
  const status = context.answerStatus === 0 ? responseStatus(request) : context.answerStatus;
  if (outcome === UPSTREAM_UNREACHABLE) {
    return status === GATEWAY_TIMEOUT ? TIMEOUT : reasonWithoutAnswer(lastOf(request, UPSTREAM_CONNECT_TIME));
  }
  if (!context.isComplete) {
    return BROKEN_OFF;
  }
  return isFailure(pool, status) ? STATUS : SUCCEEDED;
}

function reasonOfTry(request: CData, pool: ManagedPool): number {
  const status = lastTryStatus(request);
  // Without the time of a header nginx made the status up: there was no answer.
  if (lastOf(request, UPSTREAM_HEADER_TIME) === NO_TIME) {
    return status === GATEWAY_TIMEOUT ? TIMEOUT : reasonWithoutAnswer(lastOf(request, UPSTREAM_CONNECT_TIME));
  }
  return isFailure(pool, status) ? STATUS : SUCCEEDED;
}

function reasonWithoutAnswer(connectTime: string): number {
  return connectTime === NO_TIME ? UNREACHABLE : INVALID_RESPONSE;
}

function isFailure(pool: ManagedPool, status: number): boolean {
  return pool.failureStatuses !== undefined && pool.failureStatuses.has(status);
}

/** In the balancer, at a further try: whether the target of the one before took no connection, so that nothing was sent to it. */
export function reachedNobody(request: CData): boolean {
  return lastOf(request, UPSTREAM_CONNECT_TIME) === NO_TIME;
}

/** nginx lists one time per try, "-" where there is none; in the balancer a separator follows, for the try that it prepares. */
function lastOf(request: CData, variable: Variable): string {
  const [entry] = string.match(readVariable(request, variable) ?? "", "([^, :]+)[ :]*$");
  return entry ?? NO_TIME;
}
