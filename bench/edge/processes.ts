import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { waitFor } from "../../gateway/testing/wait-for";

/** Core of whatever is measured, and core of client and upstream. */
export const MEASURED_CORE = 0;
export const OTHER_CORE = 1;

export function commandExists(command: string): boolean {
  try {
    execFileSync("which", [command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server on one core and waits until its port answers. */
export async function startPinned(core: number, command: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn("taskset", ["-c", String(core), ...command], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (part: Buffer) => (output += part.toString("utf8")));
  await waitFor(
    `${command.join(" ")} to listen on ${port}`,
    async () => {
      if (child.exitCode !== null) {
        throw new Error(`${command[0]} ended with ${child.exitCode}: ${output}`);
      }
      return isListening(port);
    },
    60_000,
  );
  return child;
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** A process and all its descendants. */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/** CPU time of processes and their threads in microseconds (nanosecond counters of the scheduler). */
export function cpuMicroseconds(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
  }
  return nanoseconds / 1000;
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
