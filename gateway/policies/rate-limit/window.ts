import type { Limit } from "../../contract/bundle-types";
import { levelNow } from "./bucket";
import type { Counter } from "./counter";

/**
 * The window algorithms: pure arithmetic over one counter. Windows are aligned to multiples of their length since the epoch.
 *
 * Fixed window: at most `quota` in each window. Sliding window: the count of the window before fades out evenly while the current one
 * grows; `previous × (1 - elapsed share) + current` never exceeds `quota` (the two-counter approximation Cloudflare described in 2017).
 */

/**
 * Brings a counter to the window that holds `nowSeconds`, and returns the time to reckon with: never before the counter's window, so
 * that a clock stepping back cannot open a window twice. Field order matters: whatever dies in between leaves a counter that
 * admits less, never more.
 */
export function rollWindow(limit: Limit, counter: Counter, nowSeconds: number): number {
  const windowSeconds = limit.windowSeconds;
  const start = Math.floor(nowSeconds / windowSeconds) * windowSeconds;
  if (counter.windowSeconds === windowSeconds && counter.start === start) {
    return nowSeconds;
  }
  if (counter.windowSeconds !== windowSeconds) {
    return changeWindow(limit, counter, nowSeconds);
  }
  if (counter.start > start) {
    return counter.start;
  }
  counter.previous = counter.start === start - windowSeconds ? counter.current : 0;
  counter.start = start;
  counter.current = 0;
  return nowSeconds;
}

/** The owner changed the length of the window: what counts as used at this moment stays used until the new window ends. */
function changeWindow(limit: Limit, counter: Counter, nowSeconds: number): number {
  const windowSeconds = limit.windowSeconds;
  const now = counter.start > nowSeconds ? counter.start : nowSeconds;
  counter.current = usedUnderOldLength(limit, counter, now);
  counter.previous = 0;
  counter.start = Math.floor(now / windowSeconds) * windowSeconds;
  counter.windowSeconds = windowSeconds;
  return now;
}

/** What counts as used at `nowSeconds` in a counter that may be windows behind and still has its old length. */
export function usedUnderOldLength(limit: Limit, counter: Counter, nowSeconds: number): number {
  if (counter.windowSeconds === 0) {
    return 0;
  }
  if (counter.windowSeconds < 0) {
    return levelNow(counter, nowSeconds);
  }
  const windows = (nowSeconds - counter.start) / counter.windowSeconds;
  if (limit.algorithm !== "sliding-window") {
    return windows < 1 ? counter.current : 0;
  }
  if (windows < 1) {
    return counter.previous * (1 - windows) + counter.current;
  }
  return windows < 2 ? counter.current * (2 - windows) : 0;
}

/** What counts as used at `nowSeconds`, in a counter that rollWindow has brought there. */
export function usedOf(limit: Limit, counter: Counter, nowSeconds: number): number {
  if (limit.algorithm === "fixed-window") {
    return counter.current;
  }
  const elapsedShare = (nowSeconds - counter.start) / limit.windowSeconds;
  return counter.previous * (1 - elapsedShare) + counter.current;
}

/** Seconds until the current window ends, at least 1. */
export function resetSeconds(limit: Limit, counter: Counter, nowSeconds: number): number {
  const seconds = Math.ceil(counter.start + limit.windowSeconds - nowSeconds);
  return seconds < 1 ? 1 : seconds;
}

/** The first whole number of seconds, at least 1, after which a request of that cost is admitted if nobody else calls. */
export function retryAfterSeconds(limit: Limit, counter: Counter, nowSeconds: number, cost: number): number {
  if (limit.algorithm === "fixed-window") {
    return resetSeconds(limit, counter, nowSeconds);
  }
  const room = limit.quota - cost;
  if (room < 0) {
    // Never, as it stands: a quota that a subscription got before the plan made the call dearer.
    return resetSeconds(limit, counter, nowSeconds);
  }
  const fadesNow = counter.current <= room && counter.previous > 0;
  const waited = fadesNow
    ? (1 - (room - counter.current) / counter.previous) * limit.windowSeconds
    : (2 - room / counter.current) * limit.windowSeconds;
  const exact = Math.ceil(counter.start + waited - nowSeconds);
  const seconds = exact < 1 ? 1 : exact;
  // On the very line the last bit of the sum decides: who comes back when told must not be refused again.
  return usedLater(limit, counter, nowSeconds + seconds) > room ? seconds + 1 : seconds;
}

/** What a sliding window will count as used at a later moment, if nobody calls until then. Must round as usedOf does. */
function usedLater(limit: Limit, counter: Counter, laterSeconds: number): number {
  const next = counter.start + limit.windowSeconds;
  if (laterSeconds < next) {
    return usedOf(limit, counter, laterSeconds);
  }
  return counter.current * (1 - (laterSeconds - next) / limit.windowSeconds);
}
