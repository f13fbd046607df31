import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";

/** A file whose maker died before it wrote a header. */
const ABANDONED_AFTER_MS = 60_000;
/** Between making a file and mapping it a worker needs far less. */
const SETTLED_AFTER_MS = 5_000;

/** Whether a file that has no header yet will never get one. */
export function isAbandoned(file: string): boolean {
  return ageMs(file) > ABANDONED_AFTER_MS;
}

/**
 * Whether a process has the file mapped or open. The process id alone would not do: ids are used again, and a wrong "still writing"
 * keeps a file forever, while a wrong "finished" would lose counts; hence "still writing" whenever we may not look.
 */
export function isWriting(pid: number, file: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") {
      return false;
    }
  }
  if (ageMs(file) < SETTLED_AFTER_MS) {
    return true;
  }
  try {
    // By name, not by path: the process may see the directory under another one.
    const name = `/${path.basename(file)}`;
    return (
      readFileSync(`/proc/${pid}/maps`, "utf8").includes(name) || openFiles(pid).some((open) => open.endsWith(name))
    );
  } catch {
    return true;
  }
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
    } catch {
      // Closed while we looked.
      return [];
    }
  });
}

function ageMs(file: string): number {
  return Date.now() - statSync(file).ctimeMs;
}
