import type { SparseHistogram, TelemetryRow } from "../../contract/telemetry";
import { identityOf } from "./meter-cell";

/** Adds rows of the same identity; the order of first appearance stays. */
export function sumRows(rows: Iterable<TelemetryRow>): TelemetryRow[] {
  const sums = new Map<string, TelemetryRow>();
  for (const row of rows) {
    const key = identityOf(row);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? row : addRows(sum, row));
  }
  return [...sums.values()];
}

function addRows(left: TelemetryRow, right: TelemetryRow): TelemetryRow {
  return {
    ...left,
    requests: left.requests + right.requests,
    bytesIn: left.bytesIn + right.bytesIn,
    bytesOut: left.bytesOut + right.bytesOut,
    latency: addHistograms(left.latency, right.latency),
    upstreamLatency: addHistograms(left.upstreamLatency, right.upstreamLatency),
  };
}

function addHistograms(left: SparseHistogram, right: SparseHistogram): SparseHistogram {
  const counts = new Map(left);
  for (const [bucket, count] of right) {
    counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  }
  return [...counts].sort(([first], [second]) => first - second);
}
