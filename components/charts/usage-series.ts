import type { LatencyPoint } from "./latency-chart";
import type { OutcomePoint } from "./outcome-chart";
import type { TrafficPoint } from "./traffic-chart";

/** What usage over time must have to be drawn, as the management API answers it. */
export interface UsageSeries {
  readonly from: string;
  readonly to: string;
  readonly interval: keyof typeof STEP_MS | null;
  readonly rows: readonly UsageSeriesRow[];
}

interface UsageSeriesRow {
  readonly time?: string | undefined;
  readonly outcome?: string | undefined;
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export type UsagePoint = TrafficPoint & LatencyPoint & OutcomePoint;

const STEP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * One point for every step of the range, also where nothing was called: the API answers with the steps that have calls, and a chart
 * would draw a straight line over the others.
 * @param series usage asked with an interval, not grouped: percentiles cannot be added up
 * @param outcomes the same grouped by outcome, for telling the caller's mistakes from successes
 */
export function toUsagePoints(series: UsageSeries | undefined, outcomes?: UsageSeries): UsagePoint[] {
  if (series === undefined || series.interval === null) {
    return [];
  }
  const rows = new Map(series.rows.map((row) => [timeOf(row), row]));
  const mistakes = sumMistakes(outcomes);
  const step = STEP_MS[series.interval];
  const end = Date.parse(series.to);
  const points: UsagePoint[] = [];
  // Hours and days begin as in UTC, like the rows.
  for (let time = Math.floor(Date.parse(series.from) / step) * step; time < end; time += step) {
    points.push(toPoint(time, rows.get(time), mistakes.get(time) ?? 0));
  }
  return points;
}

function toPoint(time: number, row: UsageSeriesRow | undefined, clientErrors: number): UsagePoint {
  const requests = row?.requests ?? 0;
  const refused = row?.refused ?? 0;
  const errors = row?.errors ?? 0;
  return {
    time,
    requests,
    refused,
    errors,
    clientErrors,
    // The two questions are asked a moment apart: a call that only the second knows must not make this negative.
    success: Math.max(0, requests - refused - errors - clientErrors),
    p50Ms: row?.p50Ms ?? null,
    p95Ms: row?.p95Ms ?? null,
    p99Ms: row?.p99Ms ?? null,
  };
}

/** Calls that were neither refused by a policy nor failed, and still did not succeed: not found, malformed, rejected by the upstream. */
function sumMistakes(outcomes: UsageSeries | undefined): Map<number, number> {
  const sums = new Map<number, number>();
  for (const row of outcomes?.rows ?? []) {
    if (row.outcome !== "success") {
      const time = timeOf(row);
      sums.set(time, (sums.get(time) ?? 0) + row.requests - row.refused - row.errors);
    }
  }
  return sums;
}

function timeOf(row: UsageSeriesRow): number {
  return Date.parse(row.time ?? "");
}
