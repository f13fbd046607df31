import { PlainError } from "./plain-error.mjs";

/** Keep equal to "engines" in package.json; a test does. */
export const OLDEST_NODE = "20.19";

/**
 * @param {string} [version] as in process.versions.node
 * @throws {PlainError}
 */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new PlainError(
      `Gatehouse needs Node ${OLDEST_NODE} or newer; this is ${version}: install a newer one (nodejs.org).`,
    );
  }
}
