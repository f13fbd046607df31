import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { waitFor } from "../../gateway/testing/wait-for";
import { endWithUs } from "./leftovers";

/** Cores of what is measured, of the upstream, and of the client with this process; the last two share one where there are only two. */
export const MEASURED_CORE = 0;
export const UPSTREAM_CORE = 1;
export const CLIENT_CORE = availableParallelism() > 2 ? 2 : 1;

const START_MS = 120_000;
const STOP_MS = 10_000;

export function commandExists(command: string): boolean {
  try {
    execFileSync("which", [command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Moves a process with all its threads. */
export function pin(pid: number, core: number): void {
  execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
}

/** Starts a server on one core and waits until its port answers. @param stdout a file descriptor for its output */
export async function startPinned(
  core: number,
  command: readonly string[],
  port: number,
  stdout: number | "ignore" = "ignore",
): Promise<ChildProcess> {
  const child = spawn("taskset", ["-c", String(core), ...command], { stdio: ["ignore", stdout, "pipe"] });
  child.once("exit", endWithUs(child.pid ?? 0));
  let output = "";
  child.stderr?.on("data", (part: Buffer) => (output = (output + part.toString("utf8")).slice(-4_000)));
  try {
    await waitFor(
      `${command.join(" ")} to listen on ${port}`,
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`${command.join(" ")} ended with ${child.exitCode ?? child.signalCode}: ${output}`);
        }
        return isListening(port);
      },
      START_MS,
    );
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
  return child;
}

/** Asks it to end, and ends it when it does not. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(impatience);
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

export interface Memory {
  /** Pages that are in memory, each process on its own: shared ones count once for each. */
  readonly rssMebibytes: number;
  /** The same, but a page that several processes share is divided among them. */
  readonly pssMebibytes: number;
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = (field: string) =>
    pids.reduce((total, pid) => {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      return total + Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    }, 0) / 1024;
  return { rssMebibytes: sum("Rss"), pssMebibytes: sum("Pss") };
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
