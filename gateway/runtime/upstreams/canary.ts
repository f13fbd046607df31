import type { Canary, CanaryHalt } from "../../contract/bundle-types";
import type { RuntimeUpstream } from "../release/bundle";
import type { Context } from "../contexts";
import { nowSeconds } from "../host/clock";
import { FAILING_CANARY, SLOW_CANARY } from "./reasons";
import { traitReader, type TraitReader } from "./request-trait";
import { isInShare } from "./share";
import { CANARY_ADDRESS, findState, lockStripe, unlockStripe, type SharedState } from "./target-states";

/** A split by share, as a worker holds it. */
export interface RuntimeCanary {
  readonly pool: RuntimeUpstream;
  readonly fromShare: number;
  readonly toShare: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly stickyBy: TraitReader | undefined;
  /**
   * Mixed into what is hashed, so that this split and a hash over the same trait are independent. Nothing that changes while a canary grows
   * may be in it, or others would be in.
   */
  readonly salt: string;
  readonly halt: CanaryHalt | undefined;
  /** Shared by the workers: its counters, and whether it is halted. Undefined without `halt`. */
  readonly state: SharedState | undefined;
}

/** More than this share of slow requests puts the 95th percentile above the threshold. */
const SLOW_SHARE = 0.05;

export function linkCanary(upstream: number, canary: Canary, pool: RuntimeUpstream): RuntimeCanary {
  return {
    pool,
    fromShare: canary.fromShare,
    toShare: canary.toShare,
    startsAt: canary.startsAt,
    endsAt: canary.endsAt,
    stickyBy: canary.stickyBy === undefined ? undefined : traitReader(canary.stickyBy),
    salt: `${string.format("%d", upstream)} ${canary.pool} `,
    halt: canary.halt,
    state: canary.halt === undefined ? undefined : findState(upstream, canary.key, CANARY_ADDRESS),
  };
}

/** Whether this request goes to the canary. */
export function isInCanary(request: CData, context: Context, canary: RuntimeCanary): boolean {
  if (canary.state !== undefined && canary.state.slot.gate !== 0) {
    return false;
  }
  const share = canary.fromShare === canary.toShare ? canary.toShare : shareNow(canary, nowSeconds());
  return isInShare(request, context, share, canary.stickyBy, canary.salt);
}

function shareNow(canary: RuntimeCanary, now: number): number {
  const length = canary.endsAt - canary.startsAt;
  const progress = length <= 0 ? 1 : math.min(1, math.max(0, (now - canary.startsAt) / length));
  return canary.fromShare + (canary.toShare - canary.fromShare) * progress;
}

/** Counts a request that the share sent to the canary, and halts the canary when it does too badly. */
export function recordCanary(canary: RuntimeCanary, hasFailed: boolean, latencyMs: number, nowMs: number): void {
  const { halt, state } = canary;
  if (halt === undefined || state === undefined) {
    return;
  }
  const slot = state.slot;
  lockStripe(state.stripe);
  if (nowMs - slot.windowStartMs >= halt.windowMs) {
    slot.windowStartMs = nowMs;
    slot.requests = 0;
    slot.failures = 0;
    slot.slow = 0;
  }
  slot.requests = slot.requests + 1;
  if (hasFailed) {
    slot.failures = slot.failures + 1;
  }
  if (halt.p95Ms > 0 && latencyMs > halt.p95Ms) {
    slot.slow = slot.slow + 1;
  }
  if (slot.gate === 0 && slot.requests >= halt.minimumRequests) {
    const isFailing = halt.errorShare > 0 && slot.failures / slot.requests >= halt.errorShare;
    if (isFailing || slot.slow / slot.requests > SLOW_SHARE) {
      slot.reason = isFailing ? FAILING_CANARY : SLOW_CANARY;
      slot.openedAt = nowSeconds();
      slot.gate = 1;
    }
  }
  unlockStripe(state.stripe);
}
