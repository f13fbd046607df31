import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inRoot } from "./lib/paths.mjs";
import { findFreePort } from "./lib/ports.mjs";
import { commandLine, identifyProcess, waitUntil } from "./lib/processes.mjs";

const READY = "Ctrl-C stops everything";

let directory: string;
let ports: { portal: number; gateway: number; status: number };
const running: Start[] = [];

interface Start {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-start-"));
  const portal = await findFreePort();
  const gateway = await findFreePort([portal]);
  ports = { portal, gateway, status: await findFreePort([portal, gateway]) };
});

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}): Start {
  const child = spawn(process.execPath, [inRoot("scripts", "start.mjs")], {
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      GATEHOUSE_PORT: String(ports.portal),
      GATEHOUSE_GATEWAY_PORT: String(ports.gateway),
      GATEHOUSE_GATEWAY_STATUS_PORT: String(ports.status),
      GATEHOUSE_DATA_DIR: directory,
      DATABASE_URL: "",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const started = {
    child,
    output: () => text,
    ended: new Promise<number | null>((resolve) => child.on("close", resolve)),
  };
  running.push(started);
  return started;
}

async function untilReady(started: Start) {
  const isUp = await waitUntil(() => started.output().includes(READY) || started.child.exitCode !== null, {
    timeoutMs: 240_000,
  });
  expect(isUp && started.output().includes(READY), started.output()).toBe(true);
}

/** Every process that works in, or was started with, the data directory. */
function processesOf(place: string): string[] {
  return (
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      // An nginx worker overwrites its command line and environment with its title, but has our files mapped.
      .filter((name) =>
        [commandLine(Number(name)), read(`/proc/${name}/environ`), read(`/proc/${name}/maps`)].some((text) =>
          text.includes(place),
        ),
      )
      .filter((name) => identifyProcess(Number(name)) !== undefined)
      .map((name) => `${name} ${commandLine(Number(name))}`)
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const status = async (port: number, target: string) =>
  (await fetch(`http://127.0.0.1:${port}${target}`, { redirect: "manual" }).catch(() => undefined))?.status;

describe("a start", { timeout: 300_000 }, () => {
  it("brings everything up, prints the sign-in once, and leaves nothing behind after SIGTERM", async () => {
    const first = start();
    await untilReady(first);
    expect(first.output()).toContain(`http://localhost:${ports.portal}`);
    expect(first.output()).toMatch(/Password +\S{12,} +shown this once/);
    expect(await status(ports.portal, "/")).toBeLessThan(400);
    expect(await status(ports.status, "/ready")).toBe(200);
    expect(await status(ports.gateway, "/harbour/v1/berths")).toBe(401);
    for (const secret of ["secret", "enrol-token", "admin-token", "postgres/password"]) {
      expect(statSync(path.join(directory, secret)).mode & 0o077, secret).toBe(0);
    }
    const before = processesOf(directory);
    expect(before.some((line) => line.includes("nginx"))).toBe(true);
    expect(before.some((line) => line.includes("postgres"))).toBe(true);

    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(processesOf(directory)).toEqual([]);
    expect(first.output()).toMatch(/Stopped after [\d.]+ s/);
  });

  it("takes less than 15 s the second time, builds nothing, and does not print a password again", async () => {
    const begun = Date.now();
    const second = start();
    await untilReady(second);
    expect(Date.now() - begun).toBeLessThan(15_000);
    expect(second.output()).toMatch(/Build +up to date/);
    expect(second.output()).not.toContain("Password");

    const other = start({
      GATEHOUSE_PORT: String(await findFreePort()),
      GATEHOUSE_GATEWAY_PORT: String(await findFreePort()),
      GATEHOUSE_GATEWAY_STATUS_PORT: String(await findFreePort()),
    });
    expect(await other.ended).toBe(1);
    expect(other.output()).toContain(`Gatehouse already runs from ${directory} (process ${second.child.pid})`);
  });

  it("starts a crashed portal, gateway and database again and says so; calls go on without the agent", async () => {
    const started = start();
    await untilReady(started);
    const record = () =>
      JSON.parse(readFileSync(path.join(directory, "processes.json"), "utf8")) as Record<string, { pid: number }>;
    const before = record();

    process.kill(before.gateway?.pid ?? 0, "SIGKILL");
    expect(await status(ports.gateway, "/harbour/v1/berths")).toBe(401);
    process.kill(before.portal?.pid ?? 0, "SIGKILL");
    process.kill(before.database?.pid ?? 0, "SIGKILL");

    await waitUntil(
      async () =>
        ["gateway", "portal", "database"].every(
          (name) => record()[name] !== undefined && record()[name]?.pid !== before[name]?.pid,
        ) &&
        (await status(ports.portal, "/api/v1/catalogue/apis")) !== undefined &&
        (await status(ports.status, "/ready")) === 200,
      { timeoutMs: 60_000, everyMs: 200 },
    );
    for (const name of ["gateway", "portal", "database"]) {
      expect(record()[name]?.pid, name).not.toBe(before[name]?.pid);
      expect(started.output()).toContain(`The ${name} ended by`);
    }
    expect(await status(ports.status, "/ready")).toBe(200);
  });

  it("ends what was left by one that was killed with -9, nginx too", async () => {
    const killed = start();
    await untilReady(killed);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(processesOf(directory).some((line) => line.includes("nginx"))).toBe(true);
    const next = start();
    await untilReady(next);
    expect(next.output()).toContain("Ended what an earlier start had left running");
    next.child.kill("SIGINT");
    expect(await next.ended).toBe(0);
    expect(processesOf(directory)).toEqual([]);
  });
});

describe("a start that cannot be", { timeout: 60_000 }, () => {
  it("says so in one sentence when a port is in use, before it does anything", async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(ports.gateway, "0.0.0.0", resolve));
    const started = start();
    expect(await started.ended).toBe(1);
    await new Promise((resolve) => thief.close(resolve));
    expect(started.output()).toMatch(
      new RegExp(`✗ Port ${ports.gateway}, wanted for the gateway, is in use by .*set GATEHOUSE_GATEWAY_PORT`),
    );
    expect(started.output()).not.toContain("npm packages");
    expect(started.output()).not.toMatch(/^ +at /m);
  });

  it("says so in one sentence when the database is away", async () => {
    const port = await findFreePort();
    const started = start({ DATABASE_URL: `postgresql://me:hunter2@127.0.0.1:${port}/gatehouse` });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`✗ No Postgres answers at 127.0.0.1:${port} (connection refused)`);
    expect(started.output()).not.toContain("hunter2");
    expect(processesOf(directory)).toEqual([]);
  });

  it("says so in one sentence when a setting is wrong", async () => {
    const started = start({ GATEHOUSE_PORT: "many" });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('✗ GATEHOUSE_PORT is "many": give a whole number from 1 to 65535.');
  });
});
