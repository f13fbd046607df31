import type { ServerResponse } from "node:http";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { UpstreamSettingsInput } from "../../compiler/upstream-settings";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { waitFor } from "../../testing/wait-for";

/** Who is in a canary while its share changes, and what becomes of one that was halted. */
const SUBSCRIBERS = 30;
const keys = Array.from({ length: SUBSCRIBERS }, (_unused, index) => makeKey(`canary-${index}`));
const [key = ""] = keys;
let node: TestNode;
let main: FakeUpstream;
let canary: FakeUpstream;
let canaryStatus = 200;
let answer = (response: ServerResponse): unknown => response.writeHead(canaryStatus).end("{}");

beforeAll(async () => {
  node = await TestNode.start({ workers: 2 });
  await node.putCredentials(
    keys.map((own, index) =>
      credentialFor(own, { credential: index + 1, subscriptions: [{ id: index + 1, plan: 1 }] }),
    ),
  );
  main = await FakeUpstream.start();
  canary = await FakeUpstream.start((_request, response) => {
    answer(response);
  });
});

afterAll(async () => {
  await node.stop();
  await Promise.all([main.stop(), canary.stop()]);
});

type CanarySetting = NonNullable<NonNullable<UpstreamSettingsInput["split"]>["canary"]>;

const publish = (setting: Omit<CanarySetting, "pool">) =>
  node.publish(
    upstreamSnapshot([main.url, { url: canary.url, pool: "canary" }], {
      split: { canary: { pool: "canary", ...setting } },
    }),
  );

/** One call per caller, ten at a time. @returns the callers that the canary got */
async function whoIsIn(callers: readonly Record<string, string>[]): Promise<Set<number>> {
  const inside = new Set<number>();
  canary.seen.splice(0);
  for (let start = 0; start < callers.length; start += 10) {
    const some = callers.slice(start, start + 10).map((caller, index) => {
      const headers = { "X-API-Key": key, "X-Caller": String(start + index), ...caller };
      return fetch(`${node.url}/shop/v1/items`, { headers }).then((response) => response.text());
    });
    await Promise.all(some);
  }
  canary.seen.forEach(({ headers }) => inside.add(Number(headers["x-caller"])));
  return inside;
}

const missing = (from: ReadonlySet<number>, those: ReadonlySet<number>) => [...those].filter((one) => !from.has(one));

describe("who sticks to a canary", () => {
  const users = Array.from({ length: 150 }, (_unused, index) => ({ "X-User": `user-${index}` }));
  const byUser = { from: "header", name: "X-User" } as const;
  const subscribers = keys.map((own) => ({ "X-API-Key": own }));

  it("by a header stays in while the share grows, and leaves in the order of coming while it shrinks", async () => {
    await publish({ percent: 10, stickyBy: byUser });
    const few = await whoIsIn(users);
    expect(few.size).toBeGreaterThan(4);
    expect(few.size).toBeLessThan(35);
    expect(await whoIsIn(users)).toEqual(few);
    await publish({ percent: 30, stickyBy: byUser });
    const more = await whoIsIn(users);
    expect(more.size).toBeGreaterThan(few.size);
    expect(missing(more, few)).toEqual([]);
    // Nor does anyone leave when only what would halt the canary changes.
    await publish({ percent: 30, stickyBy: byUser, halt: { errorSharePercent: 90, minimumRequests: 1_000 } });
    expect(await whoIsIn(users)).toEqual(more);
    await publish({ percent: 60, stickyBy: byUser });
    expect(missing(await whoIsIn(users), more)).toEqual([]);
    await publish({ percent: 10, stickyBy: byUser });
    expect(await whoIsIn(users)).toEqual(few);
  });

  it("by subscription stays in while the share grows", async () => {
    await publish({ percent: 20, stickyBy: { from: "subscription" } });
    const few = await whoIsIn(subscribers);
    expect(few.size).toBeGreaterThan(0);
    expect(await whoIsIn(subscribers)).toEqual(few);
    await publish({ percent: 60, stickyBy: { from: "subscription" } });
    const more = await whoIsIn(subscribers);
    expect(more.size).toBeGreaterThan(few.size);
    expect(missing(more, few)).toEqual([]);
  });
});

describe("a canary that would be halted for being slow", () => {
  const halt = { p95Ms: 400, minimumRequests: 10 };
  const path = "/shop/v1/items";
  const inCanary = async (callers: number) => (await whoIsIn(Array.from({ length: callers }, () => ({})))).size;

  afterEach(() => {
    answer = (response) => response.writeHead(canaryStatus).end("{}");
  });

  it("is not when answers go on for long that began in time, or clients take them slowly", async () => {
    await publish({ percent: 100, halt });
    answer = (response) => {
      response.writeHead(200).write("{");
      setTimeout(() => response.end("}"), 600);
    };
    expect(await inCanary(20)).toBe(20);
    answer = (response) => response.writeHead(200).end("x".repeat(8_000_000));
    const slow = Array.from({ length: 12 }, async () => {
      const response = await fetch(`${node.url}${path}`, { headers: { "X-API-Key": key } });
      await setTimeoutPromise(800);
      expect((await response.text()).length).toBe(8_000_000);
    });
    await Promise.all(slow);
    answer = (response) => response.writeHead(200).end("{}");
    expect(await inCanary(20)).toBe(20);
  });

  it("is when answers begin too late", async () => {
    await publish({ percent: 100, halt: { ...halt, minimumRequests: 11 } });
    answer = (response) => setTimeout(() => response.writeHead(200).end("{}"), 600);
    await inCanary(20);
    expect(await inCanary(20)).toBe(0);
  });
});

describe("a canary that was halted", () => {
  const halt = { errorSharePercent: 20, minimumRequests: 10 };
  const anyone = Array.from({ length: 60 }, () => ({}));
  const countIn = async () => (await whoIsIn(anyone)).size;

  beforeAll(async () => {
    canaryStatus = 500;
    await publish({ percent: 50, halt });
    await countIn();
    canaryStatus = 200;
  });

  it("stays halted on a worker that replaces a killed one", async () => {
    const pids = node.workerPids();
    pids.forEach((pid) => node.killWorker(pid));
    await waitFor("new workers", () => node.workerPids().every((pid) => pid !== 0 && !pids.includes(pid)));
    expect(await countIn()).toBe(0);
  });

  it("stays halted over a reload", async () => {
    const pids = node.workerPids();
    process.kill(node.nginxPid, "SIGHUP");
    await waitFor("new workers", () => node.workerPids().every((pid) => !pids.includes(pid)));
    expect(await countIn()).toBe(0);
  });

  it("stays halted when nginx is started anew, and when a release changes something else", async () => {
    await node.stopNginx();
    await node.startNginx();
    expect(await countIn()).toBe(0);
    await publish({ percent: 50, halt });
    expect(await countIn()).toBe(0);
  });

  it("gets calls again when a release changes its share or what halts it", async () => {
    await publish({ percent: 60, halt });
    expect(await countIn()).toBeGreaterThan(10);
    // What halted is that very canary: it still is.
    await publish({ percent: 50, halt });
    expect(await countIn()).toBe(0);
    await publish({ percent: 50, halt: { ...halt, minimumRequests: 11 } });
    expect(await countIn()).toBeGreaterThan(10);
  });

  it("gets calls again when no release has named it for long", async () => {
    await publish({ percent: 50, halt });
    expect(await countIn()).toBe(0);
    await publish({ percent: 0 });
    // As the agent does after two minutes.
    node.targets.read().forEach(({ place }) => node.targets.setRetired(place, true));
    await publish({ percent: 50, halt });
    expect(await countIn()).toBeGreaterThan(10);
  });
});
