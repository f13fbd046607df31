import { describe, expect, it } from "vitest";
import { timesOf, toLatencyPoints, toOutcomePoints, toTrafficPoints } from "./usage-series";

const RANGE = {
  from: new Date("2026-03-01T12:00:00Z"),
  to: new Date("2026-03-01T12:03:00Z"),
  interval: "minute",
} as const;

const MIDDLE = "2026-03-01T12:01:00.000Z";

function row(outcome: string | undefined, requests: number, errors = 0, refused = 0) {
  return { time: MIDDLE, outcome, requests, errors, refused, p50Ms: 4, p95Ms: 18, p99Ms: 40 };
}

describe("usage series", () => {
  it("has a point for every interval, called or not", () => {
    expect(toTrafficPoints(RANGE, [row(undefined, 7)]).map((point) => point.requests)).toEqual([0, 7, 0]);
  });

  it("shows no latency where nothing was called, instead of zero", () => {
    expect(toLatencyPoints(RANGE, [row(undefined, 7)]).map((point) => point.p95Ms)).toEqual([null, 18, null]);
  });

  it("puts every call into exactly one outcome", () => {
    const rows = [
      row("success", 10),
      row("client_error", 3),
      row("rate_limited", 4, 0, 4),
      row("upstream_error", 2, 2),
    ];
    const point = toOutcomePoints(RANGE, rows)[1];
    expect(point).toMatchObject({ success: 10, clientErrors: 3, refused: 4, errors: 2 });
  });

  it("begins hours where the rows' hours begin", () => {
    const times = timesOf({ ...RANGE, from: new Date("2026-03-01T10:20:00Z"), interval: "hour" });
    expect(times.map((time) => new Date(time).toISOString())).toEqual([
      "2026-03-01T10:00:00.000Z",
      "2026-03-01T11:00:00.000Z",
      "2026-03-01T12:00:00.000Z",
    ]);
  });
});
