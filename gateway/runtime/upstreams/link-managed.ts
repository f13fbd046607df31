import type { Split, Target, Upstream } from "../../contract/bundle-types";
import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import type { TargetMembers } from "./link-upstreams";
import { linkCanary } from "./canary";
import { leastLoadedOf } from "./least-connections";
import { makeUpstream } from "./make-upstream";
import type { ManagedPool, ManagedTarget, RuntimeSplit } from "./managed";
import { matchRulesOf } from "./split-rules";
import { traitReader } from "./request-trait";
import { spreadMembers } from "./spread-members";
import { findState } from "./target-states";

/** Links an upstream that is watched, balanced or split; undefined for one whose requests simply take turns. */
export function linkManaged(
  this: void,
  upstream: Upstream,
  targets: readonly TargetMembers[],
): RuntimeUpstream | undefined {
  const { balancing, circuitBreaker, healthCheck, split } = upstream;
  if (circuitBreaker === undefined && healthCheck === undefined && balancing === undefined && split === undefined) {
    return undefined;
  }
  const byTarget = linkManagedTargets(upstream, targets);
  const table = balancing !== undefined && balancing.kind === "hash" ? balancing.table : undefined;
  const linkedSplit = split === undefined ? undefined : linkSplit(upstream, split, byTarget);
  const pool = linkPool(upstream, byTarget, upstream.sequence, table, linkedSplit);
  return makeUpstream(upstream, pool.sequence, pool);
}

/** Every address of every target, with what the node knows of it, as often as it has turns. */
function linkManagedTargets(upstream: Upstream, targets: readonly TargetMembers[]): ManagedTarget[][] {
  const isWatched = upstream.circuitBreaker !== undefined || upstream.healthCheck !== undefined;
  const needsState = isWatched || (upstream.balancing !== undefined && upstream.balancing.kind === "least-connections");
  const linked: ManagedTarget[][] = [];
  for (const index of $range(0, targets.length - 1)) {
    const written = upstream.targets[index] as Target;
    const known = new LuaTable<RuntimeTarget, ManagedTarget[]>();
    const ofTarget: ManagedTarget[] = [];
    for (const member of targets[index] ?? []) {
      const addresses = known.get(member) ?? linkAddresses(upstream, written, member, needsState);
      known.set(member, addresses);
      for (const target of addresses) {
        ofTarget.push(target);
      }
    }
    linked.push(ofTarget);
  }
  return linked;
}

function linkAddresses(
  upstream: Upstream,
  written: Target,
  member: RuntimeTarget,
  needsState: boolean,
): ManagedTarget[] {
  const { key, weight } = written;
  const linked: ManagedTarget[] = [];
  for (const address of member.addresses) {
    const place = written.service === undefined ? address : `${address}:${string.format("%d", member.port)}`;
    linked.push({
      prefix: member.prefix,
      grpcPass: member.grpcPass,
      path: member.path,
      hostField: member.hostField,
      tlsName: member.tlsName,
      clientCertificate: member.clientCertificate,
      port: member.port,
      addresses: [address],
      peers: new LuaTable(),
      nextAddress: 0,
      weight,
      weightNow: weight,
      state: needsState && key !== undefined ? findState(upstream.id, key, ngx.crc32_long(place)) : undefined,
    });
  }
  return linked;
}

/** @param byTarget addresses of each target; @param sequence, table indexes into the targets */
function linkPool(
  upstream: Upstream,
  byTarget: readonly (readonly ManagedTarget[])[],
  sequence: readonly number[],
  table: readonly number[] | undefined,
  split: RuntimeSplit | undefined,
): ManagedPool {
  const { balancing, circuitBreaker, healthCheck } = upstream;
  const linkedSequence = spreadMembers(byTarget, sequence);
  const targets = distinct(linkedSequence);
  let hasStates = true;
  for (const target of targets) {
    hasStates = hasStates && target.state !== undefined;
  }
  return {
    circuitBreaker,
    failureStatuses: circuitBreaker === undefined ? undefined : setOf(circuitBreaker.statuses),
    probeMs: upstream.connectTimeoutMs + upstream.sendTimeoutMs + upstream.readTimeoutMs,
    slowStartMs: upstream.slowStartMs ?? 0,
    isWatched: circuitBreaker !== undefined || healthCheck !== undefined,
    countsInFlight: balancing !== undefined && balancing.kind === "least-connections" && hasStates,
    targets,
    sequence: linkedSequence,
    table: table === undefined ? undefined : linkTable(byTarget, table),
    hashBy: balancing !== undefined && balancing.kind === "hash" ? traitReader(balancing.by) : undefined,
    split,
    live: linkedSequence,
    liveTargets: targets,
    liveTable: undefined,
    pickLeastLoaded: leastLoadedOf(1),
    cursor: 0,
    // The first request looks.
    seenVersion: -1,
    nextLookMs: 0,
  };
}

function linkSplit(upstream: Upstream, split: Split, byTarget: readonly (readonly ManagedTarget[])[]): RuntimeSplit {
  const pools = new LuaTable<string, RuntimeUpstream>();
  for (const { name, sequence, table } of split.pools) {
    const pool = linkPool(upstream, byTarget, sequence, table, undefined);
    pools.set(name, makeUpstream(upstream, pool.sequence, pool));
  }
  const { canary } = split;
  const canaryPool = canary === undefined ? undefined : pools.get(canary.pool);
  return {
    pools,
    matchRules: matchRulesOf(split.rules, pools),
    canary: canary === undefined || canaryPool === undefined ? undefined : linkCanary(upstream.id, canary, canaryPool),
  };
}

function distinct(targets: readonly ManagedTarget[]): ManagedTarget[] {
  const seen = new LuaSet<ManagedTarget>();
  const once: ManagedTarget[] = [];
  for (const target of targets) {
    if (!seen.has(target)) {
      seen.add(target);
      once.push(target);
    }
  }
  return once;
}

/** A target without an address leaves its entries to the others of its pool; within a target its addresses take turns. */
function linkTable(
  byTarget: readonly (readonly ManagedTarget[])[],
  table: readonly number[],
): ManagedTarget[] | undefined {
  const linked: ManagedTarget[] = [];
  const all: ManagedTarget[] = [];
  const seen = new LuaSet<number>();
  for (const index of table) {
    if (!seen.has(index)) {
      seen.add(index);
      for (const target of byTarget[index] ?? []) {
        all.push(target);
      }
    }
  }
  if (all.length === 0) {
    return undefined;
  }
  for (const place of $range(0, table.length - 1)) {
    const addresses = byTarget[table[place] as number] ?? [];
    const target = addresses.length === 0 ? all[place % all.length] : addresses[place % addresses.length];
    linked.push(target as ManagedTarget);
  }
  return linked;
}

function setOf(numbers: readonly number[]): LuaSet<number> {
  const set = new LuaSet<number>();
  for (const number of numbers) {
    set.add(number);
  }
  return set;
}
