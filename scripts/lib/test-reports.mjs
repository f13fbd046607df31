import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./paths.mjs";

/**
 * What the runners write about a run, file by file.
 * @typedef {{ file: string, passed: number, failures: string[], skipped: number }} FileResult
 *   file: relative to the root; failures: names of tests, or "" when the file failed outside of any
 */

/**
 * @param {string} file of vitest's reporter "json"
 * @returns {FileResult[]}
 */
export function readVitestReport(file) {
  /** @type {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} */
  const results = read(file).testResults ?? [];
  return results.map(({ name, status, assertionResults }) => {
    const failures = assertionResults.filter((test) => test.status === "failed").map(({ fullName }) => fullName);
    const passed = assertionResults.filter((test) => test.status === "passed").length;
    return {
      file: path.relative(ROOT, name),
      passed,
      failures: failures.length === 0 && status === "failed" ? [""] : failures,
      skipped: assertionResults.length - passed - failures.length,
    };
  });
}

/**
 * @param {string} file of Playwright's reporter "json"
 * @returns {FileResult[]}
 */
export function readPlaywrightReport(file) {
  const { suites = [], config } = read(file);
  return suites.map((/** @type {PlaywrightSuite & { file: string }} */ suite) => {
    const tests = testsOf(suite);
    const count = (/** @type {string} */ status) => tests.filter((test) => test.status === status).length;
    return {
      file: path.relative(ROOT, path.join(config?.rootDir ?? ROOT, suite.file)),
      passed: count("expected"),
      failures: tests.filter(({ status }) => status !== "expected" && status !== "skipped").map(({ title }) => title),
      skipped: count("skipped"),
    };
  });
}

/**
 * @typedef {{ title: string, specs?: { title: string, tests: { status: string }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 *
 * @param {PlaywrightSuite} suite
 * @returns {{ title: string, status: string }[]}
 */
function testsOf(suite) {
  const own = (suite.specs ?? []).flatMap(({ title, tests }) => tests.map(({ status }) => ({ title, status })));
  return [...own, ...(suite.suites ?? []).flatMap(testsOf)];
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
