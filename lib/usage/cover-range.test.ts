import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverRange } from "./cover-range";

const MINUTE_MS = 60_000;
const minutes = fc.integer({ min: 0, max: 60 * 24 * 60 });

describe("coverRange", () => {
  it("covers every minute of a range once, and nothing else", () => {
    fc.assert(
      fc.property(minutes, minutes, fc.constantFrom("minute", "hour", "day" as const), (one, other, coarsest) => {
        const from = new Date(Math.min(one, other) * MINUTE_MS);
        const to = new Date(Math.max(one, other) * MINUTE_MS);
        let at = from.getTime();
        for (const segment of coverRange(from, to, coarsest)) {
          expect(segment.from.getTime()).toBe(at);
          at = segment.to.getTime();
        }
        expect(at).toBe(Math.max(from.getTime(), to.getTime()));
      }),
    );
  });

  it("takes whole days from days, the edges from hours and minutes", () => {
    const segments = coverRange(new Date("2026-03-01T22:58:00Z"), new Date("2026-03-04T01:02:00Z"), "day");
    expect(segments.map(({ table, from }) => [table, from.toISOString()])).toEqual([
      ["minute", "2026-03-01T22:58:00.000Z"],
      ["hour", "2026-03-01T23:00:00.000Z"],
      ["day", "2026-03-02T00:00:00.000Z"],
      ["hour", "2026-03-04T00:00:00.000Z"],
      ["minute", "2026-03-04T01:00:00.000Z"],
    ]);
  });

  it("uses nothing coarser than asked for", () => {
    const segments = coverRange(new Date("2026-03-01T00:00:00Z"), new Date("2026-03-03T00:00:00Z"), "hour");
    expect(segments.map(({ table }) => table)).toEqual(["hour"]);
  });
});
