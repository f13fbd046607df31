import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const key = makeKey("concurrency");
let upstream: FakeUpstream;
let node: TestNode;
/** Whether the upstream keeps calls waiting; those that wait. */
let isHolding = false;
let held: ServerResponse[] = [];

beforeEach(async () => {
  isHolding = false;
  held = [];
  upstream = await FakeUpstream.start((_request, response) => {
    if (isHolding) {
      held.push(response);
    } else {
      response.end("{}");
    }
  });
});

afterEach(async () => {
  await node.stop();
  await upstream.stop();
});

/** @param quota calls of the subscription at once */
async function startNode(quota: number): Promise<void> {
  node = await TestNode.start({ workers: 2 });
  const one = {
    id: 1,
    name: "total",
    algorithm: "concurrency",
    quota,
    windowSeconds: 0,
    scope: "subscription",
  } as const;
  await node.publish(shopSnapshot([upstream.url], { limits: [one] }));
  await node.putCredentials([credentialFor(key)]);
}

async function call(): Promise<Response> {
  const response = await fetch(`${node.url}/shop/v1/items/1`, { headers: { "X-API-Key": key } });
  await response.text();
  return response;
}

/** Calls that wait for the upstream until the test lets them go. */
function hold(count: number): { readonly calls: Promise<unknown>[]; readonly release: () => void } {
  isHolding = true;
  const calls = Array.from({ length: count }, () => call().catch(() => undefined));
  const release = () => {
    isHolding = false;
    held.splice(0).forEach((response) => response.end("{}"));
  };
  return { calls, release };
}

it("says how many calls fit beside those in flight, without a time that nobody knows", async () => {
  await startNode(3);
  const first = await call();
  expect(first.headers.get("RateLimit-Policy")).toBe('"total";q=3;qu="concurrent-requests"');
  expect(first.headers.get("RateLimit")).toBe('"total";r=2');
  // It holds its place until it is logged, a moment after its answer.
  await waitFor("the first call to be over", () => node.callsInFlight() === 0);
  const { calls, release } = hold(3);
  await waitFor("three calls to wait", () => held.length === 3);
  const refused = await call();
  expect([refused.status, refused.headers.get("RateLimit"), refused.headers.get("Retry-After")]).toEqual([
    429,
    '"total";r=0',
    "1",
  ]);
  release();
  await Promise.all(calls);
});

it("gives back what killed workers held, and keeps what the living hold", async () => {
  await startNode(20);
  const { calls, release } = hold(20);
  await waitFor("twenty calls to wait", () => held.length === 20);
  expect((await call()).status).toBe(429);
  const [victim] = node.workerPids();
  node.killWorker(victim);
  await waitFor("another worker", () => !node.workerPids().includes(victim!) && node.workerPids().length === 2);
  // The dead worker's calls broke; the test's clients made no new ones.
  release();
  await Promise.all(calls);
  await node.countInterruptedCalls();
  await waitFor("all calls to be over", () => node.callsInFlight() === 0);
  const again = hold(20);
  await waitFor("twenty calls to wait again", () => held.length >= 20);
  expect((await call()).status).toBe(429);
  again.release();
  await Promise.all(again.calls);
});
