import { execFile, execFileSync } from "node:child_process";

let obstacle: string | undefined | null = null;

/** Why `perf stat` cannot count instructions here, or undefined when it can. Asked once. */
export function instructionsObstacle(): string | undefined {
  if (obstacle === null) {
    obstacle = findObstacle();
  }
  return obstacle;
}

function findObstacle(): string | undefined {
  try {
    const output = execFileSync("perf", ["stat", "-x,", "-e", "instructions", "true"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return output.includes("not supported") ? "the processor's counters are not available here" : probe();
  } catch {
    return "perf is not installed or not allowed";
  }
}

/** perf prints its counts on standard error. */
function probe(): string | undefined {
  const text = execFileSync("sh", ["-c", "perf stat -x, -e instructions true 2>&1"], { encoding: "utf8" });
  return /^\d+/.test(text.trim()) ? undefined : "the processor's counters are not available here";
}

/** Instructions (user and kernel) of processes over a time, or undefined where they cannot be counted. */
export async function countInstructions(pids: readonly number[], seconds: number): Promise<number | undefined> {
  if (instructionsObstacle() !== undefined) {
    return undefined;
  }
  const args = ["stat", "-x,", "-e", "instructions", "-p", pids.join(","), "--", "sleep", String(seconds)];
  return new Promise((resolve) => {
    execFile("perf", args, (_error, _stdout, stderr) => {
      const count = Number(stderr.split(",")[0]);
      resolve(Number.isFinite(count) ? count : undefined);
    });
  });
}
