import path from "node:path";
import { inRoot } from "./paths.mjs";
import { runCommand } from "./run-command.mjs";
import { readPlaywrightReport, readVitestReport } from "./test-reports.mjs";

/** A part that hangs is ended. Long enough for a machine that is busy with other things; the whole takes less than ten minutes. */
const TIMEOUT_MS = 15 * 60_000;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, output: string, files: import("./test-reports.mjs").FileResult[],
 *   flaky: string[] }} PartResult
 *   output: what to show when something failed; flaky: tests that passed only when they ran again
 */

/**
 * Commands that must end with 0; each counts as one test. The lanes run side by side, their commands one after the other.
 * @param {readonly (readonly { name: string, command: readonly string[] }[])[]} lanes
 * @param {(text: string) => void} detail
 * @param {boolean} inBackground leaves the processor to the tests that run beside
 * @returns {Promise<PartResult>}
 */
export async function runChecks(lanes, detail, inBackground) {
  let passed = 0;
  /** @type {string[]} */
  const outputs = [];
  const runLane = async (/** @type {readonly { name: string, command: readonly string[] }[]} */ lane) => {
    for (const { name, command } of lane) {
      detail(name);
      const [file = "", ...parameters] = command;
      const { code, output } = await runCommand(file, parameters, {
        env: quietEnvironment(),
        timeoutMs: TIMEOUT_MS,
        inBackground,
      });
      if (code === 0) {
        passed += 1;
      } else {
        outputs.push(`── ${name} ──\n${output.trimEnd()}`);
      }
    }
  };
  await Promise.all(lanes.map(runLane));
  return { passed, failed: outputs.length, skipped: 0, output: outputs.join("\n\n"), files: [], flaky: [] };
}

/**
 * @param {string} part its projects in vitest.config.ts begin with this name
 * @param {readonly string[]} filters
 * @param {string} work an empty folder
 * @returns {Promise<PartResult>}
 */
export async function runVitest(part, filters, work) {
  const report = path.join(work, `${part}.json`);
  const { code, output } = await runCommand(
    inRoot("node_modules", ".bin", "vitest"),
    [
      "run",
      "--project",
      `${part}*`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { env: quietEnvironment(), timeoutMs: TIMEOUT_MS },
  );
  return settle(code, output, readVitestReport(report));
}

/**
 * @param {readonly string[]} filters
 * @param {string} work an empty folder
 * @returns {Promise<PartResult>}
 */
export async function runPlaywright(filters, work) {
  const report = path.join(work, "e2e.json");
  const { code, output } = await runCommand(
    inRoot("node_modules", ".bin", "playwright"),
    ["test", "--reporter=list,json", ...filters],
    {
      env: { ...quietEnvironment(), PLAYWRIGHT_JSON_OUTPUT_NAME: report, E2E_DATA_DIR: path.join(work, "data") },
      timeoutMs: TIMEOUT_MS,
    },
  );
  return settle(code, output, readPlaywrightReport(report));
}

/**
 * A runner that failed without a failed test (a file that does not load, a set-up that breaks) is one failure; so is a part without
 * any test.
 * @param {number} code
 * @param {string} output
 * @param {import("./test-reports.mjs").FileResult[]} files
 * @returns {PartResult}
 */
export function settle(code, output, files) {
  const sum = (/** @type {"passed" | "skipped"} */ key) => files.reduce((total, file) => total + file[key], 0);
  const passed = sum("passed");
  const failed = files.reduce((total, { failures }) => total + failures.length, 0);
  const unexplained = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: failed + (unexplained ? 1 : 0), skipped: sum("skipped"), output, files, flaky: [] };
}

/** Tests must not see the settings of whoever runs them. */
function quietEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !name.startsWith("GATEHOUSE_") && !name.startsWith("npm_") && name !== "DATABASE_URL" && name !== "NODE_ENV",
  );
  const colour = process.stdout.isTTY && !process.env.NO_COLOR ? ["FORCE_COLOR", "1"] : ["NO_COLOR", "1"];
  return /** @type {NodeJS.ProcessEnv} */ (Object.fromEntries([...kept, ["NEXT_TELEMETRY_DISABLED", "1"], colour]));
}
