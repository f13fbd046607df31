import { delay } from "./processes.mjs";
import { reportFailure } from "./report-failure.mjs";
import { endRunningCommands } from "./run-command.mjs";

/** One Ctrl-C may arrive twice: from the terminal, and handed on by npm. */
const SAME_KEYPRESS_MS = 1000;
const SETTLE_TIMEOUT_MS = 15_000;

/**
 * @typedef {object} Lifetime
 * @property {() => boolean} isStopping
 * @property {AbortSignal} signal aborted when stopping begins
 * @property {(undo: (options: { forced: () => boolean }) => Promise<void> | void) => void} onEnd last added is undone first
 */

/**
 * Runs a program that goes on until it is told to end: Ctrl-C, SIGTERM, SIGHUP, or npm, which started it, being gone. Whatever the
 * way, everything it has begun is undone before the process exits.
 * @param {(lifetime: Lifetime) => Promise<void>} main resolves when all runs; everything runs on until the end is asked for
 * @param {{ onStopping?: () => void, onStopped?: (ms: number) => void }} [hooks]
 */
export async function runUntilStopped(main, { onStopping, onStopped } = {}) {
  /** @type {((options: { forced: () => boolean }) => Promise<void> | void)[]} */
  const undos = [];
  const abort = new AbortController();
  let askedAt = 0;
  let forced = false;
  /** @type {() => void} */
  let ask = () => undefined;
  const asked = new Promise((resolve) => (ask = () => resolve(undefined)));
  const onSignal = () => {
    if (askedAt === 0) {
      askedAt = Date.now();
      ask();
    } else if (Date.now() - askedAt > SAME_KEYPRESS_MS) {
      forced = true;
    }
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, onSignal);
  }
  // A terminal that was closed must not keep us from cleaning up.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  const parentWatch = watchParent(onSignal);
  // Waiting for a signal alone does not keep Node running.
  const keptAlive = setInterval(() => undefined, 60_000);

  /** @type {unknown} */
  let failure;
  const running = main({
    isStopping: () => abort.signal.aborted,
    signal: abort.signal,
    onEnd: (undo) => undos.push(undo),
  }).catch((error) => {
    failure = error;
    ask();
  });
  process.on("uncaughtException", (error) => {
    failure ??= error;
    ask();
  });
  await asked;

  const stoppedFrom = Date.now();
  const failedFirst = failure;
  if (failedFirst === undefined) {
    onStopping?.();
  } else {
    reportFailure(failedFirst);
  }
  abort.abort();
  endRunningCommands();
  clearInterval(parentWatch);
  clearInterval(keptAlive);
  await undoAll(undos, () => forced);
  // What was just being started may have come to stand after the first round.
  await Promise.race([running, delay(SETTLE_TIMEOUT_MS)]);
  await undoAll(undos, () => forced);
  if (failedFirst === undefined) {
    onStopped?.(Date.now() - stoppedFrom);
  }
  process.exit(failedFirst === undefined ? 0 : 1);
}

/**
 * @param {((options: { forced: () => boolean }) => Promise<void> | void)[]} undos
 * @param {() => boolean} forced
 */
async function undoAll(undos, forced) {
  for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
    try {
      await undo({ forced });
    } catch (error) {
      reportFailure(error);
    }
  }
}

/**
 * npm hands signals on to a shell, and not every shell hands them on to us; and npm may be killed.
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) {
    return undefined;
  }
  const timer = setInterval(() => {
    if (process.ppid !== parent) {
      onGone();
    }
  }, 500);
  timer.unref();
  return timer;
}
