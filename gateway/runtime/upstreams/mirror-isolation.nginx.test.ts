import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { Pool } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LimitSnapshot } from "../../compiler/snapshot";
import type { UpstreamSettingsInput } from "../../compiler/upstream-settings";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { allCopiesCounted, mirrorResults, sumOf, type MirrorResults } from "../../testing/mirror-results";
import { RudeUpstream } from "../../testing/rude-upstream";
import { sendLoad } from "../../testing/send-load";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { waitFor } from "../../testing/wait-for";

const key = makeKey("isolation");
const WORKERS = 2;
let node: TestNode;
let main: FakeUpstream;
let before: MirrorResults;
let successesBefore: number;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  node = await TestNode.start({ workers: WORKERS });
  await node.putCredentials([credentialFor(key)]);
  main = await FakeUpstream.start();
  main.keepsRequests = false;
});

beforeEach(() => {
  before = mirrorResults(node);
  successesBefore = node.outcomes()["success"] ?? 0;
  main.count = 0;
});

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

afterAll(async () => {
  await node.stop();
  await main.stop();
});

type MirrorInput = Partial<NonNullable<UpstreamSettingsInput["mirror"]>>;

function publish(
  url: string | undefined,
  mirror: MirrorInput = {},
  settings: UpstreamSettingsInput = {},
  limits: readonly LimitSnapshot[] = [],
): Promise<number> {
  const targets = [main.url, ...(url === undefined ? [] : [{ url, pool: "shadow" }])];
  const own = url === undefined ? {} : { mirror: { pool: "shadow", percent: 100, ...mirror } };
  const snapshot = upstreamSnapshot(targets, { ...settings, ...own });
  return node.publish({ ...snapshot, plans: snapshot.plans.map((plan) => ({ ...plan, limits })) });
}

const load = (calls: number, connections = 8) =>
  sendLoad({ origin: node.url, path: "/shop/v1/items", headers: { "X-API-Key": key }, calls, connections });

/** Milliseconds of each of so many calls, one after the other on one connection. */
async function time(calls: number): Promise<number[]> {
  const pool = new Pool(node.url, { connections: 1, pipelining: 1 });
  const times: number[] = [];
  for (let made = 0; made < calls; made += 1) {
    const start = performance.now();
    const { body, statusCode } = await pool.request({
      method: "GET",
      path: "/shop/v1/items",
      headers: { "X-API-Key": key },
    });
    await body.dump();
    times.push(performance.now() - start);
    expect(statusCode).toBe(200);
  }
  await pool.close();
  return times;
}

/** Far below what a mirror holds a copy for, far above what a busy machine adds. */
const UNNOTICED_MS = 100;

/** What nine calls of ten are within. */
const mostOf = (times: readonly number[]) =>
  [...times].sort((one, other) => one - other)[Math.floor(times.length * 0.9)]!;

async function rude(behave: (socket: Socket) => void): Promise<string> {
  const server = await RudeUpstream.start(behave);
  stops.push(() => server.stop());
  return server.url;
}

async function polite(...handler: Parameters<typeof FakeUpstream.start>): Promise<FakeUpstream> {
  const upstream = await FakeUpstream.start(...handler);
  upstream.keepsRequests = false;
  stops.push(() => upstream.stop());
  return upstream;
}

const OK_HEAD = "HTTP/1.1 200 OK\r\n";

/** What a mirror may do to whoever speaks to it, and what its copies are counted as. */
const MIRRORS: readonly [string, "mirrored" | "failed", () => Promise<string>][] = [
  ["hangs", "failed", () => rude(() => undefined)],
  ["refuses connections", "failed", async () => `http://127.0.0.1:${await findFreePort()}`],
  ["closes at once", "failed", () => rude((socket) => socket.destroy())],
  ["speaks no HTTP", "failed", () => rude((socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n"))],
  ["sends its head drop by drop", "failed", () => rude((socket) => void drip(socket))],
  ["sends a head without an end", "failed", () => rude((socket) => pour(socket, `${OK_HEAD}X: `))],
  [
    "sends a body without an end",
    "mirrored",
    () => rude((socket) => pour(socket, `${OK_HEAD}Content-Length: 9999999999\r\n\r\n`)),
  ],
  [
    "sends chunks that are none",
    "mirrored",
    () =>
      rude((socket) => socket.on("data", () => socket.write(`${OK_HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`))),
  ],
  [
    "answers 500",
    "mirrored",
    async () => (await polite((_request, response) => response.writeHead(500).end("no"))).url,
  ],
  [
    "answers late",
    "mirrored",
    async () => (await polite((_request, response) => void setTimeout(() => response.end("late"), 300))).url,
  ],
];

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("H"), 20);
  socket.on("close", () => clearInterval(timer));
}

function pour(socket: Socket, head: string): void {
  socket.write(head);
  const more = () => {
    while (!socket.destroyed && socket.write("x".repeat(10_000))) {
      // As fast as it is taken.
    }
  };
  socket.on("drain", more);
  more();
}

describe("callers feel nothing of a mirror that", () => {
  it.each(MIRRORS)(
    "%s: every call is answered as before, as soon, and counted once; the copies are counted as %s",
    async (_name, result, start) => {
      await publish(undefined);
      await time(50);
      const without = mostOf(await time(100));
      await publish(await start(), { timeoutMs: 1_000, maxConcurrent: 256 });
      const times = await time(100);
      expect(mostOf(times)).toBeLessThan(without + UNNOTICED_MS);
      const { broken, statuses } = await load(100);
      expect([broken, [...statuses]]).toEqual([0, [[200, 100]]]);
      const counted = await allCopiesCounted(node, before);
      expect(counted).toEqual({ mirrored: 0, failed: 0, skipped: 0, dropped: 0, [result]: 200 });
      await expect.poll(() => (node.outcomes()["success"] ?? 0) - successesBefore).toBe(350);
      expect(main.count).toBe(350);
    },
  );
});

describe("a mirror that fails", () => {
  it("opens no circuit, uses up no limit, and is no usage", async () => {
    const limit: LimitSnapshot = {
      id: 1,
      name: "ten",
      algorithm: "fixed-window",
      quota: 10,
      windowSeconds: 3600,
      scope: "subscription",
    };
    const rows = () => node.usage().reduce((sum, { requests }) => sum + requests, 0);
    const countedBefore = rows();
    await publish(
      `http://127.0.0.1:${await findFreePort()}`,
      {},
      { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } },
      [limit],
    );
    const { statuses } = await load(12, 1);
    expect(statuses).toEqual(
      new Map([
        [200, 10],
        [429, 2],
      ]),
    );
    expect(await allCopiesCounted(node, before)).toMatchObject({ failed: 10, mirrored: 0 });
    expect(node.targets.read().map(({ gate, trips }) => [gate, trips])).not.toContainEqual([1, 1]);
    expect(rows() - countedBefore).toBe(12);
  });

  it("says why in nginx's log, once a minute and not once a call", () => {
    const lines = node
      .nginxLog()
      .split("\n")
      .filter((line) => line.includes("mirror of upstream 1"));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(WORKERS * 2);
    // nginx itself has a line for each connection that is reset, as with upstreams.
    const others = node
      .nginxLog()
      .split("\n")
      .filter((line) => /\[(error|alert|crit)\]/.test(line) && !line.includes("recv() failed"));
    expect(others).toEqual([]);
  });
});

describe("copies at once", () => {
  it("are bounded by the cap of each worker: those beyond are dropped and counted, and the cap outlives a release", async () => {
    let open = 0;
    let most = 0;
    const url = await rude((socket) => {
      open += 1;
      most = Math.max(most, open);
      socket.resume();
      socket.on("close", () => (open -= 1));
    });
    await publish(url, { timeoutMs: 1_500, maxConcurrent: 5 });
    await load(60);
    await publish(url, { timeoutMs: 1_500, maxConcurrent: 5 });
    await load(60);
    await waitFor("the copies to be given up", () => open === 0);
    const counted = await allCopiesCounted(node, before);
    expect(most).toBeLessThanOrEqual(WORKERS * 5);
    expect(sumOf(counted)).toBe(120);
    expect(counted.dropped).toBeGreaterThanOrEqual(120 - WORKERS * 5);
    expect(counted.failed).toBeGreaterThanOrEqual(5);
  });

  it("stay bounded under load, with every call answered, and every copy counted once", async () => {
    let open = 0;
    let most = 0;
    const slow = await polite((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end("late");
      }, 50);
    });
    await publish(slow.url, { maxConcurrent: 50 });
    const { broken, statuses } = await load(5_000, 64);
    expect([broken, statuses.get(200)]).toEqual([0, 5_000]);
    const counted = await allCopiesCounted(node, before);
    expect(most).toBeLessThanOrEqual(WORKERS * 50);
    expect(counted).toMatchObject({ mirrored: slow.count, failed: 0, skipped: 0 });
    expect(sumOf(counted)).toBe(5_000);
    expect(counted.dropped).toBeGreaterThan(0);
  });
});

describe("the next call of a keep-alive connection", () => {
  it("does not wait for the copy of the one before", async () => {
    const timeoutMs = 3_000;
    await publish(await rude(() => undefined), { timeoutMs });
    const socket = connect(node.settings.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (part) => (answer += part.toString("latin1")));
    const request = `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n\r\n`;
    const start = performance.now();
    // At once, so that nginx has the next in its buffer when the first ends.
    socket.write(request.repeat(5));
    await waitFor("five answers", () => answer.split("200 OK").length === 6);
    expect(performance.now() - start).toBeLessThan(timeoutMs);
    socket.destroy();
    await waitFor("the copies to be given up", () => mirrorResults(node, before).failed === 5);
  });
});

describe("workers that come and go", () => {
  it("a reload under load: every call is answered, every copy counted once, and the counts go on", async () => {
    const slow = await polite((_request, response) => void setTimeout(() => response.end("late"), 20));
    await publish(slow.url, { maxConcurrent: 256 });
    const old = node.workerPids();
    let isReloaded = false;
    const { broken, statuses } = await sendLoad({
      origin: node.url,
      path: "/shop/v1/items",
      headers: { "X-API-Key": key },
      calls: 2_000,
      connections: 16,
      onCall: (number) => {
        if (number === 500 && !isReloaded) {
          isReloaded = true;
          process.kill(node.nginxPid, "SIGHUP");
        }
      },
    });
    expect(statuses.get(200)).toBe(2_000);
    await waitFor("workers after a reload", () => node.workerPids().every((pid) => !old.includes(pid)));
    const counted = await allCopiesCounted(node, before);
    // A call that broke at the reload may have been answered by the upstream, and was made again.
    expect(sumOf(counted)).toBeGreaterThanOrEqual(2_000);
    expect(sumOf(counted)).toBeLessThanOrEqual(2_000 + broken);
    expect(counted).toMatchObject({ failed: 0, skipped: 0 });
  });

  it("a killed worker takes along the copies it was sending, and none that were counted", async () => {
    const quick = await polite();
    await publish(quick.url);
    await load(100);
    await expect.poll(() => mirrorResults(node, before).mirrored).toBe(100);
    for (const pid of node.workerPids()) {
      node.killWorker(pid);
    }
    await waitFor("successors", async () => (await load(1)).statuses.get(200) === 1);
    await expect.poll(() => mirrorResults(node, before).mirrored).toBeGreaterThan(100);
  });
});
