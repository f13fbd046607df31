import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { LUA_TEST_DIRECTORY, whyNoLuajit } from "./lua-process";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the tests on LuaJIT are skipped, "" when they run. */
    whyNoLuajit: string;
  }
}

/** Compiles gateway/testing/lua, with all of the runtime that it imports, once per run. */
export default function setUp(project: TestProject): void {
  const reason = whyNoLuajit();
  project.provide("whyNoLuajit", reason ?? "");
  if (reason !== undefined) {
    process.stderr.write(`\nTests on LuaJIT are skipped: ${reason}.\n`);
    return;
  }
  rmSync(LUA_TEST_DIRECTORY, { recursive: true, force: true });
  const compiler = createRequire(import.meta.url).resolve("typescript-to-lua/dist/tstl.js");
  const config = path.join(import.meta.dirname, "lua/tsconfig.json");
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "--project", config], { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`the tests do not compile to Lua:\n${stdout}${stderr}`);
  }
}
