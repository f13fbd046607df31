import { readFileSync } from "node:fs";

/**
 * A process as this machine can tell it from a later one that got the same number: its pid and the kernel tick it started at.
 * @typedef {{ pid: number, startedTick: string }} ProcessIdentity
 */

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined} undefined when there is no such process, or only its zombie
 */
export function identifyProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name is in parentheses and may hold anything, parentheses and spaces too.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[19] === undefined ? undefined : { pid, startedTick: fields[19] };
  } catch {
    return undefined;
  }
}

/**
 * Whether exactly this process still runs, not a later one under its number.
 * @param {ProcessIdentity} identity
 */
export function isRunning(identity) {
  return identifyProcess(identity.pid)?.startedTick === identity.startedTick;
}

/**
 * @param {number} pid
 * @returns {string} the command line with spaces, "" when it cannot be read
 */
export function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

/**
 * Signals a process, or with a negative number its group; false when it is not there any more.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks until the answer is yes.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {{ timeoutMs: number, everyMs?: number }} options
 * @returns {Promise<boolean>} false when the time was over first
 */
export async function waitUntil(condition, { timeoutMs, everyMs = 50 }) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) {
      return true;
    }
    if (Date.now() >= end) {
      return false;
    }
    await delay(everyMs);
  }
}

/** @param {number} milliseconds */
export function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Ends a process that is not our child (or its whole group): asks, waits, then forces.
 * @param {ProcessIdentity} identity
 * @param {{ signal?: NodeJS.Signals, graceMs?: number, group?: boolean }} [options]
 */
export async function endProcess(identity, { signal = "SIGTERM", graceMs = 5000, group = false } = {}) {
  if (!isRunning(identity)) {
    return;
  }
  const target = group ? -identity.pid : identity.pid;
  sendSignal(target, signal);
  if (await waitUntil(() => !isRunning(identity), { timeoutMs: graceMs })) {
    return;
  }
  sendSignal(target, "SIGKILL");
  await waitUntil(() => !isRunning(identity), { timeoutMs: 2000 });
}
