import { describe, expect, it } from "vitest";
import { formatDurationMs, formatSeconds, formatWindow } from "./format-duration";
import { formatLimit, formatLimitDetail } from "./format-limit";
import { formatBytes, formatCountShort, formatPlural, formatShare } from "./format-number";
import { formatRelative } from "./format-time";
import { readTimeRange, resolveTimeRange, writeTimeRange } from "./time-range";

describe("numbers", () => {
  it.each([
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.0042, "0.42 %"],
    [0.036, "3.6 %"],
    [0.5, "50 %"],
    [1, "100 %"],
  ])("never shows a share of %d as nothing it is not", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it("keeps every digit below ten thousand", () => {
    expect(formatCountShort(9999)).toBe("9,999");
    expect(formatCountShort(12_345)).toBe("12.3K");
  });

  it("counts bytes in powers of a thousand", () => {
    expect([formatBytes(999), formatBytes(1536), formatBytes(2_500_000)]).toEqual(["999 B", "1.5 KB", "2.5 MB"]);
  });

  it("knows one from many", () => {
    expect([formatPlural(1, "key"), formatPlural(0, "key")]).toEqual(["1 key", "0 keys"]);
  });
});

describe("durations", () => {
  it.each([
    [0.42, "0.42 ms"],
    [0.8, "0.80 ms"],
    [4.25, "4.3 ms"],
    [12.3, "12 ms"],
    [1234, "1.2 s"],
    [200_000, "3 min 20 s"],
  ])("shows %d ms as %s", (milliseconds, text) => {
    expect(formatDurationMs(milliseconds)).toBe(text);
  });

  it("names the two largest units", () => {
    expect([formatSeconds(3661), formatSeconds(90_000), formatSeconds(0)]).toEqual(["1 h 1 min", "1 day 1 h", "0 s"]);
  });

  it("says a window as people do", () => {
    expect([60, 10, 3600, 90, 172_800].map(formatWindow)).toEqual([
      "minute",
      "10 seconds",
      "hour",
      "90 seconds",
      "2 days",
    ]);
  });
});

describe("limits", () => {
  it("are one sentence", () => {
    expect(formatLimit({ quota: 100, windowSeconds: 60 })).toBe("100 calls per minute");
    expect(formatLimit({ quota: 1, windowSeconds: 10 })).toBe("1 call per 10 seconds");
    expect(formatLimitDetail({ algorithm: "sliding-window", scope: "subscription" })).toBe(
      "sliding window, per subscription",
    );
  });
});

describe("times", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  it.each([
    ["2026-03-01T11:59:55Z", "just now"],
    ["2026-03-01T11:58:00Z", "2 minutes ago"],
    ["2026-03-04T12:00:00Z", "in 3 days"],
    ["2025-03-01T12:00:00Z", "last year"],
  ])("says %s relative to now", (time, text) => {
    expect(formatRelative(new Date(time), now)).toBe(text);
  });
});

describe("time ranges", () => {
  it("fall back when the URL cannot be read", () => {
    expect(readTimeRange(new URLSearchParams("range=soon"))).toEqual({ kind: "preset", id: "1h" });
    expect(readTimeRange(new URLSearchParams("from=b&to=a"))).toEqual({ kind: "preset", id: "1h" });
    expect(readTimeRange(new URLSearchParams("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z"))).toEqual({
      kind: "preset",
      id: "1h",
    });
  });

  it("survive the way through a URL and keep the other filters", () => {
    const range = { kind: "fixed", from: "2026-03-01T00:00:00.000Z", to: "2026-03-02T00:00:00.000Z" } as const;
    const search = writeTimeRange(new URLSearchParams("range=7d&api=orders"), range);
    expect(search.get("api")).toBe("orders");
    expect(search.has("range")).toBe(false);
    expect(readTimeRange(search)).toEqual(range);
  });

  it("hold the running minute", () => {
    const range = resolveTimeRange({ kind: "preset", id: "1h" }, new Date("2026-03-01T12:00:30Z"));
    expect(range).toEqual({
      from: new Date("2026-03-01T11:01:00Z"),
      to: new Date("2026-03-01T12:01:00Z"),
      interval: "minute",
    });
  });
});
