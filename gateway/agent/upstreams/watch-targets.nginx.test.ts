import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile";
import type { Snapshot } from "../../compiler/snapshot";
import type { Chunk } from "../../contract/bundle";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { RudeUpstream } from "../../testing/rude-upstream";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { Problems } from "../problems";
import { TargetWatch, type WatchedUpstream } from "./watch-targets";

const key = makeKey("health");
const FAST = { intervalSeconds: 0.1, timeoutSeconds: 0.3, unhealthyAfter: 2, healthyAfter: 2 };
let node: TestNode;
let problems: Problems;
let watch: TargetWatch;
let watched: WatchedUpstream[] = [];
let turning: NodeJS.Timeout;

beforeAll(async () => {
  node = await TestNode.start();
  await node.putCredentials([credentialFor(key)]);
  problems = new Problems();
  watch = new TargetWatch(node.targets, problems, pino({ level: "silent" }), "");
  turning = setInterval(() => watch.turn(watched, { localhost: ["127.0.0.1"] }), 20);
});

afterAll(async () => {
  clearInterval(turning);
  await node.stop();
});

async function publish(snapshot: Snapshot): Promise<void> {
  await node.publish(snapshot);
  const result = compile(snapshot);
  const chunks = result.ok ? result.chunks.map(({ text }) => JSON.parse(text) as Chunk) : [];
  watched = chunks.flatMap((chunk) =>
    chunk.kind === "upstreams" ? chunk.upstreams.map((upstream) => ({ label: "shop/v1", upstream })) : [],
  );
}

const call = () => fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key } });
const statusOf = async () => (await call()).status;
const isOut = (url: string) => watch.targets.some((target) => target.target === url && target.isOut);

describe("health checks", () => {
  it("take out a target that fails them, without a reload or a failed call, and bring it back", async () => {
    let health = 200;
    const sick = await FakeUpstream.start((request, response) => {
      response.writeHead(request.url === "/health" ? health : 200).end();
    });
    const well = await FakeUpstream.start();
    await publish(upstreamSnapshot([sick.url, well.url], { healthCheck: { ...FAST, path: "/health" } }));
    const pids = node.workerPids();
    health = 500;
    await expect.poll(() => isOut(sick.url)).toBe(true);
    expect(problems.list()).toEqual([
      expect.objectContaining({
        code: "upstream_target_out",
        message: expect.stringContaining("health check: it answered 500") as string,
      }),
    ]);
    const served = () => sick.seen.filter(({ url }) => url !== "/health").length;
    // The word reaches the workers with the turn after the one that reports it.
    await expect
      .poll(async () => {
        const before = served();
        await Promise.all(Array.from({ length: 20 }, call));
        return served() - before;
      })
      .toBe(0);
    health = 200;
    await expect.poll(() => isOut(sick.url)).toBe(false);
    await expect
      .poll(async () => {
        const before = served();
        await Promise.all(Array.from({ length: 20 }, call));
        return served() - before;
      })
      .toBeGreaterThan(5);
    expect(problems.list()).toEqual([]);
    expect(node.workerPids()).toEqual(pids);
    await Promise.all([sick.stop(), well.stop()]);
  });

  it("refuse with 503 while every target is down, and find out by a connection alone when told to", async () => {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    await publish(upstreamSnapshot([url], { healthCheck: { ...FAST, kind: "tcp" } }));
    await expect.poll(() => isOut(url)).toBe(true);
    await expect.poll(statusOf).toBe(503);
    const back = await RudeUpstream.start(
      (socket) => socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
      port,
    );
    await expect.poll(statusOf).toBe(200);
    await back.stop();
  });

  it("go on with what they know when nginx starts anew", async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    await publish(upstreamSnapshot([url], { healthCheck: { ...FAST, kind: "tcp" } }));
    await expect.poll(() => isOut(url)).toBe(true);
    await node.stopNginx();
    await node.startNginx();
    await expect.poll(statusOf, { timeout: 5_000 }).toBe(503);
  });
});

describe("what people are told", () => {
  it("names the target whose circuit is open, and why", async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    await publish(upstreamSnapshot([url], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } }));
    expect(await statusOf()).toBe(502);
    await expect.poll(() => isOut(url)).toBe(true);
    expect(watch.targets).toEqual([
      expect.objectContaining({ target: url, isOut: true, reason: "circuit open: unreachable", trips: 1 }),
    ]);
    expect(problems.list()[0]?.message).toContain(`shop/v1 ${url}`);
  });

  it("names the canary that the node has halted, and why, until a release changes it", async () => {
    const main = await FakeUpstream.start();
    const failing = await FakeUpstream.start((_request, response) => response.writeHead(500).end());
    const publishShare = (percent: number) =>
      publish(
        upstreamSnapshot([main.url, { url: failing.url, pool: "next" }], {
          split: { canary: { pool: "next", percent, halt: { errorSharePercent: 50, minimumRequests: 5 } } },
        }),
      );
    await publishShare(100);
    while (failing.count < 5) {
      await call();
    }
    const halted = {
      code: "canary_halted",
      message: "canaries that this node has halted: shop/v1 pool next (errors)",
    };
    await expect.poll(() => problems.list()).toEqual([expect.objectContaining(halted)]);
    expect(await statusOf()).toBe(200);
    await node.stopNginx();
    await node.startNginx();
    expect(await statusOf()).toBe(200);
    expect(problems.list()).toEqual([expect.objectContaining(halted)]);
    await publishShare(99);
    await expect.poll(() => problems.list()).toEqual([]);
    await Promise.all([main.stop(), failing.stop()]);
  });
});
