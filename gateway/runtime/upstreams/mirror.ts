import type { Upstream } from "../../contract/bundle-types";
import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import type { TargetMembers } from "./link-upstreams";
import { mirrorCountsOf, type MirrorCounts } from "./mirror-counts";
import { traitReader, type TraitReader } from "./request-trait";
import { spreadMembers } from "./spread-members";
import { findState } from "./target-states";

/** The pool that gets copies of an upstream's calls, as a worker holds it. */
export interface RuntimeMirror {
  readonly upstreamId: number;
  /** Targets that have an address, in the order of the weighted round robin. */
  readonly sequence: readonly RuntimeTarget[];
  cursor: number;
  readonly share: number;
  readonly stickyBy: TraitReader | undefined;
  /** Mixed into what is hashed, so that the mirror and a canary over the same trait are independent. */
  readonly salt: string;
  /** False: of safe methods only. */
  readonly copiesAll: boolean;
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  /** The same pool where rules or a canary lead to it: calls that went there themselves are not copied to it. */
  readonly calledPool: RuntimeUpstream | undefined;
  readonly counts: MirrorCounts | undefined;
  readonly load: MirrorLoad;
}

/** Copies of one upstream's calls that are under way on this worker, to whatever release they belong. */
export interface MirrorLoad {
  inFlight: number;
  /** When the log was last told of a failure, on the monotonic clock. */
  saidAtMs: number;
  /** Failures since. */
  unsaid: number;
}

/** By key of the mirror. Beyond releases: a release, or a name's new address, must not let twice as many copies be under way. */
const loads = new LuaTable<number, MirrorLoad>();

/** @param targets what each of the upstream's targets stands for; @param linked the upstream itself */
export function linkMirror(
  this: void,
  upstream: Upstream,
  targets: readonly TargetMembers[],
  linked: RuntimeUpstream,
): RuntimeMirror | undefined {
  const { mirror } = upstream;
  if (mirror === undefined) {
    return undefined;
  }
  const { key, maxBodyBytes, maxConcurrent, methods, share, stickyBy, timeoutMs } = mirror;
  const sequence = spreadMembers(targets, mirror.sequence);
  const state = findState(upstream.id, key, 0);
  const split = linked.managed === undefined ? undefined : linked.managed.split;
  return {
    upstreamId: upstream.id,
    sequence,
    cursor: sequence.length === 0 ? 0 : math.random(0, sequence.length - 1),
    share,
    stickyBy: stickyBy === undefined ? undefined : traitReader(stickyBy),
    salt: string.format("%d ", key),
    copiesAll: methods === "all",
    maxBodyBytes,
    timeoutMs,
    maxConcurrent,
    calledPool: split === undefined ? undefined : split.pools.get(mirror.pool),
    counts: state === undefined ? undefined : mirrorCountsOf(state),
    load: loadOf(key),
  };
}

function loadOf(key: number): MirrorLoad {
  const known = loads.get(key);
  if (known !== undefined) {
    return known;
  }
  const load = { inFlight: 0, saidAtMs: -math.huge, unsaid: 0 };
  loads.set(key, load);
  return load;
}
