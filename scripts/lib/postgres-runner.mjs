import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { ROOT } from "./paths.mjs";
import { runCommand } from "./run-command.mjs";

/** nobody:nogroup, on every Debian. Postgres refuses to run as root, and we create no users on somebody's machine. */
const NOBODY = 65534;

/**
 * How to start a program as somebody who may run Postgres.
 * @typedef {object} Runner
 * @property {(file: string, parameters: readonly string[]) => [string, string[]]} wrap
 * @property {{ uid?: number, gid?: number }} ids for spawn
 * @property {number} owner of the data directory
 */

/**
 * As root: as "nobody", who is let through the folders of others where the clone lies in one that is closed, like /root.
 * @param {string} postgres the program
 * @param {string} directory where its files will be
 * @returns {Promise<Runner>}
 * @throws {PlainError}
 */
export async function chooseRunner(postgres, directory) {
  if (process.getuid?.() !== 0) {
    return { wrap: (file, parameters) => [file, [...parameters]], ids: {}, owner: process.getuid?.() ?? 0 };
  }
  if (isOpenToOthers(path.dirname(postgres)) && isOpenToOthers(directory)) {
    return {
      wrap: (file, parameters) => [file, [...parameters]],
      ids: { uid: NOBODY, gid: NOBODY },
      owner: NOBODY,
    };
  }
  const works = await runCommand("setpriv", [...LET_THROUGH, postgres, "--version"]).catch(() => undefined);
  if (works?.code !== 0) {
    throw new PlainError(
      `Postgres does not run as root, and other users may not enter ${ROOT}: move the clone to a place like /opt, ` +
        "start it as another user, or set DATABASE_URL to a Postgres of your own.",
    );
  }
  return {
    wrap: (file, parameters) => ["setpriv", [...LET_THROUGH, file, ...parameters]],
    ids: {},
    owner: NOBODY,
  };
}

/**
 * Options of setpriv: "nobody", but for permissions of files. A container has the capability, and not the right to make a user
 * namespace. The last one is for access(2), by which Postgres looks for its programs: otherwise it asks for the user alone.
 */
const LET_THROUGH = [
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  "--clear-groups",
  "--inh-caps=-all,+dac_override",
  "--ambient-caps=-all,+dac_override",
  "--securebits=+no_setuid_fixup",
];

/**
 * Whether every folder on the way may be passed by users who own none of it.
 * @param {string} folder
 */
function isOpenToOthers(folder) {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    if ((statSync(current).mode & 0o001) === 0) {
      return false;
    }
    if (current === path.dirname(current)) {
      return true;
    }
  }
}

/**
 * The user who runs Postgres can change between two starts: sudo once, without it the next time, or the clone was moved.
 * @param {string} data
 * @param {number} owner
 */
export function giveOwnership(data, owner) {
  if (process.getuid?.() !== 0 || lstatSync(data).uid === owner) {
    return;
  }
  const pending = [data];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    chownSync(entry, owner, owner);
    if (lstatSync(entry).isDirectory()) {
      pending.push(...readdirSync(entry).map((name) => path.join(/** @type {string} */ (entry), name)));
    }
  }
}

/**
 * @param {string} file
 * @param {number} owner
 */
export function chownIfRoot(file, owner) {
  if (process.getuid?.() === 0) {
    chownSync(file, owner, owner);
  }
}

/**
 * Makes a folder that "nobody" may pass through, while what lies in it stays closed.
 * @param {string} directory
 */
export function makePassable(directory) {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o711);
}
