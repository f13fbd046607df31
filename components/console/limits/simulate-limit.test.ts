import { describe, expect, it } from "vitest";
import { simulateLimit } from "./simulate-limit";

describe("simulateLimit", () => {
  it("shows that a fixed window admits up to twice the quota around its edge", () => {
    const { mostInOneWindow } = simulateLimit({ algorithm: "fixed-window", quota: 100, windowSeconds: 60 });
    expect(mostInOneWindow).toBeGreaterThan(190);
    expect(mostInOneWindow).toBeLessThanOrEqual(200);
  });

  it("shows what the two counters of a sliding window let through when a window was filled only at its end", () => {
    const { mostInOneWindow } = simulateLimit({ algorithm: "sliding-window", quota: 100, windowSeconds: 60 });
    expect(mostInOneWindow).toBeGreaterThanOrEqual(100);
    expect(mostInOneWindow).toBeLessThan(155);
  });

  it("admits the whole quota of each window that the burst reaches, and refuses the rest", () => {
    const { admitted, sent, steps } = simulateLimit({ algorithm: "fixed-window", quota: 10, windowSeconds: 1 });
    expect(admitted).toBe(30);
    expect(sent).toBe(50);
    expect(steps.reduce((sum, step) => sum + step.admitted + step.refused, 0)).toBe(50);
  });

  it("keeps its proportions when the quota is too large to send call by call", () => {
    const small = simulateLimit({ algorithm: "sliding-window", quota: 960, windowSeconds: 3600 });
    const large = simulateLimit({ algorithm: "sliding-window", quota: 960_000_000, windowSeconds: 3600 });
    expect(large.admitted / 1_000_000).toBeCloseTo(small.admitted, 3);
  });

  it("works with the smallest limit there is", () => {
    const { admitted, sent } = simulateLimit({ algorithm: "fixed-window", quota: 1, windowSeconds: 1 });
    expect(sent).toBe(5);
    expect(admitted).toBe(3);
  });
});
