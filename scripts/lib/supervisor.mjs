import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { ROOT, shown } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";
import { delay, endProcess, identifyProcess, isRunning, sendSignal, waitUntil } from "./processes.mjs";
import { lastLines } from "./run-command.mjs";

const LOG_LIMIT_BYTES = 20 * 1024 * 1024;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long before it crashed starts again after the first pause. */
const SETTLED_MS = 60_000;
const KEPT_CHARACTERS = 8000;

/**
 * @typedef {object} Program
 * @property {string} name as people read it: "portal"
 * @property {string} file
 * @property {readonly string[]} parameters
 * @property {NodeJS.ProcessEnv} env
 * @property {string} logFile
 * @property {number} graceMs how long it may take to end by itself
 * @property {boolean} [leavesOthersRunning] what it had started goes on when it crashes, and its successor takes that over
 * @property {() => Promise<void>} [afterStop] ends what it may have left behind
 *
 * @typedef {object} Supervised
 * @property {string} name
 * @property {() => number | undefined} pid
 * @property {() => string} lastWords the last lines it wrote
 * @property {() => boolean} isRunning
 * @property {(forced: () => boolean) => Promise<void>} stop for good; forced: asked again and again; true ends the patience
 */

/**
 * Starts programs, each in a process group of its own, starts them again when they crash, and ends all of them, last one first.
 * What runs is written down, so that a start after this process was killed can end what was left.
 * @param {{ recordFile: string, say: (text: string) => void }} options
 */
export function createSupervisor({ recordFile, say }) {
  /** @type {Supervised[]} */
  const programs = [];
  /** @type {Map<string, import("./processes.mjs").ProcessIdentity>} */
  const record = new Map();
  let stopping = false;
  let closed = false;

  /**
   * @param {string} name
   * @param {number | undefined} pid
   */
  function note(name, pid) {
    if (closed) {
      return;
    }
    const identity = pid === undefined ? undefined : identifyProcess(pid);
    if (identity === undefined) {
      record.delete(name);
    } else {
      record.set(name, identity);
    }
    writeRecord(recordFile, record);
  }

  /** @param {Program} program @returns {Supervised} */
  function start(program) {
    if (stopping) {
      throw new PlainError(`The ${program.name} is not started any more: everything is being stopped.`);
    }
    /** @type {import("node:child_process").ChildProcess | undefined} */
    let child;
    let pauseMs = FIRST_PAUSE_MS;
    let words = "";
    let isWanted = true;
    let ended = Promise.resolve();

    const launch = () => {
      const startedAt = Date.now();
      rotateLog(program.logFile);
      words = "";
      const current = spawn(program.file, program.parameters, {
        cwd: ROOT,
        env: program.env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      child = current;
      note(program.name, current.pid);
      const take = (/** @type {Buffer} */ chunk) => {
        words = (words + chunk.toString("utf8")).slice(-KEPT_CHARACTERS);
        appendFileSync(program.logFile, chunk);
      };
      current.stdout.on("data", take);
      current.stderr.on("data", take);
      current.on("error", (error) => (words += error.message));
      ended = new Promise((resolve) => {
        current.on("exit", (code, signal) => {
          note(program.name, undefined);
          resolve();
          if (isWanted && !stopping) {
            void restart(code, signal, Date.now() - startedAt);
          }
        });
      });
    };

    /**
     * @param {number | null} code
     * @param {NodeJS.Signals | null} signal
     * @param {number} ranMs
     */
    const restart = async (code, signal, ranMs) => {
      if (child?.pid !== undefined && !program.leavesOthersRunning) {
        // What it had started must not stand in the way of its successor.
        sendSignal(-child.pid, "SIGKILL");
      }
      pauseMs = ranMs > SETTLED_MS ? FIRST_PAUSE_MS : pauseMs;
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      say(`The ${program.name} ended ${how}; it starts again in ${pauseMs / 1000} s. Log: ${shown(program.logFile)}`);
      await delay(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (isWanted && !stopping) {
        launch();
      }
    };

    mkdirSync(path.dirname(program.logFile), { recursive: true });
    launch();
    const supervised = {
      name: program.name,
      pid: () => child?.pid,
      lastWords: () => lastLines(words, 15),
      isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
      stop: async (/** @type {() => boolean} */ forced) => {
        isWanted = false;
        const current = child;
        if (current?.pid === undefined) {
          return;
        }
        const identity = identifyProcess(current.pid);
        if (identity !== undefined) {
          sendSignal(current.pid, "SIGTERM");
          let done = false;
          void ended.then(() => (done = true));
          await waitUntil(() => done || forced(), { timeoutMs: program.graceMs, everyMs: 20 });
          if (!done && !forced()) {
            say(`The ${program.name} did not end in ${program.graceMs / 1000} s and was forced to.`);
          }
        }
        // The whole group: also what outlived the process that led it.
        sendSignal(-current.pid, "SIGKILL");
        await Promise.race([ended, delay(2000)]);
        await program.afterStop?.();
        // Its number may soon be another's: who stops it once more must not meet that one.
        child = undefined;
      },
    };
    programs.push(supervised);
    return supervised;
  }

  return {
    start,
    say,
    /** Writes down a process that somebody else starts and ends (Postgres). */
    note,
    get stopping() {
      return stopping;
    },
    /** @param {() => boolean} [forced] */
    async stopAll(forced = () => false) {
      stopping = true;
      for (const program of programs.toReversed()) {
        await program.stop(forced);
      }
      closed = true;
      rmSync(recordFile, { force: true });
    },
  };
}

/**
 * Ends what a start that was killed has left running.
 * @param {string} recordFile
 * @returns {Promise<readonly string[]>} names of what still ran
 */
export async function endLeftovers(recordFile) {
  if (!existsSync(recordFile)) {
    return [];
  }
  /** @type {Record<string, import("./processes.mjs").ProcessIdentity>} */
  let left = {};
  try {
    left = JSON.parse(readFileSync(recordFile, "utf8"));
  } catch {
    // Written halfway: what it named cannot be known.
  }
  const ended = [];
  for (const [name, identity] of Object.entries(left).toReversed()) {
    if (isRunning(identity)) {
      await endProcess(identity, { group: true, signal: name === "database" ? "SIGINT" : "SIGTERM" });
      ended.push(name);
    }
  }
  rmSync(recordFile, { force: true });
  return ended;
}

/**
 * @param {string} file
 * @param {ReadonlyMap<string, unknown>} record
 */
function writeRecord(file, record) {
  const fresh = `${file}.next`;
  writeFileSync(fresh, JSON.stringify(Object.fromEntries(record), null, 2));
  renameSync(fresh, file);
}

/** @param {string} file */
function rotateLog(file) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) {
    renameSync(file, `${file}.1`);
  }
}
