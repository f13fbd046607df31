// `npm test`: sets up what is missing and runs everything. `npm test -- unit db` runs some parts; words that name no part filter test
// files: `npm test -- unit sample/`. Parts run one after the other, since many of their tests watch the clock. What does not (the build of
// the portal, types, lint, format) runs beside them in the time they leave over; and those that try a whole Gatehouse, each its own, run
// side by side, since they mostly wait for it. Files that fail are run once more at the end, when nothing runs beside them: what passes
// then is told by name.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildWhatIsStale, PORTAL_BUILDS, TEST_BUILDS } from "./lib/builds.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { ensureNpmPackages } from "./lib/npm-packages.mjs";
import { inRoot, ROOT } from "./lib/paths.mjs";
import { createProgress, endingWith } from "./lib/progress.mjs";
import { endRunningCommands } from "./lib/run-command.mjs";
import { reportFailure } from "./lib/report-failure.mjs";
import { CHROMIUM, installMissingTools, LUAJIT, NGINX_WITH_LUA } from "./lib/system-packages.mjs";
import { printSummary } from "./lib/test-summary.mjs";
import { afterSecondRun, filesToRunAgain } from "./lib/second-chance.mjs";
import { runChecks, runPlaywright, runVitest } from "./lib/test-runners.mjs";

const WORK = mkdtempSync(path.join(tmpdir(), "gatehouse-test-"));
const LOG = path.join(WORK, "set-up.log");

/**
 * @typedef {{ name: string, title: string, tools: readonly import("./lib/system-packages.mjs").SystemTool[],
 *   needsPortal: boolean, run: (filters: readonly string[]) => Promise<import("./lib/test-runners.mjs").PartResult> }} Part
 *
 * @typedef {import("./lib/test-summary.mjs").PartSummary & import("./lib/test-runners.mjs").PartResult} Outcome
 */

/**
 * What watches no clock, and can wait for its turn on the processor.
 * @type {Omit<Part, "run"> & { run: (detail: (text: string) => void, inBackground: boolean) => ReturnType<Part["run"]> }}
 */
const STATIC = {
  name: "static",
  title: "Types, lint, format",
  tools: [],
  needsPortal: false,
  run: (detail, inBackground) => runChecks(checks(), detail, inBackground),
};

/** @type {readonly Part[]} */
const PARTS = [
  ...[
    { name: "unit", title: "Unit", tools: [], needsPortal: false },
    { name: "lua", title: "LuaJIT", tools: [LUAJIT, NGINX_WITH_LUA], needsPortal: false },
    { name: "db", title: "Database", tools: [], needsPortal: false },
    { name: "nginx", title: "nginx", tools: [NGINX_WITH_LUA], needsPortal: false },
    { name: "start", title: "npm start", tools: [NGINX_WITH_LUA], needsPortal: true },
  ].map((part) => ({
    ...part,
    run: (/** @type {readonly string[]} */ filters) =>
      runVitest(part.name, filters, mkdtempSync(path.join(WORK, "run-"))),
  })),
  {
    name: "e2e",
    title: "Browser",
    tools: [NGINX_WITH_LUA, CHROMIUM],
    needsPortal: true,
    run: (filters) => runPlaywright(filters, mkdtempSync(path.join(WORK, "run-"))),
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
  // Of what runs beside, when the rest could not go on.
  endRunningCommands();
  rmSync(WORK, { recursive: true, force: true });
}

/**
 * @param {readonly string[]} words
 * @returns {Promise<number>} exit code
 */
async function main(words) {
  requireNode();
  const names = [STATIC, ...PARTS].map(({ name }) => name);
  const isChosen = ({ name = "" }) => words.includes(name) || !words.some((word) => names.includes(word));
  const parts = PARTS.filter(isChosen);
  const filters = words.filter((word) => !names.includes(word));
  const progress = endingWith(createProgress(), stopping.signal);
  progress.write("\n");
  await setUp(parts, progress);

  const begun = performance.now();
  const portal = buildPortal(parts, progress);
  const beside = isChosen(STATIC) ? runBeside(portal, parts.length > 0, progress) : Promise.resolve([]);
  const run = async (/** @type {Part} */ part) => ({
    ...(await runPart(part.title, () => part.run(filters), progress)),
    part,
  });
  const outcomes = [];
  for (const part of parts.filter(({ needsPortal }) => !needsPortal)) {
    outcomes.push(await run(part));
  }
  await portal;
  const whole = await Promise.all(parts.filter(({ needsPortal }) => needsPortal).map(run));
  outcomes.push(...whole.map((outcome, index) => ({ ...outcome, isBeside: index < whole.length - 1 })));
  const results = [...(await beside)];
  for (const { part, ...outcome } of outcomes) {
    results.push(await runFailedAgain(part, outcome, progress));
  }
  return printSummary(results, (performance.now() - begun) / 1000, progress);
}

/**
 * @param {readonly Part[]} parts
 * @param {import("./lib/progress.mjs").Progress} progress
 */
async function setUp(parts, progress) {
  await installMissingTools([...new Set(parts.flatMap((part) => part.tools))], { progress, logFile: LOG });
  await ensureNpmPackages({ progress, logFile: LOG });
  await buildWhatIsStale(TEST_BUILDS, { logFile: LOG, progress });
}

/**
 * In the background while there are parts that do not need it.
 * @param {readonly Part[]} parts
 * @param {import("./lib/progress.mjs").Progress} progress
 * @returns {Promise<void>}
 */
function buildPortal(parts, progress) {
  if (!parts.some((part) => part.needsPortal)) {
    return Promise.resolve();
  }
  const building = buildWhatIsStale(PORTAL_BUILDS, { logFile: LOG, progress, inBackground: !parts[0]?.needsPortal });
  // Whoever needs it hears of it.
  building.catch(() => undefined);
  return building;
}

/**
 * After the build, which writes where the checks read.
 * @param {Promise<void>} portal
 * @param {boolean} isBeside
 * @param {import("./lib/progress.mjs").Progress} progress
 * @returns {Promise<Outcome[]>}
 */
async function runBeside(portal, isBeside, progress) {
  try {
    await portal;
  } catch {
    return [];
  }
  return [{ ...(await runPart(STATIC.title, (detail) => STATIC.run(detail, isBeside), progress)), isBeside }];
}

/**
 * @param {string} title
 * @param {(detail: (text: string) => void) => ReturnType<Part["run"]>} run
 * @param {import("./lib/progress.mjs").Progress} progress
 * @returns {Promise<Outcome>}
 */
async function runPart(title, run, progress) {
  const started = performance.now();
  const result = await progress.step(title, async (step) => {
    const outcome = await run(step.detail);
    const { failed, passed } = outcome;
    step.detail(failed > 0 ? `${failed} FAILED, ${passed} passed` : `${passed} passed`);
    return outcome;
  });
  if (result.failed > 0) {
    progress.write(`\n${result.output.trimEnd()}\n\n`);
  }
  return { title, seconds: (performance.now() - started) / 1000, isBeside: false, ...result };
}

/**
 * @param {Part} part
 * @param {Outcome} outcome
 * @param {import("./lib/progress.mjs").Progress} progress
 * @returns {Promise<Outcome>}
 */
async function runFailedAgain(part, outcome, progress) {
  const files = filesToRunAgain(outcome);
  if (files.length === 0) {
    return outcome;
  }
  const second = await runPart(`${part.title}, failed files again`, () => part.run(files), progress);
  return { ...outcome, ...afterSecondRun(outcome, second), seconds: outcome.seconds + second.seconds };
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
