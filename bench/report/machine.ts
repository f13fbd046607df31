import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { CONTENDERS } from "../contenders/index";
import { CLIENT_CORE, MEASURED_CORE, UPSTREAM_CORE } from "../measure/processes";
import { instructionsObstacle } from "../measure/perf";

/** What a reader must know to judge the figures, or to get them again. */
export function describeMachine(startedAt: Date): string[] {
  const processors = cpus();
  const versions = CONTENDERS.filter(({ obstacle }) => obstacle() === undefined).map(
    ({ name, version }) => `${name} ${version()}`,
  );
  const instructions = instructionsObstacle();
  return [
    `${startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commit()}`,
    `${processors[0]?.model ?? "unknown processor"}, ${processors.length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${distribution()}, Linux ${release()}`,
    `measured on core ${MEASURED_CORE}, upstream on core ${UPSTREAM_CORE}, client on core ${CLIENT_CORE}`,
    versions.join(", "),
    instructions === undefined
      ? "instructions are those of user and kernel, counted by perf"
      : `instructions are not counted by perf: ${instructions} (\`npm run bench:instructions\` counts those of user space by valgrind)`,
  ];
}

/** Processes that wanted to run in the last minute: before a run on a quiet machine it is near 0. */
export function loadAverage(): number {
  return loadavg()[0] ?? Number.NaN;
}

function commit(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", cwd: import.meta.dirname }).trim();
  return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
}

function distribution(): string {
  return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown distribution";
}
