import { GATE_CLOSED, GATE_OPEN, GATE_RETURNING, TARGET_DOWN, TARGET_RETURNING } from "../../contract/shared-memory";
import { takeProbe } from "./breaker";
import { leastLoadedOf } from "./least-connections";
import type { ManagedPool, ManagedTarget } from "./managed";
import { lockStripe, statesVersion, unlockStripe, type SharedState } from "./target-states";

/** Even at its very beginning a slow start sends something, or the target would never show that it is well. */
const LEAST_SHARE = 0.1;
const SLOW_START_STEPS = 10;
/** Coprime to the size of every hash table, so that the entries of a target that is out are spread over the others. */
const SPREAD = 7919;

/**
 * Which targets can be used now. Runs only when a target has gone or come back anywhere on the node, or when time is due to change
 * something; in between, requests take the next of a list and compare two numbers.
 * @returns a target whose circuit is open and may be asked with this request
 */
export function lookAtTargets(pool: ManagedPool, nowMs: number): ManagedTarget | undefined {
  // Before anything is read: what changes meanwhile is seen at the next request.
  pool.seenVersion = statesVersion();
  pool.nextLookMs = math.huge;
  let probe: ManagedTarget | undefined;
  let isWhole = true;
  const liveTargets: ManagedTarget[] = [];
  for (const target of pool.targets) {
    const share = shareOf(pool, target, nowMs);
    target.weightNow = target.weight * share;
    isWhole = isWhole && share === 1;
    if (share > 0) {
      liveTargets.push(target);
    } else if (probe === undefined) {
      probe = probeOf(pool, target, nowMs);
    }
  }
  pool.liveTargets = liveTargets;
  pool.pickLeastLoaded = leastLoadedOf(liveTargets.length);
  pool.live = isWhole ? pool.sequence : liveSequence(pool);
  pool.liveTable = isWhole ? pool.table : liveTable(pool);
  pool.cursor = pool.live.length === 0 ? 0 : math.random(0, pool.live.length - 1);
  return probe;
}

/** 0 = out, 1 = in, between them while it starts slowly. */
function shareOf(pool: ManagedPool, target: ManagedTarget, nowMs: number): number {
  if (target.state === undefined) {
    return 1;
  }
  const slot = target.state.slot;
  if (slot.down === TARGET_DOWN || slot.gate === GATE_OPEN) {
    return 0;
  }
  let share = 1;
  if (slot.gate === GATE_RETURNING) {
    share = shareSince(pool, slot.closedAtMs, nowMs);
    if (share >= 1) {
      endSlowStart(target.state);
    }
  }
  return slot.down === TARGET_RETURNING ? math.min(share, shareSince(pool, slot.upAtMs, nowMs)) : share;
}

function shareSince(pool: ManagedPool, sinceMs: number, nowMs: number): number {
  if (pool.slowStartMs === 0 || nowMs - sinceMs >= pool.slowStartMs) {
    return 1;
  }
  pool.nextLookMs = math.min(pool.nextLookMs, nowMs + pool.slowStartMs / SLOW_START_STEPS);
  return math.max(LEAST_SHARE, (nowMs - sinceMs) / pool.slowStartMs);
}

function endSlowStart(state: SharedState): void {
  lockStripe(state.stripe);
  if (state.slot.gate === GATE_RETURNING) {
    state.slot.gate = GATE_CLOSED;
  }
  unlockStripe(state.stripe);
}

function probeOf(pool: ManagedPool, target: ManagedTarget, nowMs: number): ManagedTarget | undefined {
  const state = target.state;
  if (state === undefined || state.slot.gate !== GATE_OPEN || state.slot.down === TARGET_DOWN) {
    return undefined;
  }
  const mayProbe = takeProbe(state, pool.probeMs, nowMs);
  pool.nextLookMs = math.min(pool.nextLookMs, math.max(state.slot.openUntilMs, state.slot.probeUntilMs));
  return mayProbe ? target : undefined;
}

/** The round robin without what is out, and with less of what starts slowly. */
function liveSequence(pool: ManagedPool): ManagedTarget[] {
  const live: ManagedTarget[] = [];
  const credits = new LuaTable<ManagedTarget, number>();
  for (const _step of $range(1, SLOW_START_STEPS)) {
    for (const target of pool.sequence) {
      const credit = (credits.get(target) ?? 0) + target.weightNow / target.weight;
      const isNext = credit >= 1 - 1e-9;
      if (isNext) {
        live.push(target);
      }
      credits.set(target, isNext ? credit - 1 : credit);
    }
  }
  return live;
}

function liveTable(pool: ManagedPool): readonly ManagedTarget[] | undefined {
  const table = pool.table;
  const others = pool.liveTargets;
  if (table === undefined || others.length === 0) {
    return table;
  }
  const live: ManagedTarget[] = [];
  for (const place of $range(0, table.length - 1)) {
    const target = table[place] as ManagedTarget;
    live.push(target.weightNow > 0 ? target : (others[(place * SPREAD) % others.length] as ManagedTarget));
  }
  return live;
}

/** Seconds until a target may be asked again; for Retry-After. */
export function secondsToNextTry(pool: ManagedPool, nowMs: number): number {
  const waitMs = pool.nextLookMs === math.huge ? 0 : pool.nextLookMs - nowMs;
  return math.max(1, math.ceil(waitMs / 1000));
}
