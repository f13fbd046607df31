import type { Limit } from "@/gateway/contract/bundle-types";
import type { Counter } from "@/gateway/policies/types";
import { rollWindow, usedOf } from "@/gateway/policies/rate-limit/window";

/** The fields of a limit that decide what it admits. */
export type SimulatedLimit = Pick<Limit, "algorithm" | "quota" | "windowSeconds">;

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
  const simulated = { ...limit, quota, id: 1, name: "simulated", scope: "subscription" } satisfies Limit;
  const { windowSeconds } = limit;
  const origin = ORIGIN_WINDOW * windowSeconds;
  const seconds = WINDOWS * windowSeconds;
  const from = windowSeconds / 2;
  const pause = windowSeconds / (2 * quota);
  const calls = Math.floor((seconds - from) / pause);

  const stepCount = WINDOWS * stepsPerWindow(quota);
  const counter: Counter = { windowSeconds, start: 0, current: 0, previous: 0 };
  const steps = Array.from({ length: stepCount }, (_, index) => ({
    start: (index * seconds) / stepCount,
    admitted: 0,
    refused: 0,
  }));
  const admittedAt: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const time = from + call * pause;
    const step = steps[Math.min(stepCount - 1, Math.floor((time / seconds) * stepCount + ROUNDING))];
    const now = rollWindow(simulated, counter, origin + time);
    if (usedOf(simulated, counter, now) + 1 > quota) {
      step!.refused += scale; // The index is clamped to the array.
    } else {
      counter.current += 1;
      step!.admitted += scale;
      admittedAt.push(time);
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
