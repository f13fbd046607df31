import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Arguments of a process, joined by spaces; undefined when there is none (or it is a zombie, which has no memory any more). */
export function commandLineOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Whether a process is the nginx master (not a worker) of a configuration file. */
export function isNginxMaster(pid: number, configFile: string): boolean {
  const commandLine = commandLineOf(pid);
  return commandLine !== undefined && commandLine.includes(configFile) && !commandLine.includes("worker process");
}

/**
 * Living processes of the group that an nginx of ours led. The group outlives its leader, and its number may by now belong to
 * somebody else: only those count that work in our state directory, as ours do from their start.
 */
export function processesOfGroup(group: number, workingDirectory: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === group && commandLineOf(pid) !== undefined && worksIn(pid, workingDirectory));
}

export function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false when the process (or group, negative) is not there */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(directory);
  } catch {
    return false;
  }
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return undefined;
  }
}
