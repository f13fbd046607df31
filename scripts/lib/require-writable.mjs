import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { ROOT, inRoot } from "./paths.mjs";

/** What installing and building write in the clone. */
const WRITTEN = ["", "node_modules", "dist", path.join("dist", ".stamps"), ".next", path.join("prisma", "client")];

/**
 * Fails in one sentence where an earlier start, as another user, has left what this one may not change.
 * @param {string} dataDir absolute
 * @throws {PlainError}
 */
export function requireOwnData(dataDir) {
  requireWritable([dataDir, ...list(dataDir), ...list(path.join(dataDir, "postgres"))], dataDir);
}

/**
 * The same for the clone, before something is installed or built in it. One that is up to date may be read only.
 * @throws {PlainError}
 */
export function requireOwnClone() {
  requireWritable(
    WRITTEN.map((place) => inRoot(place)),
    ROOT,
  );
}

/**
 * @param {readonly string[]} places
 * @param {string} folder that holds them
 */
function requireWritable(places, folder) {
  const closed = places.find((place) => !isWritable(place));
  if (closed !== undefined) {
    throw new PlainError(
      `${closed} belongs to somebody else, perhaps because an earlier start ran with sudo. Take it back, then start again without sudo:`,
      { details: `sudo chown -R "$(id -un)" ${folder}` },
    );
  }
}

/** @param {string} place */
function isWritable(place) {
  try {
    accessSync(place, constants.W_OK);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
  }
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
