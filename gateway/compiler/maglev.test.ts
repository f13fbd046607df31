import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAGLEV_SIZE, maglevTable } from "./maglev";

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 2, maxLength: 12 });

describe("the table of a consistent hash", () => {
  it("gives each target its weight's share of the keys, within a tenth of an even share", () => {
    const weighted = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 });
    const property = fc.property(names, weighted, (targets, many) => {
      const weights = many.slice(0, targets.length);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const table = maglevTable(targets, weights);
      weights.forEach((weight, index) => {
        const places = table.filter((target) => target === index).length;
        expect(Math.abs(places / MAGLEV_SIZE - weight / sum)).toBeLessThan(0.1 / targets.length);
      });
    });
    fc.assert(property, { numRuns: 100, seed: 20261123 });
  });

  it("leaves most keys where they were when a target goes, whatever the order of the targets", () => {
    const targets = Array.from({ length: 10 }, (_unused, index) => `target-${index}`);
    const before = maglevTable(
      targets,
      targets.map(() => 1),
    ).map((index) => targets[index]);
    const fewer = targets.slice(1).reverse();
    const after = maglevTable(
      fewer,
      fewer.map(() => 1),
    ).map((index) => fewer[index]);
    const moved = before.filter((target, place) => target !== "target-0" && target !== after[place]).length;
    expect(moved / MAGLEV_SIZE).toBeLessThan(0.1);
  });

  it("never names a target of weight 0", () => {
    expect(maglevTable(["a", "b", "c"], [1, 0, 2])).not.toContain(1);
  });
});
