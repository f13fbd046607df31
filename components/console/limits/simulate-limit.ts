import type { LimitAlgorithm } from "@/gateway/contract/limit-types";
import { charge, check, newClaim, type Claim } from "@/gateway/policies/rate-limit/claim";
import { BUCKET, CALL_LOG, WINDOW, type Rule } from "@/gateway/policies/rate-limit/rule";
import type { PolicyHost } from "@/gateway/policies/types";

/** The fields of a limit that decide what it admits. Not for concurrency, which knows no rate; a calendar quota is a fixed window here. */
export interface SimulatedLimit {
  readonly algorithm: LimitAlgorithm;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly burst?: number | undefined;
}

export interface SimulatedStep {
  /** Seconds since the beginning. */
  readonly start: number;
  readonly admitted: number;
  readonly refused: number;
}

export interface Simulation {
  readonly steps: readonly SimulatedStep[];
  readonly seconds: number;
  readonly sent: number;
  readonly admitted: number;
  /** The most calls admitted within any span as long as the window. For a fixed window it can reach twice the quota. */
  readonly mostInOneWindow: number;
}

const WINDOWS = 3;
// The algorithms only know shares of the quota: a burst of a billion calls looks like one of a thousand.
const SIMULATED_QUOTA = 960;
// Few calls are simulated one by one, because then it matters that a call is whole.
const LARGEST_EXACT_QUOTA = 60;
// Windows are aligned to multiples of their length; any multiple will do as the beginning.
const ORIGIN_WINDOW = 1000;
// A call exactly at the edge of two steps belongs to the later one, whatever floating point makes of it.
const ROUNDING = 1e-9;

/**
 * What a limit does to somebody who calls twice as fast as it allows, from the middle of a window on: the case that tells the algorithms
 * apart. Every call goes through the functions that the gateway's workers run.
 */
export function simulateLimit(limit: SimulatedLimit): Simulation {
  const quota = limit.quota > LARGEST_EXACT_QUOTA ? SIMULATED_QUOTA : limit.quota;
  const scale = limit.quota / quota;
  const { windowSeconds } = limit;
  const origin = ORIGIN_WINDOW * windowSeconds;
  const seconds = WINDOWS * windowSeconds;
  const from = windowSeconds / 2;
  const evenPause = windowSeconds / (2 * quota);
  const calls = Math.floor((seconds - from) / evenPause);
  // A hair longer: two calls that are exactly as far apart as the limit wants must not be refused over floating point.
  const pause = evenPause * (1 + ROUNDING);

  const stepCount = WINDOWS * stepsPerWindow(quota);
  const claim = newClaimOf(toRule(limit, quota));
  const steps = Array.from({ length: stepCount }, (_, index) => ({
    start: (index * seconds) / stepCount,
    admitted: 0,
    refused: 0,
  }));
  const admittedAt: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const time = from + call * pause;
    const delay = admit(claim, origin + time);
    const leaves = time + (delay ?? 0);
    // No step for a call that waits until after the end: it would stand there as a rush that never comes.
    const step = steps[Math.floor((leaves / seconds) * stepCount + ROUNDING)];
    if (step !== undefined) {
      step[delay === undefined ? "refused" : "admitted"] += scale;
    }
    if (delay !== undefined) {
      admittedAt.push(leaves);
    }
  }
  return {
    steps,
    seconds,
    sent: calls * scale,
    admitted: Math.round(admittedAt.length * scale),
    mostInOneWindow: Math.round(mostWithin(admittedAt, windowSeconds) * scale),
  };
}

/** As many steps as share out the calls of a window evenly: otherwise the bars would show the steps' rhythm and not the limit's. */
function stepsPerWindow(quota: number): number {
  const candidates = [16, 20, 18, 14, 12, 22, 24, 10];
  return candidates.find((steps) => (2 * quota) % steps === 0) ?? 16;
}

/** The largest number of moments that lie within any span of the given length, its end excluded. */
function mostWithin(times: readonly number[], length: number): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - length) {
      first += 1;
    }
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** What asks the host, concurrency, is not simulated. */
const NO_HOST = {} as PolicyHost;

/** Puts one call through the gateway's own code. @returns seconds it has to wait, undefined when it is refused */
function admit(claim: Claim, nowSeconds: number): number | undefined {
  claim.isRefused = false;
  claim.delaySeconds = 0;
  check(claim, nowSeconds, NO_HOST);
  charge(claim, NO_HOST);
  return claim.isRefused ? undefined : claim.delaySeconds;
}

function newClaimOf(rule: Rule): Claim {
  return {
    ...newClaim(),
    rule,
    counter: { windowSeconds: 0, start: 0, current: 0, previous: 0 },
    log: { windowSeconds: 0, latest: 0, count: 0, latestAt: 0, times: {} },
  };
}

/** The same as the gateway makes of it (gateway/runtime/release/link-plan.ts). @param quota of the simulation, in whose proportion the burst is */
function toRule({ algorithm, burst, quota: realQuota, windowSeconds }: SimulatedLimit, quota: number): Rule {
  const size = algorithm === "spike-arrest" ? 0 : Math.max(1, Math.round(((burst ?? realQuota) * quota) / realQuota));
  const isWindow = algorithm === "fixed-window" || algorithm === "sliding-window" || algorithm === "calendar";
  return {
    id: 1,
    name: "simulated",
    algorithm: algorithm === "calendar" ? "fixed-window" : algorithm,
    scope: "subscription",
    quota,
    windowSeconds,
    kind: isWindow ? WINDOW : algorithm === "sliding-log" ? CALL_LOG : BUCKET,
    cost: 1,
    charge: 1,
    ownOperation: 0,
    isSettled: false,
    isShadow: false,
    countsRefused: false,
    size,
    drainPerSecond: quota / windowSeconds,
    windowStart: 0,
    windowEnd: 0,
    zone: [],
  };
}
