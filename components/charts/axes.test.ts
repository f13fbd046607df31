import { describe, expect, it } from "vitest";
import { roundTimes, roundValues } from "./axes";

describe("the vertical axis", () => {
  it.each([
    [105, [0, 50, 100, 150]],
    [400, [0, 100, 200, 300, 400]],
    [0.42, [0, 0.2, 0.4, 0.6000000000000001]],
    [9_800, [0, 2500, 5000, 7500, 10_000]],
  ])("holds %d with the fewest round steps", (highest, ticks) => {
    expect(roundValues(highest)).toEqual(ticks);
  });

  it("counts calls in whole numbers, also the first one", () => {
    expect(roundValues(1, true)).toEqual([0, 1]);
    expect(roundValues(3, true)).toEqual([0, 1, 2, 3]);
    expect(roundValues(10, true)).toEqual([0, 5, 10]);
  });
});

describe("the time axis", () => {
  const at = (text: string) => new Date(text).getTime();

  it("names full ten minutes of the viewer's clock in an hour", () => {
    const times = roundTimes(at("2026-03-01T01:43:00"), at("2026-03-01T02:42:00"));
    expect(times.map((time) => new Date(time).getMinutes())).toEqual([50, 0, 10, 20, 30]);
  });

  it("names midnights in a week", () => {
    const times = roundTimes(at("2026-03-01T14:00:00"), at("2026-03-08T14:00:00"));
    expect(times).toHaveLength(7);
    expect(new Set(times.map((time) => new Date(time).getHours()))).toEqual(new Set([0]));
  });

  it("is empty where there is nothing to draw", () => {
    expect(roundTimes(0, 0)).toEqual([0]);
  });
});
