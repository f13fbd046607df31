import path from "node:path";
import { fileURLToPath } from "node:url";

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
