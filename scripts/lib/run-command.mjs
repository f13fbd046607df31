import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { ROOT, shown } from "./paths.mjs";

const KEPT_CHARACTERS = 200_000;

/**
 * @typedef {object} CommandResult
 * @property {number} code exit code; 128 + signal number style is not used, a signal gives -1
 * @property {string} output standard output and standard error as they came, the last 200,000 characters
 */

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [inTerminal] stays in the terminal's own session and process group, where sudo may ask for a password
 * @property {string} [logFile] everything the command says is appended here
 * @property {boolean} [inBackground] stands back from what runs beside it when both want the processor
 * @property {(text: string) => void} [onOutput]
 * @property {number} [timeoutMs]
 */

/** Commands that still run, so that Ctrl-C during a build ends them too. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Runs a command to its end without printing what it says.
 * @param {string} file
 * @param {readonly string[]} parameters
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(file, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !options.inTerminal,
    });
    running.add(child);
    if (options.inBackground && child.pid !== undefined) {
      yieldToOthers(child.pid);
    }
    let output = "";
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString("utf8");
      output = (output + text).slice(-KEPT_CHARACTERS);
      if (options.logFile) {
        mkdirSync(path.dirname(options.logFile), { recursive: true });
        appendFileSync(options.logFile, text);
      }
      options.onOutput?.(text);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    const timer =
      options.timeoutMs === undefined ? undefined : setTimeout(() => endGroup(child, "SIGKILL"), options.timeoutMs);
    child.on("error", (error) => {
      running.delete(child);
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code: code ?? -1, output });
    });
  });
}

/**
 * Runs a command that must succeed.
 * @param {string} sentence what could not be done, as the beginning of the error: "The portal could not be built"
 * @param {string} file
 * @param {readonly string[]} parameters
 * @param {CommandOptions} [options]
 * @returns {Promise<string>} what it said
 * @throws {PlainError} with the last lines it said
 */
export async function runOrFail(sentence, file, parameters, options = {}) {
  const result = await runCommand(file, parameters, options);
  if (result.code !== 0) {
    const log = options.logFile ? ` The whole log: ${shown(options.logFile)}.` : "";
    throw new PlainError(`${sentence}: \`${path.basename(file)}\` ended with code ${result.code}.${log}`, {
      details: lastLines(result.output, 30),
    });
  }
  return result.output;
}

/** @param {number} pid */
function yieldToOthers(pid) {
  try {
    // Not the lowest: on a machine that others keep busy too it would never get its turn.
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let us: then it competes with the others.
  }
}

/** Ends every command that is still running, with all it started. */
export function endRunningCommands() {
  for (const child of running) {
    endGroup(child, "SIGTERM");
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function endGroup(child, signal) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/**
 * @param {string} text
 * @param {number} count
 */
export function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
