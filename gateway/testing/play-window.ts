import type { Limit } from "../contract/bundle-types";
import { resetSeconds, retryAfterSeconds, rollWindow, usedOf } from "../policies/rate-limit/window";
import type { Counter } from "../policies/types";

/** One request against a limit, at a time. The limit's quota, window and algorithm may change from step to step. */
export interface WindowStep {
  readonly nowSeconds: number;
  readonly limit: Limit;
}

export interface WindowResult {
  readonly isAdmitted: boolean;
  /** What counted as used before this request. */
  readonly used: number;
  /** Until the window ends when admitted, until it is worth trying again when refused. */
  readonly seconds: number;
}

/** Drives one counter the way rate-limit/run.ts does, without locks. In the Lua dialect. */
export function playWindow(steps: readonly WindowStep[]): WindowResult[] {
  const counter: Counter = { windowSeconds: 0, start: 0, current: 0, previous: 0 };
  return steps.map((step) => callOnce(counter, step));
}

export function callOnce(counter: Counter, { limit, nowSeconds }: WindowStep): WindowResult {
  const now = rollWindow(limit, counter, nowSeconds);
  const used = usedOf(limit, counter, now);
  if (used + 1 > limit.quota) {
    return { isAdmitted: false, used, seconds: retryAfterSeconds(limit, counter, now, 1) };
  }
  counter.current = counter.current + 1;
  return { isAdmitted: true, used, seconds: resetSeconds(limit, counter, now) };
}
