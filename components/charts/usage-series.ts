import type { ResolvedRange } from "@/components/format/time-range";
import type { LatencyPoint } from "./latency-chart";
import type { OutcomePoint } from "./outcome-chart";
import type { TrafficPoint } from "./traffic-chart";

/** What a row of usage must have to be drawn: one interval, perhaps of one outcome. */
export interface UsageSeriesRow {
  readonly time?: string | undefined;
  readonly outcome?: string | undefined;
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const STEP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Calls per interval. Intervals without a row are zeros: nothing was called. */
export function toTrafficPoints(range: ResolvedRange, rows: readonly UsageSeriesRow[]): TrafficPoint[] {
  const byTime = groupByTime(rows);
  return timesOf(range).map((time) => ({ time, requests: sum(byTime.get(time), (row) => row.requests) }));
}

/** Percentiles per interval, from rows that are not split further: percentiles cannot be added up. */
export function toLatencyPoints(range: ResolvedRange, rows: readonly UsageSeriesRow[]): LatencyPoint[] {
  const byTime = groupByTime(rows);
  return timesOf(range).map((time) => {
    const row = byTime.get(time)?.[0];
    return { time, p50Ms: row?.p50Ms ?? null, p95Ms: row?.p95Ms ?? null, p99Ms: row?.p99Ms ?? null };
  });
}

/** How calls ended per interval, from rows grouped by outcome. */
export function toOutcomePoints(range: ResolvedRange, rows: readonly UsageSeriesRow[]): OutcomePoint[] {
  const byTime = groupByTime(rows);
  return timesOf(range).map((time) => {
    const inInterval = byTime.get(time);
    return {
      time,
      success: sum(inInterval, (row) => (row.outcome === "success" ? row.requests : 0)),
      clientErrors: sum(inInterval, (row) => (row.outcome === "success" ? 0 : row.requests - row.errors - row.refused)),
      refused: sum(inInterval, (row) => row.refused),
      errors: sum(inInterval, (row) => row.errors),
    };
  });
}

/** The starts of the intervals of a range, in milliseconds since 1970. Hours and days begin as in UTC, like the rows. */
export function timesOf(range: ResolvedRange): number[] {
  const step = STEP_MS[range.interval];
  const times: number[] = [];
  for (let time = Math.floor(range.from.getTime() / step) * step; time < range.to.getTime(); time += step) {
    times.push(time);
  }
  return times;
}

function groupByTime(rows: readonly UsageSeriesRow[]): Map<number, UsageSeriesRow[]> {
  const groups = new Map<number, UsageSeriesRow[]>();
  for (const row of rows) {
    if (row.time !== undefined) {
      const time = Date.parse(row.time);
      const group = groups.get(time);
      if (group === undefined) {
        groups.set(time, [row]);
      } else {
        group.push(row);
      }
    }
  }
  return groups;
}

function sum(rows: readonly UsageSeriesRow[] | undefined, valueOf: (row: UsageSeriesRow) => number): number {
  return (rows ?? []).reduce((total, row) => total + valueOf(row), 0);
}
