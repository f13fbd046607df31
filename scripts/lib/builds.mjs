import path from "node:path";
import { buildDocumentWorker } from "../build-document-worker.mjs";
import { buildGatewayAgent, buildGatewayLua } from "../build-gateway.mjs";
import { waitForLock } from "./lock.mjs";
import { ROOT, inRoot } from "./paths.mjs";
import { requireOwnClone } from "./require-writable.mjs";
import { runOrFail } from "./run-command.mjs";
import { hashInputs, isBuilt, isCurrent, writeStamp } from "./stale.mjs";

/** Versions of compilers and libraries count as input of everything. */
const COMMON = ["package-lock.json", "tsconfig.base.json"];

/**
 * @typedef {import("./stale.mjs").Buildable & { title: string, build: (logFile: string, inBackground: boolean) => Promise<void> }} Build
 */

/** @type {Build} */
const PRISMA_CLIENT = {
  name: "prisma-client",
  title: "database client",
  inputs: [...COMMON, "prisma/schema.prisma", "prisma.config.ts"],
  outputs: ["prisma/client/client.ts"],
  build: async (logFile) => {
    await runOrFail(
      "The database client could not be generated",
      process.execPath,
      [inRoot("node_modules", "prisma", "build", "index.js"), "generate"],
      { env: { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" }, logFile },
    );
  },
};

/** @type {Build} */
const GATEWAY_LUA = {
  name: "gateway-lua",
  title: "gateway runtime",
  inputs: [...COMMON, "gateway/runtime", "gateway/policies", "gateway/contract", "scripts/build-gateway.mjs"],
  outputs: ["dist/gateway/lua/runtime/main.lua"],
  build: buildGatewayLua,
};

/** @type {Build} */
const GATEWAY_AGENT = {
  name: "gateway-agent",
  title: "gateway agent",
  inputs: [
    ...COMMON,
    "gateway/agent",
    "gateway/contract",
    "gateway/compiler",
    "gateway/policies",
    "gateway/nginx",
    "scripts/lib/bundle.mjs",
  ],
  outputs: ["dist/gateway/agent.mjs", "dist/gateway/gatehouse-gateway.mjs"],
  build: buildGatewayAgent,
};

/** @type {Build} */
const SAMPLE = {
  name: "sample",
  title: "sample service",
  inputs: [...COMMON, "sample", "scripts/lib/bundle.mjs"],
  outputs: ["dist/sample/main.mjs"],
  build: async () => {
    const { bundle } = await import("./bundle.mjs");
    await bundle({ entry: inRoot("sample", "main.ts"), outfile: inRoot("dist", "sample", "main.mjs") });
  },
};

/** @type {Build} */
const DOCUMENT_WORKER = {
  name: "document-worker",
  title: "document reader",
  inputs: [
    ...COMMON,
    "lib/documents",
    "lib/openapi",
    "gateway/compiler",
    "gateway/contract",
    "scripts/lib/bundle.mjs",
    "scripts/build-document-worker.mjs",
  ],
  outputs: ["dist/portal/document-worker.mjs"],
  build: buildDocumentWorker,
};

/** @type {Build} */
const BOOTSTRAP = {
  name: "bootstrap",
  title: "first set-up",
  inputs: [
    ...COMMON,
    "scripts/bootstrap.ts",
    "scripts/lib/bundle.mjs",
    "lib",
    "prisma/schema.prisma",
    "sample/openapi.yaml",
    "gateway/compiler",
    "gateway/contract",
    "gateway/policies",
  ],
  outputs: ["dist/bootstrap.mjs"],
  build: async () => {
    const { bundle } = await import("./bundle.mjs");
    await bundle({
      entry: inRoot("scripts", "bootstrap.ts"),
      outfile: inRoot("dist", "bootstrap.mjs"),
      packages: "external",
    });
  },
};

/** @type {Build} */
const PORTAL = {
  name: "portal",
  title: "portal",
  inputs: [
    ...COMMON,
    "app",
    "components",
    "lib",
    "public",
    "prisma/schema.prisma",
    "gateway/compiler",
    "gateway/contract",
    "gateway/policies",
    "next.config.ts",
    "next.config.mjs",
    "instrumentation.ts",
    "proxy.ts",
    "postcss.config.mjs",
    "tsconfig.json",
  ],
  outputs: [".next/BUILD_ID"],
  build: async (logFile, inBackground) => {
    await runOrFail(
      "The portal could not be built",
      process.execPath,
      [inRoot("node_modules", "next", "dist", "bin", "next"), "build"],
      { env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" }, logFile, inBackground },
    );
  },
};

/** What tests import or start that is not in the repository. */
export const TEST_BUILDS = [PRISMA_CLIENT, GATEWAY_LUA, GATEWAY_AGENT];
/** What only a whole Gatehouse needs besides, and takes longest. */
export const PORTAL_BUILDS = [SAMPLE, DOCUMENT_WORKER, BOOTSTRAP, PORTAL];
/** In the order they need each other. */
export const ALL_BUILDS = [...TEST_BUILDS, ...PORTAL_BUILDS];
export const GATEWAY_BUILDS = [GATEWAY_LUA, GATEWAY_AGENT];

/**
 * Builds what is not current, each with a line of its own. Two starts in one clone do so one after the other.
 * @param {readonly Build[]} builds
 * @param {{ logFile: string, progress: import("./progress.mjs").Progress, inBackground?: boolean }} options
 * @throws {import("./plain-error.mjs").PlainError}
 */
export async function buildWhatIsStale(builds, { logFile, progress, inBackground = false }) {
  if (builds.every((build) => isCurrent(build, hashInputs(build)))) {
    return progress.step("Build", async (step) => step.detail("up to date"));
  }
  requireOwnClone();
  const isFirst = builds.every((build) => !isBuilt(build));
  const why = isFirst ? "the first one takes some minutes" : "something changed since the last one";
  // A line of its own and no step: a tick and a time would be read as those of the build, which only begins.
  progress.note(`  Build: ${progress.paint.dim(why)}`);
  let isTold = false;
  const lock = await waitForLock(path.join(ROOT, "dist", ".stamps", "build.lock"), (heldBy) => {
    if (!isTold) {
      progress.note(progress.paint.yellow(`  Waiting for the build of process ${heldBy} …`));
      isTold = true;
    }
  });
  try {
    for (const build of builds) {
      // Taken before the build: what changes during it makes the next start build again.
      const inputHash = hashInputs(build);
      if (!isCurrent(build, inputHash)) {
        await progress.step(`· ${build.title}`, async (step) => {
          step.detail(inBackground ? "beside the tests" : "");
          await build.build(logFile, inBackground);
        });
        writeStamp(build, inputHash);
      }
    }
  } finally {
    lock.release();
  }
}
