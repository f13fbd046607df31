// Compiles the gateway: gateway/runtime to Lua (dist/gateway/lua) and gateway/agent to one file (dist/gateway/agent.mjs).
import { existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { inRoot } from "./lib/paths.mjs";
import { reportFailure } from "./lib/report-failure.mjs";
import { runOrFail } from "./lib/run-command.mjs";

const LUA = inRoot("dist", "gateway", "lua");
const require = createRequire(import.meta.url);

/**
 * The whole tree is built beside the old one and then put in its place, so that a file whose source has gone does not stay behind and
 * a failed build leaves the last good one.
 * @throws {import("./lib/plain-error.mjs").PlainError} with the compiler's messages
 */
export async function buildGatewayLua() {
  const fresh = `${LUA}.next`;
  rmSync(fresh, { recursive: true, force: true });
  const compiler = require.resolve("typescript-to-lua/dist/tstl.js");
  const project = inRoot("gateway", "runtime", "tsconfig.json");
  await runOrFail("gateway/runtime could not be compiled to Lua", process.execPath, [
    compiler,
    "--project",
    project,
    "--outDir",
    fresh,
  ]);
  const old = `${LUA}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(LUA)) {
    renameSync(LUA, old);
  }
  renameSync(fresh, LUA);
  rmSync(old, { recursive: true, force: true });
}

/** Bundles the agent with its dependencies, so that a gateway host needs no node_modules to run it. */
export async function buildGatewayAgent() {
  const { bundle } = await import("./lib/bundle.mjs");
  await bundle({ entry: inRoot("gateway", "agent", "main.ts"), outfile: inRoot("dist", "gateway", "agent.mjs") });
  // The same agent without a control plane, for people: `npx gatehouse-gateway`.
  const outfile = inRoot("dist", "gateway", "gatehouse-gateway.mjs");
  await bundle({ entry: inRoot("gateway", "agent", "cli.ts"), outfile, isProgram: true });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const part = process.argv[2];
    if (part !== "agent") {
      await buildGatewayLua();
    }
    if (part !== "lua") {
      await buildGatewayAgent();
    }
  } catch (error) {
    reportFailure(error);
  }
}
