import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LimitAlgorithm, LimitScope } from "../contract/bundle";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { sendLoad } from "../testing/send-load";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const CALLS = 20_000;
const CONNECTIONS = 64;
const QUOTA = 7_000;
/** So long that a run does not meet the end of a window, but once in a thousand years of runs. */
const WINDOW_SECONDS = 10_000_000_000;
const key = makeKey("exact");

let upstream: FakeUpstream;
let node: TestNode;

beforeEach(async () => {
  upstream = await FakeUpstream.start();
  upstream.keepsRequests = false;
});

afterEach(async () => {
  await node.stop();
  await upstream.stop();
});

async function startNode(
  workers: number,
  algorithm: LimitAlgorithm,
  scope: LimitScope = "subscription",
): Promise<void> {
  node = await TestNode.start({ workers });
  const limit = { id: 1, name: "total", algorithm, quota: QUOTA, windowSeconds: WINDOW_SECONDS, scope };
  await node.publish(shopSnapshot([upstream.url], { limits: [limit] }));
  await node.putCredentials([credentialFor(key)]);
}

function counted(): number {
  return Object.values(node.outcomes()).reduce((sum, count) => sum + count, 0);
}

describe(`${CALLS} calls over ${CONNECTIONS} connections against a limit of ${QUOTA}`, () => {
  it.each<[number, LimitAlgorithm]>([
    [1, "fixed-window"],
    [2, "fixed-window"],
    [4, "fixed-window"],
    [1, "sliding-window"],
    [2, "sliding-window"],
    [4, "sliding-window"],
  ])(
    "with %i workers and a %s: the upstream sees the quota to the request, and usage adds up",
    async (workers, algorithm) => {
      await startNode(workers, algorithm);
      const load = await sendLoad({
        origin: node.url,
        path: "/shop/v1/items/1",
        headers: { "X-API-Key": key },
        calls: CALLS,
        connections: CONNECTIONS,
      });
      expect(load.broken).toBe(0);
      expect(Object.fromEntries(load.statuses)).toEqual({ 200: QUOTA, 429: CALLS - QUOTA });
      expect(upstream.count).toBe(QUOTA);
      await expect.poll(counted).toBe(CALLS);
      expect(node.outcomes()).toEqual({ success: QUOTA, rate_limited: CALLS - QUOTA });
    },
  );

  it("with a worker killed while its calls wait for the upstream: usage is 20,000 to the call, and those it broke", async () => {
    await upstream.stop();
    const held: ServerResponse[] = [];
    let isHolding = false;
    const answer = (response: ServerResponse) => response.writeHead(200).end('{"ok":true}');
    upstream = await FakeUpstream.start((_request, response) => {
      if (isHolding) {
        held.push(response);
      } else {
        answer(response);
      }
    });
    upstream.keepsRequests = false;
    await startNode(2, "sliding-window");
    const load = sendLoad({
      origin: node.url,
      path: "/shop/v1/items/1",
      headers: { "X-API-Key": key },
      calls: CALLS,
      connections: CONNECTIONS,
      onCall: (number) => {
        isHolding ||= number === 3_000;
      },
    });
    await waitFor("every connection to wait for the upstream", () => held.length === CONNECTIONS);
    node.killWorker();
    // The callers of what broke try again, and find the upstream still busy: nothing else goes on until the worker is gone.
    await waitFor("the callers of the dead worker to wait again", () => held.length > CONNECTIONS);
    isHolding = false;
    held.forEach(answer);
    const { broken, statuses } = await load;
    expect(broken).toBeGreaterThan(0);
    expect(Object.fromEntries(statuses)).toEqual({ 200: QUOTA - broken, 429: CALLS - QUOTA + broken });
    expect(upstream.count).toBe(QUOTA);
    await expect.poll(counted).toBe(CALLS);
    await node.countInterruptedCalls();
    expect(node.outcomes()).toEqual({
      success: QUOTA - broken,
      rate_limited: CALLS - QUOTA + broken,
      interrupted: broken,
    });
  });

  it("with workers killed in the middle: never above the quota, and every call that was begun is counted once", async () => {
    await startNode(2, "sliding-window");
    const killed: number[] = [];
    const load = await sendLoad({
      origin: node.url,
      path: "/shop/v1/items/1",
      headers: { "X-API-Key": key },
      calls: CALLS,
      connections: CONNECTIONS,
      onCall: (number) => {
        if ([3_000, 5_000, 12_000].includes(number)) {
          const victim = node.workerPids()[killed.length % 2] ?? 0;
          node.killWorker(victim);
          killed.push(victim);
        }
      },
    });
    expect(new Set(killed).size).toBe(3);
    const answered = load.statuses.get(200) ?? 0;
    expect(answered).toBeLessThanOrEqual(QUOTA);
    expect(upstream.count).toBeLessThanOrEqual(QUOTA);
    // Calls that were charged when the worker died are the only ones that may be missing.
    expect(upstream.count).toBeGreaterThanOrEqual(QUOTA - load.broken);
    expect(answered + (load.statuses.get(429) ?? 0)).toBe(CALLS);
    // Until the last answers are logged; then the agent's part, for the workers that could not do theirs.
    await expect.poll(counted).toBeGreaterThanOrEqual(CALLS - killed.length);
    await node.countInterruptedCalls();
    await expect.poll(counted).toBeGreaterThanOrEqual(CALLS);
    const { interrupted = 0, success = 0 } = node.outcomes();
    // All that were answered, and of each dying worker at most the one whose answer it was just handing over.
    expect(counted() - interrupted).toBeGreaterThanOrEqual(CALLS);
    expect(counted() - interrupted).toBeLessThanOrEqual(CALLS + killed.length);
    // What was begun and not answered is counted too: whatever reached the upstream, and nothing that was never sent.
    expect(interrupted).toBeLessThanOrEqual(load.broken);
    expect(success + interrupted).toBeGreaterThanOrEqual(upstream.count);
    expect(counted()).toBeLessThanOrEqual(CALLS + load.broken);
    // Nobody counts them again.
    const once = counted();
    await node.countInterruptedCalls();
    expect(counted()).toBe(once);
  });

  it("goes on from where it was after nginx was stopped and started again", async () => {
    await startNode(2, "fixed-window");
    const headers = { "X-API-Key": key };
    const path = "/shop/v1/items/1";
    await sendLoad({ origin: node.url, path, headers, calls: 5_000, connections: CONNECTIONS });
    await node.stopNginx();
    await node.startNginx();
    const load = await sendLoad({ origin: node.url, path, headers, calls: 5_000, connections: CONNECTIONS });
    expect(Object.fromEntries(load.statuses)).toEqual({ 200: QUOTA - 5_000, 429: 10_000 - QUOTA });
    expect(upstream.count).toBe(QUOTA);
    await expect.poll(counted).toBe(10_000);
  });
});

describe("publishing under load", () => {
  it("50 releases during a constant load: no failed request, each answered by exactly one release", async () => {
    await startNode(2, "fixed-window");
    const stop = { now: false };
    const publishes = (async () => {
      for (let release = 0; release < 50; release += 1) {
        const limit = {
          id: 1,
          name: "total",
          algorithm: "fixed-window" as const,
          quota: 10_000_000 + release,
          windowSeconds: WINDOW_SECONDS,
          scope: "subscription" as const,
        };
        await node.publish(shopSnapshot([upstream.url], { limits: [limit] }));
      }
      stop.now = true;
    })();
    const releases = new Map<string, number>();
    let answered = 0;
    while (!stop.now) {
      const load = await sendLoad({
        origin: node.url,
        path: "/shop/v1/items/1",
        headers: { "X-API-Key": key },
        calls: 500,
        connections: 16,
      });
      expect(load.broken).toBe(0);
      expect([...load.statuses.keys()]).toEqual([200]);
      answered += 500;
      load.releases.forEach((count, release) => releases.set(release, (releases.get(release) ?? 0) + count));
    }
    await publishes;
    expect([...releases.values()].reduce((sum, count) => sum + count, 0)).toBe(answered);
    expect([...releases.keys()].every((release) => /^\d+$/.test(release))).toBe(true);
    expect(releases.size).toBeGreaterThan(5);
  });
});
