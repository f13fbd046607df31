import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { PROBLEM_CODES } from "./problem-codes";

it("README.md explains every problem code, with the same words", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `([a-z_]+)` +\| (error|warning) +\| (.+?) +\|$/gm)].map(
    ([, code, severity, text]) => [code, { severity, text }],
  );
  expect(Object.fromEntries(rows)).toEqual(PROBLEM_CODES);
});
