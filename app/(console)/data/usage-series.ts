import type { LatencyPoint } from "@/components/charts/latency-chart";
import type { OutcomePoint } from "@/components/charts/outcome-chart";
import type { TrafficPoint } from "@/components/charts/traffic-chart";
import type { Usage, UsageInterval, UsageRow } from "@/lib/api-schemas";

const STEP_MS: Record<UsageInterval, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export type SeriesPoint = TrafficPoint & LatencyPoint & OutcomePoint;

/**
 * One point for every step of the range, also where nothing was called: the API answers with the steps that have calls, and a chart
 * would draw a straight line over the others.
 * @param series usage asked with an interval, not grouped
 * @param outcomes the same grouped by outcome, for telling the caller's mistakes from successes
 */
export function toSeries(series: Usage | undefined, outcomes?: Usage): SeriesPoint[] {
  if (series?.interval === undefined || series.interval === null) {
    return [];
  }
  const step = STEP_MS[series.interval];
  const rows = new Map(series.rows.map((row) => [Date.parse(row.time ?? ""), row]));
  const mistakes = sumMistakes(outcomes);
  const points: SeriesPoint[] = [];
  const end = Date.parse(series.to);
  for (let time = Math.floor(Date.parse(series.from) / step) * step; time < end; time += step) {
    points.push(toPoint(time, rows.get(time), mistakes.get(time) ?? 0));
  }
  return points;
}

function toPoint(time: number, row: UsageRow | undefined, clientErrors: number): SeriesPoint {
  const requests = row?.requests ?? 0;
  const refused = row?.refused ?? 0;
  const errors = row?.errors ?? 0;
  return {
    time,
    requests,
    refused,
    errors,
    clientErrors,
    success: Math.max(0, requests - refused - errors - clientErrors),
    p50Ms: row?.p50Ms ?? null,
    p95Ms: row?.p95Ms ?? null,
    p99Ms: row?.p99Ms ?? null,
  };
}

/** Calls that were neither refused by a policy nor failed, and still did not succeed: not found, malformed, rejected by the upstream. */
const MISTAKES: readonly string[] = ["client_error", "unrouted", "malformed", "client_closed"];

function sumMistakes(outcomes: Usage | undefined): Map<number, number> {
  const sums = new Map<number, number>();
  for (const row of outcomes?.rows ?? []) {
    if (row.outcome !== undefined && MISTAKES.includes(row.outcome)) {
      const time = Date.parse(row.time ?? "");
      sums.set(time, (sums.get(time) ?? 0) + row.requests);
    }
  }
  return sums;
}

export interface UsageTotal {
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly p95Ms: number | null;
  /** 0 to 1; null where nothing was called. */
  readonly errorShare: number | null;
}

/** The one row of usage that was asked without interval and group; zeros when there was no call. */
export function toTotal(usage: Usage | undefined): UsageTotal | undefined {
  if (usage === undefined) {
    return undefined;
  }
  const row = usage.rows[0];
  const requests = row?.requests ?? 0;
  const errors = row?.errors ?? 0;
  return {
    requests,
    errors,
    refused: row?.refused ?? 0,
    p95Ms: row?.p95Ms ?? null,
    errorShare: requests === 0 ? null : errors / requests,
  };
}

/** The relative change, for a tile; nothing where there is nothing to compare with. */
export function changeOf(
  now: number | null | undefined,
  before: number | null | undefined,
  moreIs: "good" | "bad" | "neutral",
): { ratio: number; moreIs: "good" | "bad" | "neutral" } | undefined {
  if (now === null || now === undefined || before === null || before === undefined || before === 0) {
    return undefined;
  }
  return { ratio: now / before - 1, moreIs };
}
