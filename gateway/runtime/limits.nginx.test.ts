import { connect as connectHttp2, constants } from "node:http2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LimitSnapshot, PlanSnapshot } from "../compiler/snapshot";
import { FakeUpstream } from "../testing/fake-upstream";
import { findFreePort } from "../testing/free-port";
import { makeKey } from "../testing/make-key";
import { sendLoad, type LoadResult } from "../testing/send-load";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const CONNECTIONS = 64;
/** What the clocks of two processes and a burst on its way may differ by. */
const SLACK_SECONDS = 0.25;
const key = makeKey("limits");

let upstream: FakeUpstream;
let node: TestNode;
/** How the upstream answers; when absent at once, with 200. */
let answer: ((target: string) => Promise<number>) | undefined;
let atOnce = 0;
let mostAtOnce = 0;
/** When calls came to the upstream, in milliseconds. */
let arrivals: number[] = [];

beforeEach(async () => {
  answer = undefined;
  atOnce = 0;
  mostAtOnce = 0;
  arrivals = [];
  upstream = await FakeUpstream.start((request, response) => {
    arrivals.push(performance.now());
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const end = (status: number) => {
      atOnce -= 1;
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end('{"ok":true}');
    };
    if (answer === undefined) {
      end(200);
    } else {
      void answer(request.url ?? "").then(end);
    }
  });
  upstream.keepsRequests = false;
});

afterEach(async () => {
  await node.stop();
  await upstream.stop();
});

const limit = (algorithm: LimitSnapshot["algorithm"], quota: number, more: Partial<LimitSnapshot> = {}) => ({
  id: 1,
  name: "total",
  algorithm,
  quota,
  windowSeconds: 3600,
  scope: "subscription" as const,
  ...more,
});

async function startNode(workers: number, ...limits: LimitSnapshot[]): Promise<void> {
  node = await TestNode.start({ workers });
  await node.publish(shopSnapshot([upstream.url], { limits }));
  await node.putCredentials([credentialFor(key)]);
}

async function load(calls: number, connections = CONNECTIONS): Promise<LoadResult & { readonly seconds: number }> {
  const start = performance.now();
  const result = await sendLoad({
    origin: node.url,
    path: "/shop/v1/items/1",
    headers: { "X-API-Key": key },
    calls,
    connections,
  });
  expect(result.broken).toBe(0);
  return { ...result, seconds: (performance.now() - start) / 1000 };
}

function send(
  one: string,
  path: string,
  calls: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<LoadResult> {
  return sendLoad({ origin: node.url, path, headers: { "X-API-Key": one, ...headers }, calls, connections: 8 });
}

const planOf = (id: number, limits: readonly LimitSnapshot[]): PlanSnapshot => ({
  id,
  product: "shop",
  plan: `plan-${id}`,
  limits,
  apiVersionIds: [1],
});

async function call(path = "/shop/v1/items/1", headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${node.url}${path}`, { headers: { "X-API-Key": key, ...headers } });
  await response.text();
  return response;
}

async function statuses(count: number, path?: string, headers?: Record<string, string>): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) {
    seen.push((await call(path, headers)).status);
  }
  return seen;
}

describe.each([1, 2, 4])("with %i workers under load", (workers) => {
  it.each<[string, LimitSnapshot]>([
    ["sliding log", limit("sliding-log", 900)],
    ["calendar quota", limit("calendar", 1500, { period: "month", timeZone: "Europe/Berlin" })],
    ["token bucket that hardly fills again", limit("token-bucket", 1, { windowSeconds: 31_000_000, burst: 1500 })],
  ])("a %s lets exactly what it holds reach the upstream", async (_name, one) => {
    await startNode(workers, one);
    const room = one.burst ?? one.quota;
    const { statuses: seen } = await load(4_000);
    expect(Object.fromEntries(seen)).toEqual({ 200: room, 429: 4_000 - room });
    expect(upstream.count).toBe(room);
  });

  it("a token bucket never lets more than burst + rate × time reach the upstream, and no less than fits", async () => {
    await startNode(workers, limit("token-bucket", 500, { windowSeconds: 1, burst: 300 }));
    const { seconds } = await load(6_000);
    // No slack: whatever was let through was let through between the beginning and the end of the load.
    expect(upstream.count).toBeLessThanOrEqual(300 + 500 * seconds);
    expect(upstream.count).toBeGreaterThanOrEqual(300 + 500 * (seconds - SLACK_SECONDS));
  });

  it("spike arrest never lets more than one call per spacing reach the upstream", async () => {
    await startNode(workers, limit("spike-arrest", 200, { windowSeconds: 1 }));
    const { seconds } = await load(20_000);
    expect(upstream.count).toBeLessThanOrEqual(1 + 200 * seconds);
    // A spacing goes by unused now and then, for calls do not come in time for each.
    expect(upstream.count).toBeGreaterThan((200 * seconds) / 4);
  });

  it("a leaky bucket spaces out what it lets through, and refuses what finds the queue full", async () => {
    await startNode(workers, limit("leaky-bucket", 200, { windowSeconds: 1, burst: 40 }));
    const { statuses: seen, seconds } = await load(500, 36);
    expect(Object.fromEntries(seen)).toEqual({ 200: 500 });
    expect(seconds).toBeGreaterThan(499 / 200 - 0.01);
    // Any call is as many spacings after an earlier one as calls lie between them, but for what the way to the upstream jitters.
    for (let first = 0; first + 100 < arrivals.length; first += 10) {
      expect(arrivals[first + 100]! - arrivals[first]!).toBeGreaterThan((100 / 200 - SLACK_SECONDS) * 1000);
    }
    const crowd = await load(300, 150);
    expect(crowd.statuses.get(429) ?? 0).toBeGreaterThan(0);
    expect(upstream.count).toBeLessThanOrEqual(500 + 1 + 200 * crowd.seconds);
  });

  it("windows that roll over under load never hold more than the quota, counted at the upstream", async () => {
    const quota = 120;
    const algorithms = ["fixed-window", "sliding-window", "sliding-log"] as const;
    const admitted = algorithms.map(() => 0);
    answer = (target) => {
      admitted[Number(target.split("=")[1])]! += 1;
      return Promise.resolve(200);
    };
    await startNode(workers);
    const keys = algorithms.map((algorithm) => makeKey(algorithm));
    const plans = algorithms.map((algorithm, index) =>
      planOf(index + 2, [limit(algorithm, quota, { id: index + 2, windowSeconds: 1 })]),
    );
    await node.publish({ ...shopSnapshot([upstream.url]), plans });
    await node.putCredentials(
      keys.map((one, index) =>
        credentialFor(one, { credential: index + 2, subscriptions: [{ id: index + 2, plan: index + 2 }] }),
      ),
    );
    const start = Date.now() / 1000;
    while (Date.now() / 1000 < start + 1.3) {
      await Promise.all(keys.map((one, index) => send(one, `/shop/v1/items/1?plan=${index}`, 150)));
    }
    const end = Date.now() / 1000;
    // Whole seconds that the load has touched; of the log, intervals of a second that begin between its beginning and its end.
    const touched = Math.floor(end) - Math.floor(start) + 1;
    const intervals = Math.floor(end - start) + 1;
    [touched, touched, intervals].forEach((windows, index) => {
      expect(admitted[index], algorithms[index]).toBeLessThanOrEqual(quota * windows);
      // It did roll over.
      expect(admitted[index], algorithms[index]).toBeGreaterThan(quota);
    });
  });

  it("concurrency never lets more calls at once reach the upstream, and forgets none that has ended", async () => {
    await startNode(workers, limit("concurrency", 7, { windowSeconds: 0 }));
    answer = () => new Promise((resolve) => setTimeout(() => resolve(200), 5));
    // Many, for the faster refusals are, the fewer calls come in time for a place.
    const { statuses: seen } = await load(20_000);
    expect(mostAtOnce).toBe(7);
    expect(seen.get(200)).toBeGreaterThan(100);
    expect(seen.get(429)).toBeGreaterThan(100);
    await expect.poll(() => load(100, 7).then((result) => result.statuses.get(200) ?? 0)).toBe(100);
  });
});

describe("with 4 workers under load", () => {
  it("of several limits in a plan each holds for its scope, to the call", async () => {
    await startNode(4);
    const other = makeKey("limits-other");
    await node.putCredentials([credentialFor(other, { credential: 2, subscriptions: [{ id: 2, plan: 1 }] })]);
    const scopes = [
      { scope: "subscription", room: 2 },
      { scope: "application", room: 1 },
      { scope: "operation", room: 4 },
      { scope: "header", header: "X-Tenant", room: 4 },
      { scope: "address", room: 2 },
    ] as const;
    for (const [round, { room, ...tight }] of scopes.entries()) {
      // One is tight, the others are there and have room; a third one is of calls at once.
      const limits = [
        limit("token-bucket", 1, { windowSeconds: 31_000_000, burst: 5_000, id: 100 + round, name: "loose" }),
        limit("fixed-window", 60, { ...tight, windowSeconds: 31_000_000, id: 200 + round }),
        limit("concurrency", 1_000, { windowSeconds: 0, id: 300 + round, name: "at-once" }),
        limit("sliding-log", 1_000, { id: 400 + round, name: "log" }),
        limit("calendar", 5_000, { period: "month", id: 500 + round, name: "month" }),
      ].slice(0, round % 2 === 0 ? 5 : 3);
      await node.publish(shopSnapshot([upstream.url], { limits }));
      const before = upstream.count;
      const loads = [key, other].flatMap((one) =>
        ["one", "two"].map((tenant) =>
          send(one, tenant === "one" ? "/shop/v1/items/1" : "/shop/v1/items", 90, { "X-Tenant": tenant }),
        ),
      );
      await Promise.all(loads);
      expect(upstream.count - before, tight.scope).toBe(60 * room);
    }
  });
});

describe("a caller who leaves while it waits in a leaky bucket", () => {
  it("is not sent to the upstream, and counts as client_closed long before its turn", async () => {
    const h2cPort = await findFreePort();
    node = await TestNode.start({ workers: 1, h2cPort });
    const queue = limit("leaky-bucket", 1, { windowSeconds: 15, burst: 4 });
    await node.publish(shopSnapshot([upstream.url], { limits: [queue] }));
    await node.putCredentials([credentialFor(key)]);
    const session = connectHttp2(`http://127.0.0.1:${h2cPort}`);
    expect((await call()).status).toBe(200);
    const leaving = new AbortController();
    const { signal } = leaving;
    const calls = [0, 1].map(() =>
      fetch(`${node.url}/shop/v1/items/1`, { headers: { "X-API-Key": key }, signal }).catch(() => undefined),
    );
    const stream = session.request({ ":path": "/shop/v1/items/1", "x-api-key": key }).on("error", () => undefined);
    await waitFor("all to wait", () => node.callsInFlight() === 3);
    leaving.abort();
    stream.close(constants.NGHTTP2_CANCEL);
    await Promise.all(calls);
    await expect.poll(() => node.outcomes(), { timeout: 10_000 }).toEqual({ success: 1, client_closed: 3 });
    expect(upstream.count).toBe(1);
    session.close();
  });
});

describe("what is used survives", () => {
  const YEAR = 31_000_000;
  /** Of a plan each, with how many of 40 calls fit. */
  const survivors: readonly [LimitSnapshot, number][] = [
    [limit("sliding-log", 30), 30],
    [limit("token-bucket", 1, { windowSeconds: YEAR, burst: 30 }), 30],
    [limit("calendar", 30, { period: "month" }), 30],
    [limit("fixed-window", 30, { windowSeconds: YEAR }), 30],
    [limit("sliding-window", 30, { windowSeconds: YEAR }), 30],
    [limit("spike-arrest", 1, { windowSeconds: YEAR }), 1],
    // A call is worth four minutes, and none that waits for more than one is let in.
    [limit("leaky-bucket", 4, { windowSeconds: 240, burst: 1, costs: { getItem: 4 } }), 1],
  ];
  const keys = survivors.map((_survivor, index) => makeKey(`survivor-${index}`));

  /** @returns how many calls under each plan were let through */
  async function callAll(calls: number): Promise<number[]> {
    const loads = keys.map((one) => send(one, "/shop/v1/items/1", calls));
    return (await Promise.all(loads)).map(({ statuses: seen }) => seen.get(200) ?? 0);
  }

  it("killed workers, a reload and a restart of nginx, whatever the algorithm; calls in flight survive a reload", async () => {
    node = await TestNode.start({ workers: 2 });
    const atOnceLimit = limit("concurrency", 3, { id: 50, windowSeconds: 0 });
    const plans = survivors.map(([one], index) => planOf(index + 2, [{ ...one, id: index + 2 }]));
    await node.publish({ ...shopSnapshot([upstream.url]), plans: [planOf(1, [atOnceLimit]), ...plans] });
    await node.putCredentials([
      credentialFor(key),
      ...keys.map((one, index) =>
        credentialFor(one, { credential: index + 2, subscriptions: [{ id: index + 2, plan: index + 2 }] }),
      ),
    ]);
    const rooms = survivors.map(([, room]) => room);
    const admitted = await callAll(10);
    const more = (counts: readonly number[]) => counts.forEach((count, index) => (admitted[index]! += count));
    const pids = node.workerPids();
    pids.forEach((pid) => node.killWorker(pid));
    await waitFor("other workers", () => node.workerPids().every((pid) => !pids.includes(pid)));
    more(await callAll(10));
    let release: () => void = () => undefined;
    const gate = new Promise<number>((resolve) => (release = () => resolve(200)));
    answer = () => gate;
    const held = [0, 1, 2].map(() => call());
    await waitFor("three calls to wait", () => atOnce === 3);
    const reloaded = node.workerPids();
    process.kill(node.nginxPid, "SIGHUP");
    await waitFor("workers after a reload", () => node.workerPids().every((pid) => !reloaded.includes(pid)));
    expect((await call()).status).toBe(429);
    release();
    answer = undefined;
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(async () => (await call()).status).toBe(200);
    more(await callAll(5));
    await node.stopNginx();
    await node.startNginx();
    more(await callAll(15));
    expect(admitted).toEqual(rooms);
  });
});

describe("what counts", () => {
  it("bytes: calls are let through while the bytes of those that have ended are below the quota", async () => {
    await startNode(2, limit("fixed-window", 4_000, { unit: "bytes", windowSeconds: 31_000_000 }));
    const first = await call();
    expect(first.headers.get("RateLimit-Policy")).toBe('"total";q=4000;w=31000000;qu="content-bytes"');
    expect(first.headers.get("RateLimit")).toMatch(/^"total";r=4000;t=\d+$/);
    const seen = await statuses(19);
    const [row] = node.usage().filter(({ outcome }) => outcome === "success");
    const perCall = (row!.bytesIn + row!.bytesOut) / row!.requests;
    expect(seen.filter((status) => status === 200).length + 1).toBe(Math.ceil(4_000 / perCall));
    expect(seen.at(-1)).toBe(429);
  });

  it("counts successful: what the upstream failed is given back, also when it does not answer", async () => {
    await startNode(2, limit("fixed-window", 3, { counts: "successful", windowSeconds: 31_000_000 }));
    answer = () => Promise.resolve(503);
    expect(new Set(await statuses(8))).toEqual(new Set([503]));
    answer = () => Promise.resolve(404);
    expect(await statuses(4)).toEqual([404, 404, 404, 429]);
  });

  it("costs and quotas of operations, scopes by header field, and a shadowed limit that refuses nothing", async () => {
    await startNode(
      2,
      limit("fixed-window", 10, {
        windowSeconds: 31_000_000,
        scope: "header",
        header: "X-Tenant",
        costs: { listItems: 4 },
        operationQuotas: { getItem: 2 },
      }),
      limit("sliding-log", 1, { id: 2, name: "quiet", mode: "shadow" }),
    );
    expect(await statuses(4, "/shop/v1/items", { "X-Tenant": "one" })).toEqual([200, 200, 429, 429]);
    expect(await statuses(3, "/shop/v1/items/1", { "X-Tenant": "one" })).toEqual([200, 200, 429]);
    expect(await statuses(1, "/shop/v1/items", { "X-Tenant": "two" })).toEqual([200]);
    const list = await call("/shop/v1/items", { "X-Tenant": "three" });
    expect(list.headers.get("RateLimit-Policy")).toBe('"total";q=10;w=31000000');
    expect(list.headers.get("RateLimit")).toMatch(/^"total";r=6;t=\d+$/);
    const one = await call("/shop/v1/items/1", { "X-Tenant": "three" });
    expect(one.headers.get("RateLimit-Policy")).toBe('"total";q=2;w=31000000');
    expect(one.headers.get("RateLimit")).toMatch(/^"total";r=1;t=\d+$/);
  });

  it("a subscription's own quota holds from the next call on, without a release, and keeps what was used", async () => {
    await startNode(2, limit("fixed-window", 5, { windowSeconds: 31_000_000 }));
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 429]);
    const subscription = { id: 1, plan: 1, quotas: [{ limit: 1, quota: 8 }] };
    await node.putCredentials([credentialFor(key, { subscriptions: [subscription] })]);
    const more = await call();
    expect(more.headers.get("RateLimit-Policy")).toBe('"total";q=8;w=31000000');
    expect([more.status, ...(await statuses(3))]).toEqual([200, 200, 200, 429]);
    await node.putCredentials([credentialFor(key)]);
    expect((await call()).status).toBe(429);
  });

  it("names the limits that said no, and Retry-After is never before t", async () => {
    await startNode(
      1,
      limit("token-bucket", 1, { windowSeconds: 60, burst: 1, name: "burst" }),
      limit("sliding-log", 1, { id: 2, name: "log", windowSeconds: 600 }),
    );
    await call();
    const refused = await fetch(`${node.url}/shop/v1/items/1`, { headers: { "X-API-Key": key } });
    const body = (await refused.json()) as { "violated-policies": string[] };
    expect(body["violated-policies"]).toEqual(["burst", "log"]);
    const times = [...(refused.headers.get("RateLimit") ?? "").matchAll(/t=(\d+)/g)].map(([, text]) => Number(text));
    expect(Number(refused.headers.get("Retry-After"))).toBe(Math.max(...times));
  });
});
