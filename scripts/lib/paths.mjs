import path from "node:path";
import { fileURLToPath } from "node:url";
import { PlainError } from "./plain-error.mjs";

/** The clone that these scripts belong to; they work from any current directory. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {...string} segments */
export function inRoot(...segments) {
  return path.join(ROOT, ...segments);
}

/**
 * A path as a person would type it here: relative to the clone where it lies inside.
 * @param {string} absolute
 */
export function shown(absolute) {
  const relative = path.relative(process.cwd(), absolute);
  return relative === "" || relative.startsWith("..") ? absolute : relative;
}

/** A unix socket's path may have 107 bytes, and the agent makes one in its state directory. */
const STATE_DIRECTORY_MAX_BYTES = 96;

/**
 * @param {string} stateDir
 * @throws {PlainError} when nginx or a unix socket could not take the paths
 */
export function requirePlainPaths(stateDir) {
  for (const place of [ROOT, stateDir]) {
    if (/["'\\$;{}\s]/.test(place)) {
      throw new PlainError(
        `nginx cannot take the path ${place}: move it to one without spaces, quotes, backslashes, $, ; and braces.`,
      );
    }
  }
  if (Buffer.byteLength(stateDir) > STATE_DIRECTORY_MAX_BYTES) {
    throw new PlainError(
      `The path ${stateDir} is too long for a unix socket in it: set GATEHOUSE_DATA_DIR to one of less than 80 characters.`,
    );
  }
}
