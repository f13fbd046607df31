import { HISTOGRAM_BUCKETS, bucketUpperMs } from "../../contract/histogram";
import { OUTCOMES, type Outcome } from "../../contract/outcome";
import type { TelemetryRow } from "../../contract/telemetry";

/** Upper edges in milliseconds of the few buckets that Prometheus gets. */
export const LATENCY_EDGES_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000] as const;

/** What this agent has spooled since it started, in sums of bounded number: the usage itself lives in the control plane. */
export class UsageTotals {
  readonly outcomes = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  /** Requests by "api/version"; requests of operations that no chunk names count as "none". */
  readonly apiVersions = new Map<string, number>();
  readonly latencyCounts: number[] = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);
  bytesIn = 0;
  bytesOut = 0;

  add(rows: readonly TelemetryRow[], apiVersionOf: (operation: number) => string | undefined): void {
    for (const row of rows) {
      this.outcomes.set(row.outcome, (this.outcomes.get(row.outcome) ?? 0) + row.requests);
      const apiVersion = apiVersionOf(row.operation) ?? "none";
      this.apiVersions.set(apiVersion, (this.apiVersions.get(apiVersion) ?? 0) + row.requests);
      this.bytesIn += row.bytesIn;
      this.bytesOut += row.bytesOut;
      for (const [bucket, count] of row.latency) {
        this.latencyCounts[bucket] = (this.latencyCounts[bucket] ?? 0) + count;
      }
    }
  }

  /** Requests that took at most so long, as far as the log-spaced buckets can tell. */
  countUpTo(edgeMs: number): number {
    return this.latencyCounts.reduce((sum, count, bucket) => (bucketUpperMs(bucket) <= edgeMs ? sum + count : sum), 0);
  }

  get latencyTotal(): number {
    return this.latencyCounts.reduce((sum, count) => sum + count, 0);
  }
}
