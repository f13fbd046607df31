import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import type { Context } from "../contexts";
import { forgetProbe } from "./breaker";
import { isInCanary } from "./canary";
import { pickOther } from "./link-upstreams";
import { lookAtTargets } from "./live-targets";
import type { ManagedPool, ManagedTarget, RuntimeSplit } from "./managed";
import { readTrait } from "./request-trait";
import { statesVersion } from "./target-states";

/** Chooses pool and target for a request of an upstream that is more than a round robin. Undefined when every target is out. */
export function pickManaged(request: CData, context: Context, pool: ManagedPool): ManagedTarget | undefined {
  const chosen = pool.split === undefined ? pool : choosePool(request, context, pool, pool.split);
  if (chosen.seenVersion !== statesVersion() || context.startedAt >= chosen.nextLookMs) {
    const probe = lookAtTargets(chosen, context.startedAt);
    if (probe !== undefined) {
      context.isProbe = true;
      return probe;
    }
  }
  const first = nextLive(chosen);
  if (first === undefined) {
    return undefined;
  }
  if (chosen.countsInFlight) {
    return chosen.pickLeastLoaded(chosen.liveTargets, first);
  }
  return chosen.hashBy === undefined ? first : (pickHashed(request, context, chosen) ?? first);
}

function choosePool(request: CData, context: Context, pool: ManagedPool, split: RuntimeSplit): ManagedPool {
  let upstream: RuntimeUpstream | undefined = split.matchRules(request);
  const canary = split.canary;
  if (upstream === undefined && canary !== undefined && isInCanary(request, context, canary)) {
    context.canary = canary;
    upstream = canary.pool;
  }
  if (upstream === undefined || upstream.managed === undefined) {
    return pool;
  }
  context.upstream = upstream;
  return upstream.managed;
}

function nextLive(pool: ManagedPool): ManagedTarget | undefined {
  const live = pool.live;
  const target = live[pool.cursor];
  const next = pool.cursor + 1;
  pool.cursor = next < live.length ? next : 0;
  return target;
}

function pickHashed(request: CData, context: Context, pool: ManagedPool): ManagedTarget | undefined {
  const table = pool.liveTable;
  const text = pool.hashBy === undefined ? undefined : readTrait(request, context, pool.hashBy);
  return text === undefined || table === undefined ? undefined : table[ngx.crc32_long(text) % table.length];
}

/** Another target that the request can still go to. @param failed what it has been to, the last one at the end */
export function pickOtherManaged(
  pool: ManagedPool,
  failed: readonly RuntimeTarget[],
  nowMs: number,
): ManagedTarget | undefined {
  if (pool.seenVersion !== statesVersion()) {
    const probe = lookAtTargets(pool, nowMs);
    if (probe !== undefined && probe.state !== undefined) {
      // Not with a request that has failed once already.
      forgetProbe(probe.state);
    }
  }
  return pickOther(pool.live, failed);
}
