import type { LimitAlgorithm } from "@/gateway/contract/limit-types";
import { formatWindow } from "./format-duration";
import { formatBytes, formatCount } from "./format-number";

/** What every limit has that is shown to people. */
export interface LimitInWords {
  readonly quota: number;
  readonly windowSeconds: number;
  readonly algorithm: LimitAlgorithm;
  readonly scope?: string | null;
  readonly unit?: string | undefined;
  readonly period?: string | undefined;
  readonly header?: string | undefined;
  readonly claim?: string | undefined;
}

const ALGORITHMS: Readonly<Record<LimitAlgorithm, string>> = {
  "fixed-window": "fixed window",
  "sliding-window": "sliding window",
  "sliding-log": "sliding log",
  "token-bucket": "token bucket",
  "leaky-bucket": "leaky bucket, calls wait their turn",
  "spike-arrest": "evenly spaced",
  concurrency: "calls in flight",
  calendar: "calendar quota",
};

/** "100 calls per minute", "5 calls at once", "10 GB per calendar month". */
export function formatLimit(
  limit: Pick<LimitInWords, "quota" | "windowSeconds" | "unit" | "period"> & { readonly algorithm?: LimitAlgorithm },
): string {
  const calls = `${formatCount(limit.quota)} ${limit.quota === 1 ? "call" : "calls"}`;
  const amount = limit.unit === "bytes" ? formatBytes(limit.quota) : calls;
  if (limit.algorithm === "concurrency") {
    return `${amount} at once`;
  }
  return limit.period === undefined
    ? `${amount} per ${formatWindow(limit.windowSeconds)}`
    : `${amount} per calendar ${limit.period}`;
}

/** "sliding window, per subscription". */
export function formatLimitDetail(limit: Pick<LimitInWords, "algorithm" | "scope" | "header" | "claim">): string {
  const algorithm = ALGORITHMS[limit.algorithm];
  const trait = limit.scope === "header" ? limit.header : limit.scope === "claim" ? limit.claim : undefined;
  const scope = trait === undefined ? limit.scope : `value of ${trait}`;
  return scope ? `${algorithm}, per ${scope}` : algorithm;
}
