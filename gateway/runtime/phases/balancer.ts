import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import { findContext, type Context } from "../contexts";
import { allowTries, giveUp, rebuildRequest, setTimeouts } from "../host/balancer-functions";
import { monotonicMs } from "../host/clock";
import { namePeer } from "../host/peer";
import { currentRequest, requestKey, variableValues, writeVariable } from "../host/request";
import { UPSTREAM_HOST } from "../host/variables";
import { pickAddress, pickOther } from "../upstreams/link-upstreams";
import type { ManagedTarget } from "../upstreams/managed";
import { pickOtherManaged } from "../upstreams/pick-managed";
import { addToBudget, takeFromBudget } from "../upstreams/retry-budget";
import { reachedNobody, settleTry } from "../upstreams/settle";
import { enterTarget } from "../upstreams/target-states";

/**
 * Names the address for the target that the access phase picked. nginx asks again when a try failed and another is allowed: then another
 * target gets the request, if its pool and path are the same. Cannot yield, so names were resolved long before.
 */
export function balancer(): void {
  const request = currentRequest();
  const context = findContext(requestKey(request));
  if (context === undefined || context.upstream === undefined || context.target === undefined) {
    return error("the balancer ran without a target");
  }
  const upstream = context.upstream;
  if (context.isOnlyIfCached) {
    return giveUp();
  }
  context.tries += 1;
  if (context.tries > 1) {
    if (!moveOn(request, context, upstream)) {
      return giveUp();
    }
  } else if (upstream.retryBudget !== undefined) {
    addToBudget(upstream.retryBudget);
    grantTry(request, context);
  }
  const target = context.target;
  if (upstream.managed !== undefined && upstream.managed.countsInFlight) {
    enter(target as ManagedTarget);
  }
  applyTimeouts(request, context, upstream);
  namePeer(request, target.peers, pickAddress(target), target.port);
}

function grantTry(request: CData, context: Context): void {
  allowTries(request, 1);
  context.grantedTries += 1;
}

function enter(target: ManagedTarget): void {
  if (target.state !== undefined) {
    enterTarget(target.state);
  }
}

/** After a try that failed: another target, if it may still be tried. @returns false when this is the end */
function moveOn(request: CData, context: Context, upstream: RuntimeUpstream): boolean {
  const failed = context.target as RuntimeTarget;
  const managed = upstream.managed;
  const now = monotonicMs();
  // nginx repeats by itself, without having been allowed to, when a kept connection turned out to be closed: nobody's failure.
  const isRetry = context.tries <= 1 + context.grantedTries;
  if (managed !== undefined) {
    settleTry(request, context, managed, isRetry, now);
  }
  const budget = upstream.retryBudget;
  const isFree = isRetry && reachedNobody(request);
  if (isRetry && budget !== undefined) {
    // Who takes no connection has no work of it: the others get those calls, however many they are, until each was asked.
    if (!isFree && !takeFromBudget(budget)) {
      return false;
    }
    if (isFree) {
      context.freeTries += 1;
    }
    if (context.grantedTries < budget.attempts + context.freeTries) {
      grantTry(request, context);
    }
  }
  const next = isRetry ? nextTarget(context, upstream, failed, now) : failed;
  if (next === undefined) {
    return false;
  }
  context.target = next;
  if (next !== failed && context.upstreamHost === "") {
    writeVariable(request, variableValues(request), UPSTREAM_HOST, next.hostField);
    rebuildRequest(request);
  }
  return true;
}

/** One that has not failed this request; when there is none the same again, unless it is out, or more tries were needed than the upstream allows. */
function nextTarget(
  context: Context,
  upstream: RuntimeUpstream,
  failed: RuntimeTarget,
  now: number,
): RuntimeTarget | undefined {
  const { managed, retryBudget } = upstream;
  const all = context.failedTargets ?? [];
  context.failedTargets = all;
  all.push(failed);
  const other = managed === undefined ? pickOther(upstream.sequence, all) : pickOtherManaged(managed, all, now);
  if (other !== undefined) {
    return other;
  }
  const isOut = managed !== undefined && (failed as ManagedTarget).weightNow <= 0;
  return isOut || (retryBudget !== undefined && context.tries > 1 + retryBudget.attempts) ? undefined : failed;
}

/** A policy's timeouts go before the upstream's; a try that may be followed by another can be given less than the last one. */
function applyTimeouts(request: CData, context: Context, upstream: RuntimeUpstream): void {
  const budget = upstream.retryBudget;
  const own = context.timeouts;
  const tryMs = budget === undefined ? 0 : budget.tryTimeoutMs;
  if (own === undefined && !upstream.hasOwnTimeouts && tryMs === 0) {
    return;
  }
  const connectMs = own === undefined ? upstream.connectTimeoutMs : (own.connectTimeoutMs ?? upstream.connectTimeoutMs);
  const sendMs = own === undefined ? upstream.sendTimeoutMs : (own.sendTimeoutMs ?? upstream.sendTimeoutMs);
  const readMs = own === undefined ? upstream.readTimeoutMs : (own.readTimeoutMs ?? upstream.readTimeoutMs);
  const isLast = tryMs === 0 || context.grantedTries < context.tries;
  setTimeouts(
    request,
    isLast ? connectMs : math.min(connectMs, tryMs),
    sendMs,
    isLast ? readMs : math.min(readMs, tryMs),
  );
}
