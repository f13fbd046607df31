import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { commandLine, endProcess, identifyProcess } from "./processes.mjs";

/**
 * Ends the nginx of a gateway's state directory that outlived its agent (which goes on serving when the agent dies; on purpose, but
 * not when everything is to end). Only when the pid file's process is an nginx that was started with this directory.
 * @param {string} stateDir absolute
 */
export async function endNginxOf(stateDir) {
  const pidFile = path.join(stateDir, "nginx.pid");
  if (!existsSync(pidFile)) {
    return;
  }
  const pid = Number(readFileSync(pidFile, "utf8").trim());
  const identity = Number.isInteger(pid) && pid > 1 ? identifyProcess(pid) : undefined;
  const command = identity === undefined ? "" : commandLine(pid);
  if (identity === undefined || !command.includes("nginx") || !command.includes(stateDir)) {
    rmSync(pidFile, { force: true });
    return;
  }
  // QUIT lets requests in flight end; workers follow their master.
  await endProcess(identity, { signal: "SIGQUIT", graceMs: 3000 });
  rmSync(pidFile, { force: true });
}
