import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compile, type CompiledChunk } from "./compile";
import type { Snapshot } from "./snapshot";

/**
 * Snapshots as people write them (`*.in.json`) and what the compiler makes of them (`*.out.json`). `npm run golden` writes the outputs anew:
 * the difference is what to review.
 */
const DIRECTORY = path.join(import.meta.dirname, "golden");
const names = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith(".in.json"))
  .map((file) => file.slice(0, -".in.json".length));

function readSnapshot(name: string): Snapshot {
  return JSON.parse(readFileSync(path.join(DIRECTORY, `${name}.in.json`), "utf8")) as Snapshot;
}

function chunksOf(snapshot: Snapshot): readonly CompiledChunk[] {
  const result = compile(snapshot);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  return result.chunks;
}

/** The chunks with their content spelled out, or the problems. */
function render(snapshot: Snapshot): string {
  const result = compile(snapshot);
  const content = result.ok
    ? result.chunks.map(({ kind, name, sha256, bytes, text }) => ({
        kind,
        name,
        sha256,
        bytes,
        content: JSON.parse(text) as unknown,
      }))
    : result.problems;
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

describe("the compiler, golden files", () => {
  it.each(names)("%s", async (name) => {
    await expect(render(readSnapshot(name))).toMatchFileSnapshot(path.join(DIRECTORY, `${name}.out.json`));
  });

  it("there is an output for every input, and no other", () => {
    const outputs = readdirSync(DIRECTORY).filter((file) => file.endsWith(".out.json"));
    expect(outputs.map((file) => file.slice(0, -".out.json".length)).sort()).toEqual([...names].sort());
  });
});

describe("the compiler", () => {
  const snapshot = readSnapshot("several-apis");
  const hashes = (chunks: readonly CompiledChunk[]) => new Map(chunks.map(({ name, sha256 }) => [name, sha256]));
  /** Names of the chunks whose hash a change of the snapshot changes. */
  const changedBy = (changed: Snapshot) => {
    const before = hashes(chunksOf(snapshot));
    return [...hashes(chunksOf(changed))].filter(([name, sha256]) => before.get(name) !== sha256).map(([name]) => name);
  };

  it("makes the same bytes of the same snapshot", () => {
    expect(chunksOf(structuredClone(snapshot))).toEqual(chunksOf(snapshot));
  });

  it("changes only the chunk of the API that was changed", () => {
    const [files, ...rest] = snapshot.apiVersions;
    const operations = files!.operations.slice(1);
    expect(changedBy({ ...snapshot, apiVersions: [{ ...files!, operations }, ...rest] })).toEqual(["files v1"]);
  });

  it("changes only the plans when a plan changes, and only the upstreams when an upstream does", () => {
    const plans = snapshot.plans.map((plan) => ({ ...plan, apiVersionIds: [1] }));
    expect(changedBy({ ...snapshot, plans })).toEqual(["plans"]);
    const apiVersions = snapshot.apiVersions.map((version) => ({
      ...version,
      upstream: { ...version.upstream, readTimeoutMs: 1234 },
    }));
    expect(changedBy({ ...snapshot, apiVersions })).toEqual(["upstreams"]);
  });

  it("keeps the chunks of the others when an API comes or goes", () => {
    const apiVersions = snapshot.apiVersions.slice(0, 2);
    const plans = snapshot.plans.map((plan) => ({ ...plan, apiVersionIds: [1, 2, 3] }));
    const before = hashes(chunksOf(snapshot));
    const after = chunksOf({
      ...snapshot,
      apiVersions,
      plans: plans.map((plan) => ({ ...plan, apiVersionIds: [1, 2] })),
    });
    for (const name of ["files v1", "files v2", "settings"]) {
      expect(hashes(after).get(name)).toBe(before.get(name));
    }
    expect(hashes(after).has("root v1")).toBe(false);
  });

  it("refuses a base path inside another team's, and lets a team put its own inside each other", () => {
    const [files] = snapshot.apiVersions;
    const version = (api: string, team: string, basePath: string, id: number) => ({
      ...files!,
      id,
      api,
      team,
      basePath,
    });
    const outer = version("orders", "sales", "/orders/v1", 1);
    const nested = (inner: typeof outer) => {
      const result = compile({ ...snapshot, plans: [], apiVersions: [outer, inner] });
      return result.ok ? [] : result.problems.map(({ code, place }) => [code, place]);
    };
    const place = "apis/pay/versions/v1/basePath";
    expect(nested(version("pay", "rivals", "/orders/v1/pay", 2))).toEqual([["base_path_nested", place]]);
    expect(nested(version("pay", "rivals", "/orders/v1/a/b/pay", 2))).toEqual([["base_path_nested", place]]);
    expect(nested(version("pay", "rivals", "/orders", 2))).toEqual([
      ["base_path_nested", "apis/orders/versions/v1/basePath"],
    ]);
    expect(nested(version("pay", "sales", "/orders/v1/pay", 2))).toEqual([]);
    expect(nested(version("pay", "rivals", "/orders/v10", 2))).toEqual([]);
    expect(nested(version("pay", "rivals", "", 2))).toEqual([]);
  });

  it("refuses a template that is longer than any routing tree may be deep", () => {
    const operations = [{ id: 1, key: "deep", method: "GET", path: "/a".repeat(5_000) }];
    const [files] = snapshot.apiVersions;
    const result = compile({ ...snapshot, plans: [], apiVersions: [{ ...files!, operations }] });
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(["path_invalid"]);
  });

  it("refuses templates whose combinations would fill the memory, instead of filling it", () => {
    const operations = Array.from({ length: 16 }, (_unused, depth) => [
      { id: depth * 2 + 1, key: `literal ${depth}`, method: "GET", path: `${"/{p}".repeat(depth)}/a/x${depth}` },
      {
        id: depth * 2 + 2,
        key: `other ${depth}`,
        method: "GET",
        path: `${"/{p}".repeat(depth)}/a${"/{q}".repeat(16)}/y${depth}`,
      },
    ]).flat();
    const [files] = snapshot.apiVersions;
    const result = compile({ ...snapshot, plans: [], apiVersions: [{ ...files!, operations }] });
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(["paths_too_many_combinations"]);
  });
});
