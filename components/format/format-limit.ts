import { formatWindow } from "./format-duration";
import { formatCount } from "./format-number";

/** What every limit has that is shown to people. */
export interface LimitInWords {
  readonly quota: number;
  readonly windowSeconds: number;
  readonly algorithm: string;
  readonly scope?: string | null;
}

const ALGORITHMS: Record<string, string> = {
  "fixed-window": "fixed window",
  fixed_window: "fixed window",
  "sliding-window": "sliding window",
  sliding_window: "sliding window",
};

/** "100 calls per minute". */
export function formatLimit(limit: Pick<LimitInWords, "quota" | "windowSeconds">): string {
  return `${formatCount(limit.quota)} ${limit.quota === 1 ? "call" : "calls"} per ${formatWindow(limit.windowSeconds)}`;
}

/** "sliding window, per subscription". */
export function formatLimitDetail(limit: Pick<LimitInWords, "algorithm" | "scope">): string {
  const algorithm = ALGORITHMS[limit.algorithm] ?? limit.algorithm;
  return limit.scope ? `${algorithm}, per ${limit.scope}` : algorithm;
}
