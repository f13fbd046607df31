import fc from "fast-check";
import { expect, it } from "vitest";
import { describeLua } from "../testing/describe-lua";
import { roundRobinSequence } from "./round-robin";

const RUNS = { numRuns: 300, seed: 20260808 } as const;
const FIRST_PORT = 1000;

const greatestCommonDivisor = (left: number, right: number): number =>
  right === 0 ? left : greatestCommonDivisor(right, left % right);

/** The chunk that the compiler would make, each target with a name and a port of its own. */
function upstreamsOf(weights: readonly number[]) {
  const targets = weights.map((weight, index) => ({
    scheme: "http",
    host: `target-${index}.test`,
    port: FIRST_PORT + index,
    path: "",
    weight,
  }));
  const timeouts = { connectTimeoutMs: 5000, sendTimeoutMs: 60_000, readTimeoutMs: 60_000 };
  return { kind: "upstreams", upstreams: [{ id: 1, targets, sequence: roundRobinSequence(weights), ...timeouts }] };
}

function countPorts(ports: readonly (number | false)[], targets: number): number[] {
  return Array.from(
    { length: targets },
    (_unused, index) => ports.filter((port) => port === FIRST_PORT + index).length,
  );
}

describeLua("weighted round robin in a worker", (lua) => {
  const pick = (weights: readonly number[], picks: number, isUp: (target: number) => boolean = () => true) => {
    const addresses = Object.fromEntries(
      weights.flatMap((_weight, index) => (isUp(index) ? [[`target-${index}.test`, ["192.0.2.1"]]] : [])),
    );
    return lua().call<(number | false)[]>("pick", { upstreams: upstreamsOf(weights), addresses, upstream: 1, picks });
  };

  const weightLists = fc
    .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 })
    .filter((weights) => weights.some((weight) => weight > 0));

  it("gives every target exactly its share of each cycle, wherever the cycle begins", async () => {
    const property = fc.asyncProperty(weightLists, fc.integer({ min: 0, max: 50 }), async (weights, skipped) => {
      const divisor = weights.reduce(greatestCommonDivisor, 0);
      const shares = weights.map((weight) => weight / divisor);
      const cycle = shares.reduce((sum, share) => sum + share, 0);
      const ports = await pick(weights, skipped + 2 * cycle);
      expect(countPorts(ports.slice(skipped, skipped + cycle), weights.length)).toEqual(shares);
      expect(countPorts(ports.slice(skipped), weights.length)).toEqual(shares.map((share) => 2 * share));
    });
    await fc.assert(property, RUNS);
  });

  it("shares among the targets that resolve as their weights say, and picks none when none does", async () => {
    const property = fc.asyncProperty(
      weightLists,
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      async (weights, up) => {
        const divisor = weights.reduce(greatestCommonDivisor, 0);
        const shares = weights.map((weight, index) => (up[index] === true ? weight / divisor : 0));
        const cycle = shares.reduce((sum, share) => sum + share, 0);
        const ports = await pick(weights, Math.max(1, cycle), (target) => up[target] === true);
        expect(cycle === 0 ? ports : countPorts(ports, weights.length)).toEqual(cycle === 0 ? [false] : shares);
      },
    );
    await fc.assert(property, RUNS);
  });

  it("spreads a heavy target over the cycle instead of bunching it, as nginx does", () => {
    expect(roundRobinSequence([5, 1, 1])).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it("keeps every target with a weight in a cycle that had to be shortened, and none without", () => {
    const property = fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 8 }),
      (weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        const sequence = roundRobinSequence(weights);
        expect([...new Set(sequence)].sort()).toEqual(weights.flatMap((weight, index) => (weight > 0 ? [index] : [])));
        expect(sequence.length).toBeLessThanOrEqual(1000 + weights.length);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        weights.forEach((weight, index) => {
          const share = sequence.filter((target) => target === index).length / sequence.length;
          // A share is off by at most the one place that a target is given for being there at all, and by rounding.
          expect(Math.abs(share - weight / total)).toBeLessThanOrEqual(0.01);
        });
      },
    );
    fc.assert(property, { numRuns: 100, seed: 20260809 });
  });
});
