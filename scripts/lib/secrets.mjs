import { createHmac, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * The secret that encrypts what is secret in the database: from the environment, else made once and kept in the data directory,
 * readable by its owner only.
 * @param {string} dataDir
 * @param {string | undefined} given
 */
export function loadSecret(dataDir, given) {
  return given ?? readOrCreate(path.join(dataDir, "secret"), () => randomBytes(32).toString("base64url"));
}

/**
 * Another secret that follows from the first but does not give it away.
 * @param {string} secret
 * @param {string} purpose
 */
export function deriveSecret(secret, purpose) {
  return createHmac("sha256", secret).update(`gatehouse:${purpose}`).digest("base64url");
}

/**
 * @param {string} file
 * @param {() => string} create
 */
export function readOrCreate(file, create) {
  if (existsSync(file)) {
    return readFileSync(file, "utf8").trim();
  }
  mkdirSync(path.dirname(file), { recursive: true });
  const value = create();
  // Whole or not at all: an empty secret would be taken for one.
  writeFileSync(`${file}.next`, `${value}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
  return value;
}
