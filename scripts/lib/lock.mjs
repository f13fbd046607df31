import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { delay, identifyProcess, isRunning } from "./processes.mjs";

/**
 * Takes a lock file for the life of this process. One left by a killed process, or from before the machine was restarted, does not
 * hold anybody up: it names its owner by pid and start time.
 * @param {string} file
 * @returns {{ release: () => void } | { heldBy: number }} heldBy: the pid that has it
 */
export function takeLock(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  const self = identifyProcess(process.pid) ?? { pid: process.pid, startedTick: "" };
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(self));
  try {
    for (;;) {
      try {
        // A hard link is made whole or not at all, so nobody reads a lock that is half written.
        linkSync(mine, file);
        return { release: () => releaseLock(file, self) };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
          throw error;
        }
      }
      const holder = readHolder(file);
      if (holder !== undefined && isRunning(holder)) {
        return { heldBy: holder.pid };
      }
      setAside(file, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Waits for a lock, for work that two starts must not do at once in one clone.
 * @param {string} file
 * @param {(heldBy: number) => void} onWait
 */
export async function waitForLock(file, onWait) {
  for (;;) {
    const lock = takeLock(file);
    if ("release" in lock) {
      return lock;
    }
    onWait(lock.heldBy);
    await delay(200);
  }
}

/**
 * @param {string} dataDir
 * @param {string} shownDataDir
 * @throws {PlainError} when another start uses the directory
 */
export function lockDataDirectory(dataDir, shownDataDir) {
  const lock = takeLock(path.join(dataDir, "start.lock"));
  if ("heldBy" in lock) {
    throw new PlainError(
      `Gatehouse already runs from ${shownDataDir} (process ${lock.heldBy}): stop it first, or set GATEHOUSE_DATA_DIR to another ` +
        "directory.",
    );
  }
  return lock;
}

/**
 * @param {string} file
 * @returns {import("./processes.mjs").ProcessIdentity | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Two starts may find the same dead lock at once. Renaming lets only one of them have the file, and shows whether it was still the
 * dead one; if the other had already replaced it, it goes back.
 * @param {string} file
 * @param {import("./processes.mjs").ProcessIdentity | undefined} dead
 */
function setAside(file, dead) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const found = readHolder(aside);
  if (found !== undefined && (found.pid !== dead?.pid || found.startedTick !== dead.startedTick)) {
    try {
      linkSync(aside, file);
    } catch {
      // Somebody has locked it meanwhile.
    }
  }
  rmSync(aside, { force: true });
}

/**
 * @param {string} file
 * @param {import("./processes.mjs").ProcessIdentity} self
 */
function releaseLock(file, self) {
  const holder = readHolder(file);
  if (holder?.pid === self.pid && holder.startedTick === self.startedTick) {
    rmSync(file, { force: true });
  }
}
