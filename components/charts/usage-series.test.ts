import { describe, expect, it } from "vitest";
import { toUsagePoints, type UsageSeries } from "./usage-series";

const MIDDLE = "2026-03-01T12:01:00.000Z";

function usage(rows: UsageSeries["rows"], change: Partial<UsageSeries> = {}): UsageSeries {
  return { from: "2026-03-01T12:00:00Z", to: "2026-03-01T12:03:00Z", interval: "minute", rows, ...change };
}

function row(
  requests: number,
  { outcome, errors = 0, refused = 0 }: { outcome?: string; errors?: number; refused?: number } = {},
) {
  return { time: MIDDLE, outcome, requests, errors, refused, p50Ms: 4, p95Ms: 18, p99Ms: 40 };
}

describe("usage over time", () => {
  it("has a point for every interval, called or not", () => {
    expect(toUsagePoints(usage([row(7)])).map((point) => point.requests)).toEqual([0, 7, 0]);
  });

  it("shows no latency where nothing was called, instead of zero", () => {
    expect(toUsagePoints(usage([row(7)])).map((point) => point.p95Ms)).toEqual([null, 18, null]);
  });

  it("puts every call into exactly one outcome", () => {
    const outcomes = usage([
      row(10, { outcome: "success" }),
      row(3, { outcome: "client_error" }),
      row(4, { outcome: "rate_limited", refused: 4 }),
      row(2, { outcome: "upstream_error", errors: 2 }),
    ]);
    const point = toUsagePoints(usage([row(19, { errors: 2, refused: 4 })]), outcomes)[1];
    expect(point).toMatchObject({ success: 10, clientErrors: 3, refused: 4, errors: 2 });
  });

  it("begins hours where the rows' hours begin", () => {
    const points = toUsagePoints(usage([], { from: "2026-03-01T10:20:00Z", interval: "hour" }));
    expect(points.map(({ time }) => new Date(time).toISOString())).toEqual([
      "2026-03-01T10:00:00.000Z",
      "2026-03-01T11:00:00.000Z",
      "2026-03-01T12:00:00.000Z",
    ]);
  });
});
