import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * What a start creates and tells a person once. It is written down until it was told: a start can be cut off in between, and then the
 * next one tells it, rather than nobody ever knowing the password.
 *
 * @typedef {object} Untold
 * @property {string | null} adminEmail when the first admin is created
 * @property {string | null} password when it was generated
 * @property {boolean} demo whether the demonstration workspace is created
 */

/**
 * @param {string} file
 * @returns {Untold | undefined} what an earlier start has begun and not told
 */
export function readUntold(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/**
 * @param {string} file
 * @param {Untold} untold
 */
export function writeUntold(file, untold) {
  writeFileSync(`${file}.next`, `${JSON.stringify(untold)}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

/** @param {string} file */
export function markTold(file) {
  rmSync(file, { force: true });
}

/**
 * What this start is to create, and what the one before has left untold.
 * @param {{ hasPeople: boolean, hasDemo: boolean }} content of the database
 * @param {{ adminEmail: string, adminPassword: string | undefined, demo: boolean }} wanted
 * @param {Untold | undefined} earlier
 * @returns {Untold | undefined} undefined when there is nothing to create or to tell
 */
export function planUntold({ hasPeople, hasDemo }, wanted, earlier) {
  const admin = hasPeople
    ? { adminEmail: earlier?.adminEmail ?? null, password: earlier?.password ?? null }
    : {
        adminEmail: wanted.adminEmail,
        password: wanted.adminPassword === undefined ? randomBytes(15).toString("base64url") : null,
      };
  const demo = wanted.demo && (!hasDemo || earlier?.demo === true);
  return admin.adminEmail === null && !demo ? undefined : { ...admin, demo };
}
