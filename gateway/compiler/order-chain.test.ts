import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POLICIES, POLICY_NAMES } from "../policies/index";
import { orderChain, type OrderedPolicy } from "./order-chain";

const one = (name: string, before: readonly string[] = [], after: readonly string[] = []): OrderedPolicy => ({
  manifest: { name, before: [], after: [] },
  before,
  after,
});

describe("the order of a chain", () => {
  it("is that of the list where nobody has a wish", () => {
    expect(orderChain([one("c"), one("a"), one("b")], ["a", "b", "c"]).names).toEqual(["a", "b", "c"]);
  });

  it("holds every before and after, whoever wished it", () => {
    const chain = [one("a", [], ["c"]), one("b"), one("c", ["b"])];
    expect(orderChain(chain, ["a", "b", "c"])).toEqual({ names: ["c", "a", "b"], violations: [] });
  });

  it("names those that contradict each other", () => {
    const { violations } = orderChain([one("a", ["b"]), one("b", ["a"]), one("c")], ["a", "b", "c"]);
    expect(violations).toEqual(["no order suits all of a, b: each must come after another of them"]);
  });

  it("does not depend on the order of attachment", () => {
    const chain = POLICIES.map(({ manifest }) => ({ manifest, before: [], after: [] }));
    fc.assert(
      fc.property(fc.shuffledSubarray(chain), (some) => {
        const expected = POLICY_NAMES.filter((name) => some.some(({ manifest }) => manifest.name === name));
        expect(orderChain(some, POLICY_NAMES)).toEqual({ names: expected, violations: [] });
      }),
    );
  });
});
