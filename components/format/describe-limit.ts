import type { LimitInput } from "@/lib/api-schemas";
import { formatSeconds, formatWindow } from "./format-duration";
import { formatCount } from "./format-number";

/** What a limit does to those who call, in plain words, for whoever sets it. */
export function describeLimit(limit: LimitInput): string {
  const sentences = [whatItDoes(limit)];
  if (limit.unit === "bytes") {
    sentences.push("Bytes of a call are known when it ends, so calls under way can go beyond the quota.");
  }
  if (limit.counts === "successful") {
    sentences.push("What a failed call took is given back.");
  }
  if (limit.counts === "all") {
    sentences.push("Who goes on calling while refused waits longer.");
  }
  if (limit.scope === "header") {
    sentences.push(`Each value of ${limit.header ?? "the field"} has the quota for itself; callers choose the value.`);
  }
  if (limit.scope === "claim") {
    sentences.push(
      `Each value of ${limit.claim ?? "the claim"} has the quota for itself; tokens without it share one. Every operation needs Validate JWT.`,
    );
  }
  const own = Object.keys({ ...limit.costs, ...limit.operationQuotas }).length;
  if (own > 0) {
    sentences.push(`${own} ${own === 1 ? "operation has" : "operations have"} a cost or quota of their own.`);
  }
  if (limit.mode === "shadow") {
    sentences.push("In shadow mode nobody is refused, and callers do not see it.");
  }
  return sentences.join(" ");
}

function whatItDoes(limit: LimitInput): string {
  const { algorithm, quota, windowSeconds = 0, burst } = limit;
  const spacing = quota === 0 ? 0 : windowSeconds / quota;
  const pause = spacing >= 1 ? formatSeconds(spacing) : `${formatCount(Math.round(spacing * 1000))} ms`;
  switch (algorithm) {
    case "fixed-window":
      return `Counts anew every ${formatWindow(windowSeconds)}; across the edge of two windows up to twice the quota can come through.`;
    case "sliding-window":
      return "What was used before fades out evenly; needs next to no memory, and is exact when calls come evenly.";
    case "sliding-log":
      return `Remembers every call: no ${formatWindow(windowSeconds)} ever holds more, wherever it begins.`;
    case "token-bucket":
      return `Up to ${formatCount(burst ?? quota)} at once after a pause, then one every ${pause}.`;
    case "leaky-bucket":
      return `One call every ${pause}. Up to ${formatCount(burst ?? 0)} more wait, at most ${formatSeconds((burst ?? 0) * spacing)}; beyond that calls are refused.`;
    case "spike-arrest":
      return `Calls nearer to each other than ${pause} are refused, however few there were before.`;
    case "concurrency":
      return "Calls beyond as many in flight are refused until one has ended.";
    case "calendar":
      return `Begins anew with each ${limit.period ?? "period"}, by the clocks of ${limit.timeZone ?? "UTC"}.`;
    default:
      return algorithm satisfies never;
  }
}
