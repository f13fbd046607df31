import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectOrExplain } from "./lib/database.mjs";
import { inRoot } from "./lib/paths.mjs";
import { findFreePort } from "./lib/ports.mjs";
import { commandLine, identifyProcess, waitUntil } from "./lib/processes.mjs";

const READY = "Ctrl-C stops everything";

let directory: string;
let ports: { portal: number; gateway: number; status: number };
/** How long this machine took for a first start, whose packages and builds were there. */
let firstStartMs = 0;
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

/** To the embedded Postgres of a start that runs. */
async function connect(place: string) {
  const kept = (name: string) => readFileSync(path.join(place, "postgres", name), "utf8").trim();
  return connectOrExplain(`postgresql://gatehouse:${kept("password")}@127.0.0.1:${kept("port")}/gatehouse`);
}

async function countRows(client: Awaited<ReturnType<typeof connect>>, rows: string): Promise<number> {
  const result = await client.query<{ count: string }>(`SELECT count(*) FROM ${rows}`);
  return Number(result.rows[0]?.count);
}

/** As the form of the sign-in page does. @returns whose session it is then */
async function signIn(email: string, password: string): Promise<string | undefined> {
  const portal = `http://localhost:${ports.portal}`;
  const jar = new Map<string, string>();
  const call = async (target: string, body?: Record<string, string>) => {
    const response = await fetch(portal + target, {
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      redirect: "manual",
      ...(body !== undefined && { method: "POST", body: new URLSearchParams(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return response;
  };
  const { csrfToken } = (await (await call("/api/auth/csrf")).json()) as { csrfToken: string };
  await call("/api/auth/callback/credentials", { csrfToken, email, password });
  const session = (await (await call("/api/auth/session")).json()) as { user?: { email?: string } };
  return session.user?.email;
}

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
    const begun = Date.now();
    const first = start();
    await untilReady(first);
    firstStartMs = Date.now() - begun;
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
    // Where a machine is too busy for that: less than the first, which made the database and the demonstration besides.
    expect(Date.now() - begun).toBeLessThan(Math.max(15_000, firstStartMs));
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
    // 0 would be this process with all that belongs to it.
    const pidOf = (name: string) => before[name]?.pid ?? expect.fail(`there is no ${name}`);

    process.kill(pidOf("gateway"), "SIGKILL");
    expect(await status(ports.gateway, "/harbour/v1/berths")).toBe(401);
    process.kill(pidOf("portal"), "SIGKILL");
    process.kill(pidOf("database"), "SIGKILL");

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

describe("a first start that is cut off", { timeout: 300_000 }, () => {
  let place: string;

  beforeAll(() => {
    place = mkdtempSync(path.join(tmpdir(), "gatehouse-cut-"));
  });

  afterAll(() => {
    rmSync(place, { recursive: true, force: true });
  });

  it("while it creates the demonstration, leaves the next one to create it whole and to tell the password", async () => {
    const cut = start({ GATEHOUSE_DATA_DIR: place });
    await waitUntil(() => /✓ Database/.test(cut.output()) || cut.child.exitCode !== null, { timeoutMs: 240_000 });
    const client = await connect(place);
    await waitUntil(async () => (await countRows(client, "api")) > 0, { timeoutMs: 60_000, everyMs: 2 });
    cut.child.kill("SIGTERM");
    await cut.ended;
    await client.end();
    expect(cut.output()).not.toContain("Password");

    const next = start({ GATEHOUSE_DATA_DIR: place });
    await untilReady(next);
    expect(next.output()).toContain("demonstration created");
    const password = /Password +(\S{12,}) +shown this once/.exec(next.output())?.[1] ?? "";
    expect(await signIn("admin@gatehouse.local", password)).toBe("admin@gatehouse.local");
    expect(await status(ports.gateway, "/harbour/v1/berths")).toBe(401);
    const whole = await connect(place);
    for (const [rows, count] of [
      ["api", 1],
      ["product", 1],
      ["plan", 3],
      ["subscription WHERE state = 'active'", 1],
    ] as const) {
      expect(await countRows(whole, rows), rows).toBe(count);
    }
    await whole.end();
  });

  /** A command for a Gatehouse that runs. @returns what it says */
  async function run(file: string, ...parameters: string[]): Promise<string> {
    const child = spawn(process.execPath, [inRoot("scripts", file), ...parameters], {
      env: { ...process.env, GATEHOUSE_PORT: String(ports.portal), GATEHOUSE_DATA_DIR: place },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    return text;
  }

  it("does not tell the password again, lets another admin be made, and stops the sample service with the demonstration", async () => {
    const started = start({ GATEHOUSE_DATA_DIR: place });
    await untilReady(started);
    expect(started.output()).not.toContain("Password");
    const told = await run("admin.mjs", "ada@example.com");
    expect(await signIn("ada@example.com", /Password +(\S+)/.exec(told)?.[1] ?? "")).toBe("ada@example.com");

    const sample = Number(readFileSync(path.join(place, "sample-port"), "utf8"));
    expect(await status(sample, "/berths")).toBe(200);

    expect(await run("demo.mjs", "remove")).toContain("The demonstration workspace is removed.");
    await waitUntil(() => started.output().includes("its sample service stopped"), { timeoutMs: 20_000 });
    expect(await status(sample, "/berths")).toBeUndefined();
    expect(started.output()).not.toContain("starts again");
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
