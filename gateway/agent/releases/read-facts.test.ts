import { expect, it, vi } from "vitest";
import type { ChunkFacts } from "./chunk-store";
import { apiVersionLabels, keySetUris, oncePerRelease } from "./read-facts";
import { ReleaseKeeper, type ReleaseKeeperOptions } from "./release-keeper";

const facts: readonly ChunkFacts[] = [
  {
    questions: [],
    apiVersion: { label: "shop/1", upstream: 1, operations: [10, 11] },
    keySets: ["https://b", "https://a"],
  },
  { questions: [], apiVersion: { label: "shop/2", upstream: 1, operations: [20] }, keySets: ["https://a"] },
  { questions: [] },
];

it("is read once for as long as a release runs, and anew with the next", () => {
  const read = vi.fn(keySetUris);
  const once = oncePerRelease(read);
  expect(once(facts)).toEqual(["https://a", "https://b"]);
  expect(once(facts)).toBe(once(facts));
  expect(read).toHaveBeenCalledTimes(1);
  expect(once(facts.slice(1))).toEqual(["https://a"]);
});

it("is the same all the time before the first release: the keys fetched for that one must not be forgotten meanwhile", () => {
  const keeper = new ReleaseKeeper({} as ReleaseKeeperOptions);
  const once = oncePerRelease(keySetUris);
  expect(once(keeper.facts)).toBe(once(keeper.facts));
});

it("names the API version of each operation", () => {
  expect([...apiVersionLabels(facts)]).toEqual([
    [10, "shop/1"],
    [11, "shop/1"],
    [20, "shop/2"],
  ]);
});
