import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { identifyProcess, waitUntil } from "./processes.mjs";
import { createSupervisor, endLeftovers } from "./supervisor.mjs";

let directory: string;
let said: string[];
let supervisor: ReturnType<typeof createSupervisor>;
const others: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-supervisor-"));
  said = [];
  supervisor = createSupervisor({ recordFile: path.join(directory, "processes.json"), say: (text) => said.push(text) });
});

afterEach(async () => {
  await supervisor.stopAll();
  others.splice(0).forEach((child) => child.kill("SIGKILL"));
  rmSync(directory, { recursive: true, force: true });
});

/** A program that starts another one, writes both numbers down and then does as told. */
function start(name: string, behaviour: string, graceMs = 5000) {
  const pids = path.join(directory, `${name}.pids`);
  const program = `
    import { spawn } from "node:child_process";
    import { writeFileSync } from "node:fs";
    ${behaviour}
    const grandchild = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    writeFileSync(${JSON.stringify(pids)}, process.pid + " " + grandchild.pid);
    console.log("words of ${name}");
    setInterval(() => {}, 1000);
  `;
  const supervised = supervisor.start({
    name,
    file: process.execPath,
    parameters: ["--input-type=module", "--eval", program],
    env: process.env,
    logFile: path.join(directory, `${name}.log`),
    graceMs,
  });
  return { supervised, pids };
}

async function readPids(file: string): Promise<number[]> {
  await waitUntil(() => existsSync(file) && readFileSync(file, "utf8").includes(" "), { timeoutMs: 5000 });
  return readFileSync(file, "utf8").split(" ").map(Number);
}

const alive = (pid: number) => identifyProcess(pid) !== undefined;

it("a program that is stopped alone does not start again, and the others go on", async () => {
  const one = start("one", "");
  const other = start("other", "");
  const [pid = 0] = await readPids(one.pids);
  const [otherPid = 0] = await readPids(other.pids);
  await one.supervised.stop(() => true);
  expect(alive(pid)).toBe(false);
  expect(one.supervised.isRunning()).toBe(false);
  // Longer than the first pause before a restart.
  expect(await waitUntil(() => one.supervised.pid() !== undefined, { timeoutMs: 1200 })).toBe(false);
  expect(alive(otherPid)).toBe(true);
  expect(said).toEqual([]);
});

it("stopping ends every program and what it started", async () => {
  const polite = start("polite", `process.on("SIGTERM", () => process.exit(0));`);
  const other = start("other", "");
  const pids = [...(await readPids(polite.pids)), ...(await readPids(other.pids))];
  expect(pids).toHaveLength(4);
  expect(pids.every(alive)).toBe(true);
  await supervisor.stopAll();
  await waitUntil(() => !pids.some(alive), { timeoutMs: 2000 });
  expect(pids.filter(alive)).toEqual([]);
  expect(existsSync(path.join(directory, "processes.json"))).toBe(false);
});

it("a program that does not end when asked is forced to, and that is said", async () => {
  const { pids } = start("stubborn", `process.on("SIGTERM", () => {});`, 300);
  const [pid = 0] = await readPids(pids);
  await supervisor.stopAll();
  expect(alive(pid)).toBe(false);
  expect(said).toEqual(["The stubborn did not end in 0.3 s and was forced to."]);
});

it("a program that crashes starts again, without what its predecessor had started, and that is said", async () => {
  const { supervised, pids } = start("portal", "");
  const [first = 0, grandchild = 0] = await readPids(pids);
  rmSync(pids);
  process.kill(first, "SIGKILL");
  const [second = 0] = await readPids(pids);
  expect(second).not.toBe(first);
  expect(supervised.isRunning()).toBe(true);
  expect(said[0]).toMatch(/^The portal ended by SIGKILL; it starts again in 0\.5 s\. Log: /);
  expect(alive(grandchild)).toBe(false);
});

it("what a program writes goes to its log, and its last lines can be shown", async () => {
  const { supervised, pids } = start("talker", "");
  await readPids(pids);
  await waitUntil(() => supervised.lastWords() !== "", { timeoutMs: 2000 });
  expect(supervised.lastWords()).toBe("words of talker");
  expect(readFileSync(path.join(directory, "talker.log"), "utf8")).toBe("words of talker\n");
});

it("what a killed start has left running is ended by the next one, and nothing else", async () => {
  const left = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
  const stranger = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], {
    detached: true,
    stdio: "ignore",
  });
  others.push(left, stranger);
  const record = path.join(directory, "left.json");
  const identity = identifyProcess(left.pid ?? 0);
  // The number is right, the start time is not: another process that got the number of one of ours.
  const reused = { pid: stranger.pid, startedTick: "1" };
  writeFileSync(record, JSON.stringify({ portal: identity, gateway: reused }));
  expect(await endLeftovers(record)).toEqual(["portal"]);
  expect(alive(left.pid ?? 0)).toBe(false);
  expect(alive(stranger.pid ?? 0)).toBe(true);
});
