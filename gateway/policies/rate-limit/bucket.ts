import type { Counter } from "./counter";
import type { Rule } from "./rule";

/**
 * The bucket algorithms: a level that rises by the cost of each call and drains evenly, `quota` in `windowSeconds`.
 *
 * Token bucket: the level never exceeds the size. Leaky bucket: a call waits until what was in the bucket before it has drained, and is
 * refused when that is more than the size. Spike arrest: a call is admitted when the bucket is empty.
 */

/** Brings a bucket to `nowSeconds` and returns its level there. What a window counted before the limit became a bucket is in it. */
export function levelNow(counter: Counter, nowSeconds: number): number {
  // Without branches: no trace can begin at one, which LuaJIT now and then finds too complex to compile.
  return Math.max(0, counter.current - Math.max(0, nowSeconds - counter.start) * counter.previous);
}

/** The time to reckon with: never before the latest charge, so that a clock stepping back drains nothing twice. */
export function bucketTime(counter: Counter, nowSeconds: number): number {
  return counter.windowSeconds < 0 && counter.start > nowSeconds ? counter.start : nowSeconds;
}

export function isBucketFull(rule: Rule, level: number, cost: number): boolean {
  if (rule.algorithm === "token-bucket") {
    return level + cost > rule.size;
  }
  // Of the others, what is asked is how long the calls before it take.
  return level > rule.size;
}

/** Sets the level. The time goes first: whoever is killed in between leaves a bucket that is fuller than it should be, never emptier. */
export function setLevel(rule: Rule, counter: Counter, nowSeconds: number, level: number): void {
  counter.start = nowSeconds;
  counter.current = level;
  counter.previous = rule.drainPerSecond;
  counter.windowSeconds = -((level > rule.size ? level : rule.size) + 1) / rule.drainPerSecond;
}

/** How many more calls of cost 1 would be let through at once, or would be let wait. */
export function roomIn(rule: Rule, level: number): number {
  if (rule.algorithm === "spike-arrest") {
    return level > 0 ? 0 : 1;
  }
  const room = rule.algorithm === "token-bucket" ? Math.floor(rule.size - level) : Math.floor(rule.size - level) + 1;
  return room < 0 ? 0 : room;
}

/** Seconds until the bucket is empty, at least 1. */
export function drainSeconds(rule: Rule, level: number): number {
  const seconds = Math.ceil(level / rule.drainPerSecond);
  return seconds < 1 ? 1 : seconds;
}

/** The first whole number of seconds, at least 1, after which a request of that cost is admitted if nobody else calls. */
export function bucketRetrySeconds(rule: Rule, counter: Counter, nowSeconds: number, cost: number): number {
  const target = rule.algorithm === "token-bucket" ? rule.size - cost : rule.size;
  const exact = Math.ceil(counter.start + (counter.current - target) / rule.drainPerSecond - nowSeconds);
  const seconds = exact < 1 ? 1 : exact;
  // On the very line the last bit of the sum decides: who comes back when told must not be refused again.
  return isBucketFull(rule, levelNow(counter, nowSeconds + seconds), cost) ? seconds + 1 : seconds;
}
