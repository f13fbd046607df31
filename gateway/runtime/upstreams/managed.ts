import type { CircuitBreaker } from "../../contract/bundle-types";
import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import type { RuntimeCanary } from "./canary";
import type { TraitReader } from "./request-trait";
import type { SharedState } from "./target-states";

/** How a pool that somebody watches, balances or splits is served. Pools of one upstream share all but their targets. */
export interface ManagedPool {
  readonly circuitBreaker: CircuitBreaker | undefined;
  /** Statuses that are failures; undefined without a circuit breaker. */
  readonly failureStatuses: LuaSet<number> | undefined;
  /** How long a probe may take before it is taken for lost. */
  readonly probeMs: number;
  /** 0 = a target that is back gets its whole share at once. */
  readonly slowStartMs: number;
  readonly isWatched: boolean;
  readonly countsInFlight: boolean;
  /** Every address of every target that has a weight, once. */
  readonly targets: readonly ManagedTarget[];
  /** The targets in the order of the weighted round robin. */
  readonly sequence: readonly ManagedTarget[];
  /** For a consistent hash: remainder → target. */
  readonly table: readonly ManagedTarget[] | undefined;
  readonly hashBy: TraitReader | undefined;
  /** Undefined in the pools that a split leads to. */
  readonly split: RuntimeSplit | undefined;

  /** What of the above can be used now, as of `seenVersion`. */
  live: readonly ManagedTarget[];
  liveTargets: readonly ManagedTarget[];
  liveTable: readonly ManagedTarget[] | undefined;
  pickLeastLoaded: LeastLoaded;
  cursor: number;
  seenVersion: number;
  /** When time alone changes it; a moment on the monotonic clock. */
  nextLookMs: number;
}

export type LeastLoaded = (this: void, targets: readonly ManagedTarget[], first: ManagedTarget) => ManagedTarget;

/** One address of a target. */
export interface ManagedTarget extends RuntimeTarget {
  /** Undefined when nobody watches it. */
  readonly state: SharedState | undefined;
  readonly weight: number;
  /** Weight at the moment: less during a slow start, 0 while it is out. */
  weightNow: number;
}

export interface RuntimeSplit {
  /** Returns the pool of the first rule that fits. */
  readonly matchRules: (this: void, request: CData) => RuntimeUpstream | undefined;
  readonly canary: RuntimeCanary | undefined;
  /** By name. */
  readonly pools: LuaTable<string, RuntimeUpstream>;
}
