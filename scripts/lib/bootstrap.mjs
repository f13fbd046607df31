import { inRoot } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";
import { lastLines, runCommand } from "./run-command.mjs";

/**
 * What scripts/bootstrap.ts prints, as one line of JSON: what the database holds for a start. It may run at every start; what is there
 * it leaves alone.
 *
 * @typedef {object} BootstrapResult
 * @property {{ email: string, password: string } | null} admin only when the first admin was created now and its password generated
 * @property {string | null} enrolToken for the bundled gateway; null when it is enrolled
 * @property {{ created: boolean, basePath: string, key: string | null } | null} demo null when there is no demonstration workspace
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} logFile
 * @returns {Promise<BootstrapResult>}
 * @throws {PlainError}
 */
export async function bootstrap(env, logFile) {
  const { code, output } = await runCommand(process.execPath, [inRoot("dist", "bootstrap.mjs")], { env, logFile });
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !line.startsWith("{")) {
    throw new PlainError("The database could not be set up.", { details: lastLines(output, 20) });
  }
  return JSON.parse(line);
}
