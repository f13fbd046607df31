import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { stepsOnNode } from "../testing/policy-cases";
import { POLICIES } from "./index";

/** Rows of the table of policies: name → cells. */
function readTable(): Map<string, string[]> {
  const lines = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8").split("\n");
  const rows = lines.filter((line) => /^\| \[[a-z-]+\]\(policies\/[a-z-]+\/README\.md\)/.test(line));
  return new Map(
    rows.map((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      return [/\[([a-z-]+)\]/.exec(cells[1] ?? "")?.[1] ?? "", cells.slice(2, -1)];
    }),
  );
}

describe("the table of policies", () => {
  const table = readTable();

  it("has every policy, in the order in which a chain runs them", () => {
    expect([...table.keys()]).toEqual(POLICIES.map(({ manifest }) => manifest.name));
  });

  it.each(POLICIES.map(({ manifest }) => [manifest.name, manifest] as const))(
    "tells the truth of %s",
    (name, manifest) => {
      const [, steps, scopes, codes] = table.get(name) ?? [];
      const { run, respond } = stepsOnNode(name);
      expect(steps).toBe(
        [...(run === undefined ? [] : ["access"]), ...(respond === undefined ? [] : ["response"])].join(", "),
      );
      expect(scopes).toBe(manifest.scopes.length === 0 ? "always there" : manifest.scopes.join(", "));
      expect(codes).toBe(manifest.errorCodes.map((code) => `\`${code}\``).join(", "));
    },
  );
});
