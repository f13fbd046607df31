import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteCondition } from "../contract/bundle";
import { findMountConflict, type Mount } from "./check-mounts";
import { compareConditions, fits, rankOf } from "./conditions";

const RUNS = { numRuns: 3000, seed: 20261124 } as const;

/** Small, so that every request that could tell two sets of conditions apart can be tried. */
const ALPHABET = [undefined, "", "a", "ab", "b", "ac", "abc", "bc", "none"];
const text = fc.constantFrom("a", "ab", "b");
const condition = fc.oneof(
  fc.record({ values: fc.uniqueArray(text, { minLength: 1 }) }),
  fc.record({ values: fc.uniqueArray(text, { minLength: 1 }), orAbsent: fc.constant(true as const) }),
  fc.record({ prefix: text }),
  fc.constant({}),
);
const conditions: fc.Arbitrary<RouteCondition[]> = fc
  .record({ x: fc.option(condition), y: fc.option(condition) })
  .map(({ x, y }) => [
    ...(x === null ? [] : [{ from: "header" as const, name: "x", ...x }]),
    ...(y === null ? [] : [{ from: "query" as const, name: "y", ...y }]),
  ]);

function admitted(list: readonly RouteCondition[]): Set<string> {
  const requests = ALPHABET.flatMap((x) => ALPHABET.map((y) => ({ x, y })));
  const fitting = requests.filter((request) =>
    list.every((entry) => fits(entry.name === "x" ? request.x : request.y, entry)),
  );
  return new Set(fitting.map((request) => JSON.stringify([request.x ?? null, request.y ?? null])));
}

describe("the order of conditions", () => {
  it("is that of the requests they let in: fewer of the same is more specific, none in common is disjoint", () => {
    fc.assert(
      fc.property(conditions, conditions, (left, right) => {
        const [lefts, rights] = [admitted(left), admitted(right)];
        const common = [...lefts].filter((request) => rights.has(request)).length;
        const expected =
          common === 0
            ? "disjoint"
            : common === lefts.size
              ? common === rights.size
                ? "same"
                : "left"
              : common === rights.size
                ? "right"
                : "ambiguous";
        expect(compareConditions(left, right)).toBe(expected);
      }),
      RUNS,
    );
  });

  it("is kept by the rank that workers go by", () => {
    fc.assert(
      fc.property(conditions, conditions, (left, right) => {
        fc.pre(compareConditions(left, right) === "left");
        expect(rankOf(left)).toBeGreaterThan(rankOf(right));
      }),
      RUNS,
    );
  });
});

describe("API versions stand in each other's way", () => {
  const mount = (basePath: string, hosts?: readonly string[], list: readonly RouteCondition[] = []): Mount => ({
    basePath,
    hosts,
    conditions: list,
  });
  const beta = [{ from: "header" as const, name: "x-beta", values: ["1"] }];

  it.each<[string, Mount, Mount, string | undefined, string | undefined]>([
    // Name, one, other, conflict between teams, conflict within a team.
    ["with one base path", mount("/a"), mount("/a"), "base_path_taken", "base_path_taken"],
    ["with one inside the other", mount("/a"), mount("/a/b"), "base_path_nested", undefined],
    ["not with one that only begins like the other", mount("/a"), mount("/ab"), undefined, undefined],
    ["not with the root around", mount(""), mount("/a"), undefined, undefined],
    ["not at different hosts", mount("/a", ["x.test"]), mount("/a", ["y.test"]), undefined, undefined],
    [
      "with one base path at one of several hosts",
      mount("/a", ["x.test", "y.test"]),
      mount("/a", ["y.test"]),
      "base_path_taken",
      "base_path_taken",
    ],
    ["where a host takes calls from every host", mount("/a", ["x.test"]), mount("/a"), "base_path_nested", undefined],
    ["where the root of a host takes them", mount("", ["x.test"]), mount("/a"), "base_path_nested", undefined],
    ["not where the root of every host is around a host's", mount(""), mount("/a", ["x.test"]), undefined, undefined],
    [
      "where a host lies below a wildcard",
      mount("/a", ["x.a.test"]),
      mount("/a/b", ["*.a.test"]),
      "base_path_nested",
      undefined,
    ],
    [
      "not where a host is the wildcard's own domain",
      mount("/a", ["a.test"]),
      mount("/a", ["*.a.test"]),
      undefined,
      undefined,
    ],
    [
      "with conditions at one base path, between teams only",
      mount("/a"),
      mount("/a", undefined, beta),
      "base_path_taken",
      undefined,
    ],
  ])("%s", (_name, one, other, betweenTeams, withinTeam) => {
    expect(findMountConflict(one, other, false)).toBe(betweenTeams);
    expect(findMountConflict(other, one, false)).toBe(betweenTeams);
    expect(findMountConflict(one, other, true)).toBe(withinTeam);
    expect(findMountConflict(other, one, true)).toBe(withinTeam);
  });
});
