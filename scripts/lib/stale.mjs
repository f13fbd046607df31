import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./paths.mjs";

/** Never an input of a build: what builds make, what tests need, what people read. */
const IGNORED_FOLDERS = new Set(["node_modules", "dist", ".next", ".git", ".gatehouse"]);
const IGNORED_FILES = /\.(test\.tsx?|md|snap|tsbuildinfo)$/;

/**
 * What a build is made of and makes.
 * @typedef {object} Buildable
 * @property {string} name names its stamp
 * @property {readonly string[]} inputs files and folders of the clone
 * @property {(file: string) => boolean} [ignores] inputs that do not change the outcome
 * @property {readonly string[]} outputs what must exist for the stamp to count
 */

/**
 * A hash over the content of all inputs: content and not times, so that a fresh clone or a switched branch builds only what differs.
 * @param {Buildable} buildable
 * @param {string} [root]
 */
export function hashInputs({ inputs, ignores }, root = ROOT) {
  const hash = createHash("sha256");
  hash.update(process.versions.node.split(".")[0] ?? "");
  for (const input of inputs) {
    for (const file of listFiles(path.join(root, input))) {
      const relative = path.relative(root, file);
      if (!ignores?.(relative)) {
        const content = readFileSync(file);
        hash.update(`${relative}\0${content.length}\0`).update(content);
      }
    }
  }
  return hash.digest("hex");
}

/**
 * @param {Buildable} buildable
 * @param {string} inputHash
 * @param {string} [root]
 */
export function isCurrent(buildable, inputHash, root = ROOT) {
  return isBuilt(buildable, root) && readStamp(buildable.name, root) === inputHash;
}

/**
 * Whether there is anything of it, be it old.
 * @param {Buildable} buildable
 * @param {string} [root]
 */
export function isBuilt({ outputs }, root = ROOT) {
  return outputs.every((output) => existsSync(path.join(root, output)));
}

/**
 * @param {Buildable} buildable
 * @param {string} inputHash taken before the build: what changed during it makes the next start build again
 * @param {string} [root]
 */
export function writeStamp({ name }, inputHash, root = ROOT) {
  mkdirSync(path.dirname(stampFile(name, root)), { recursive: true });
  writeFileSync(stampFile(name, root), `${inputHash}\n`);
}

/**
 * @param {string} name
 * @param {string} root
 */
function readStamp(name, root) {
  try {
    return readFileSync(stampFile(name, root), "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} name
 * @param {string} root
 */
function stampFile(name, root) {
  return path.join(root, "dist", ".stamps", name);
}

/**
 * @param {string} start
 * @returns {string[]} files in a fixed order; none when there is nothing
 */
function listFiles(start) {
  const status = statSync(start, { throwIfNoEntry: false });
  if (status === undefined) {
    return [];
  }
  if (!status.isDirectory()) {
    return [start];
  }
  return readdirSync(start, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) {
        return IGNORED_FOLDERS.has(entry.name) ? [] : listFiles(path.join(start, entry.name));
      }
      return IGNORED_FILES.test(entry.name) ? [] : [path.join(start, entry.name)];
    });
}
