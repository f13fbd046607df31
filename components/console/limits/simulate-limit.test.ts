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

  it("shows that a sliding log admits no more than the quota in any window", () => {
    const { mostInOneWindow } = simulateLimit({ algorithm: "sliding-log", quota: 100, windowSeconds: 60 });
    expect(mostInOneWindow).toBe(100);
  });

  it("shows the burst of a token bucket on top of its rate, and spike arrest without any", () => {
    const bucket = { algorithm: "token-bucket", quota: 100, windowSeconds: 60, burst: 50 } as const;
    expect(simulateLimit(bucket).mostInOneWindow).toBeGreaterThanOrEqual(148);
    expect(simulateLimit(bucket).mostInOneWindow).toBeLessThanOrEqual(150);
    const even = simulateLimit({ algorithm: "spike-arrest", quota: 100, windowSeconds: 60 });
    expect(even.mostInOneWindow).toBeLessThanOrEqual(101);
  });

  it("admits as many evenly spaced calls as the limit says, whatever floating point makes of their distance", () => {
    expect(simulateLimit({ algorithm: "spike-arrest", quota: 10, windowSeconds: 1 }).mostInOneWindow).toBe(10);
  });

  it("draws no rush at the end for calls of a leaky bucket that are still waiting then", () => {
    const { steps } = simulateLimit({ algorithm: "leaky-bucket", quota: 60, windowSeconds: 60, burst: 5 });
    const admitted = steps.map((step) => step.admitted);
    expect(admitted.at(-1)).toBeLessThanOrEqual(Math.max(...admitted.slice(0, -1)));
  });

  it("shows that a leaky bucket lets calls go at its rate, whatever comes", () => {
    const { mostInOneWindow } = simulateLimit({ algorithm: "leaky-bucket", quota: 60, windowSeconds: 60, burst: 10 });
    expect(mostInOneWindow).toBeLessThanOrEqual(61);
    expect(mostInOneWindow).toBeGreaterThanOrEqual(59);
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
