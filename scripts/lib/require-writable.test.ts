import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { requireOwnData } from "./require-writable.mjs";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-writable-"));
});

afterEach(() => {
  chmodSync(path.join(dataDir, "postgres"), 0o700);
  rmSync(dataDir, { recursive: true, force: true });
});

it("a data directory of one's own is taken", () => {
  mkdirSync(path.join(dataDir, "postgres"));
  expect(() => {
    requireOwnData(dataDir);
  }).not.toThrow();
});

it("a database that belongs to somebody else is refused, with the command", () => {
  mkdirSync(path.join(dataDir, "postgres"), { mode: 0o500 });
  const module = new URL("require-writable.mjs", import.meta.url).href;
  const code = `import { requireOwnData } from ${JSON.stringify(module)};
    try { requireOwnData(process.argv[1]); } catch (error) { console.log(error.message, error.details); }`;
  // Nothing is closed to root, but to a root without its capabilities.
  const plain = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] : [];
  const [command, ...args] = [...plain, process.execPath, "--input-type=module", "-e", code, dataDir];
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("belongs to somebody else");
  expect(stdout).toContain(`sudo chown -R "$(id -un)" ${dataDir}`);
});
