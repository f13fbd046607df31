import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { findInterpreted } from "./trace-report";

const report = (lines: readonly string[]) => findInterpreted(lines.join("\n"), ["access.lua"], "/nowhere");
const abort = "[TRACE --- access.lua:9 -- NYI: bytecode 51 at window.lua:4]";

it("a place that fails a few times and then compiles is fine", () => {
  expect(report([abort, abort, abort, "[TRACE  12 access.lua:9 return]", abort])).toEqual([]);
  expect(report([abort, abort, abort, abort, "[TRACE  12 (4/1) access.lua:9 -> 7]"])).toEqual([]);
});

it("a place that fails again and again is named, with the reason", () => {
  expect(report([abort, abort, abort, abort])).toEqual([
    "access.lua:9 does not compile, tried 4 times: NYI: bytecode 51 at window.lua:4",
  ]);
});

it("a side exit that is left to the interpreter is named", () => {
  expect(report(["[TRACE  31 (20/43) access.lua:84 -- fallback to interpreter]"])).toEqual([
    "access.lua:84 goes back to the interpreter at a side exit",
  ]);
});

it("other files are nobody's business here, but a flush is", () => {
  expect(report([abort, abort, abort, abort].map((line) => line.replace("access.lua:9", "poll.lua:9")))).toEqual([]);
  expect(report(["[TRACE flush]"])).toHaveLength(1);
});

it("a file of the same name that is not ours is nobody's business, where ours has no beginning", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-trace-report-"));
  writeFileSync(path.join(directory, "access.lua"), "local function access()\n  return 1\nend\n");
  const failures = (line: number) =>
    Array.from({ length: 4 }, () => abort.replace("access.lua:9", `access.lua:${line}`));
  const reported = (line: number) => findInterpreted(failures(line).join("\n"), ["access.lua"], directory);
  expect([reported(1), reported(2)]).toEqual([[expect.stringContaining("access() in access.lua")], []]);
  rmSync(directory, { recursive: true });
});
