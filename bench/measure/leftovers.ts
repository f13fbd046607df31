import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const processes = new Set<number>();
const directories = new Set<string>();

process.on("exit", () => {
  for (const pid of processes) {
    try {
      // SIGTERM, not SIGKILL: a master that is killed leaves its workers behind.
      process.kill(pid, "SIGTERM");
    } catch {
      // It has ended already.
    }
  }
  for (const directory of directories) {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Ctrl-C and the like end this process by way of its "exit" handlers, so that no server and no file stays behind. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(1));
  }
}

/** A process that may not outlive this one. @returns what to call when it has ended */
export function endWithUs(pid: number): () => void {
  processes.add(pid);
  return () => processes.delete(pid);
}

/** A directory that is gone when this process has ended. */
export function makeDirectory(): string {
  return removeWithUs(mkdtempSync(path.join(tmpdir(), "gatehouse-bench-")));
}

export function removeWithUs(directory: string): string {
  directories.add(directory);
  return directory;
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
}
