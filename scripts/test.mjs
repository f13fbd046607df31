// `npm test`: sets up what is missing and runs everything. `npm test -- unit db` runs some parts; words that name no part filter test
// files: `npm test -- unit sample/`.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ALL_BUILDS, buildWhatIsStale, TEST_BUILDS } from "./lib/builds.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { areNpmPackagesCurrent, installNpmPackages } from "./lib/npm-packages.mjs";
import { inRoot, ROOT } from "./lib/paths.mjs";
import { createProgress, endingWith } from "./lib/progress.mjs";
import { endRunningCommands } from "./lib/run-command.mjs";
import { reportFailure } from "./lib/report-failure.mjs";
import { CHROMIUM, installMissingTools, LUAJIT, NGINX_WITH_LUA } from "./lib/system-packages.mjs";
import { printSummary } from "./lib/test-summary.mjs";
import { runChecks, runPlaywright, runVitest } from "./lib/test-runners.mjs";

const WORK = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
const LOG = path.join(WORK, "set-up.log");

/**
 * @typedef {{ name: string, title: string, tools: readonly import("./lib/system-packages.mjs").SystemTool[],
 *   builds: readonly import("./lib/builds.mjs").Build[], run: (filters: readonly string[], detail: (text: string) => void) =>
 *   Promise<import("./lib/test-runners.mjs").PartResult> }} Part
 */

/** @type {readonly Part[]} */
const PARTS = [
  {
    name: "static",
    title: "Types, lint, format",
    tools: [],
    builds: TEST_BUILDS,
    run: (_filters, detail) => runChecks(checks(), detail),
  },
  ...[
    { name: "unit", title: "Unit", tools: [], builds: TEST_BUILDS },
    { name: "lua", title: "LuaJIT", tools: [LUAJIT, NGINX_WITH_LUA], builds: TEST_BUILDS },
    { name: "db", title: "Database", tools: [], builds: TEST_BUILDS },
    { name: "nginx", title: "nginx", tools: [NGINX_WITH_LUA], builds: TEST_BUILDS },
    { name: "start", title: "npm start", tools: [NGINX_WITH_LUA], builds: ALL_BUILDS },
  ].map(({ name, title, tools, builds }) => ({
    name,
    title,
    tools,
    builds,
    run: (/** @type {readonly string[]} */ filters) => runVitest(name, filters, WORK),
  })),
  {
    name: "e2e",
    title: "Browser",
    tools: [NGINX_WITH_LUA, CHROMIUM],
    builds: ALL_BUILDS,
    run: (filters) => runPlaywright(filters, WORK),
  },
];

const stopping = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    stopping.abort(new Error("stopped"));
    endRunningCommands();
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!stopping.signal.aborted) {
    reportFailure(error);
  }
  process.exitCode = 1;
} finally {
  rmSync(WORK, { recursive: true, force: true });
}

/**
 * @param {readonly string[]} words
 * @returns {Promise<number>} exit code
 */
async function main(words) {
  requireNode();
  const chosen = PARTS.filter((part) => words.includes(part.name));
  const parts = chosen.length === 0 ? PARTS : chosen;
  const filters = words.filter((word) => !PARTS.some((part) => part.name === word));
  const progress = endingWith(createProgress(), stopping.signal);
  progress.write("\n");
  await setUp(parts, progress);

  const results = [];
  for (const part of parts) {
    const started = performance.now();
    const result = await progress.step(part.title, async (step) => {
      const outcome = await part.run(filters, step.detail);
      step.detail(
        outcome.failed > 0 ? `${outcome.failed} FAILED, ${outcome.passed} passed` : `${outcome.passed} passed`,
      );
      return outcome;
    });
    results.push({ title: part.title, seconds: (performance.now() - started) / 1000, ...result });
    if (result.failed > 0) {
      progress.write(`\n${result.output.trimEnd()}\n\n`);
    }
  }
  return printSummary(results, progress);
}

/**
 * @param {readonly Part[]} parts
 * @param {import("./lib/progress.mjs").Progress} progress
 */
async function setUp(parts, progress) {
  await progress.step("npm packages", async (step) => {
    if (areNpmPackagesCurrent()) {
      step.detail("up to date");
      return;
    }
    step.detail("installing");
    await installNpmPackages(LOG);
    step.detail("installed");
  });
  await installMissingTools([...new Set(parts.flatMap((part) => part.tools))], { progress, logFile: LOG });
  await buildWhatIsStale([...new Set(parts.flatMap((part) => part.builds))], { logFile: LOG, progress });
}

/** One check per tsconfig, so that a failure says where; beside them the one that takes longest. */
function checks() {
  const bin = (/** @type {string} */ name) => inRoot("node_modules", ".bin", name);
  const projects = ["tsconfig.json", ...readdirSync(ROOT).flatMap(findProjects)].sort();
  const cache = ["--cache", "--cache-location", "dist/.eslintcache", "--cache-strategy", "content"];
  return [
    [{ name: "lint", command: [bin("eslint"), ".", "--max-warnings", "0", ...cache] }],
    [
      // Makes the types of the portal's routes, which its tsconfig includes.
      { name: "route types", command: [bin("next"), "typegen"] },
      ...projects.map((project) => ({
        name: `types of ${path.dirname(project)}/`,
        command: [bin("tsc"), "--noEmit", "--project", project],
      })),
      { name: "format", command: [bin("prettier"), "--check", ".", "--log-level", "warn"] },
    ],
  ];
}

/** @param {string} folder */
function findProjects(folder) {
  if (["node_modules", "dist", ".next", ".git", ".gatehouse"].includes(folder)) {
    return [];
  }
  try {
    return readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "tsconfig.json")
      .map((file) => path.join(folder, file));
  } catch {
    // A file, not a folder.
    return [];
  }
}
