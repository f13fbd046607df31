import { describe, expect, it } from "vitest";
import { toWindowSeconds, toWindowUnits } from "./window-units";

describe("window units", () => {
  it.each([
    [1, 1, "second"],
    [90, 90, "second"],
    [60, 1, "minute"],
    [5400, 90, "minute"],
    [86_400, 1, "day"],
    [90_000, 25, "hour"],
  ] as const)("%i seconds are %i × %s, and back", (seconds, count, unit) => {
    expect(toWindowUnits(seconds)).toEqual({ count, unit });
    expect(toWindowSeconds(count, unit)).toBe(seconds);
  });
});
