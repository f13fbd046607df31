import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeUpstream } from "../testing/fake-upstream";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { upstreamSnapshot } from "../testing/upstream-snapshot";

const key = makeKey("proxies");
let upstream: FakeUpstream;
let node: TestNode;

beforeEach(async () => {
  upstream = await FakeUpstream.start();
});

afterEach(async () => {
  await node.stop();
  await upstream.stop();
});

/** A limit of one call per address, and a neighbour who is kept out. */
async function startNode(trustedProxies: readonly string[]): Promise<void> {
  node = await TestNode.start({ workers: 1, trustedProxies });
  const limit = { id: 1, name: "one", algorithm: "fixed-window", quota: 1, windowSeconds: 31_000_000 } as const;
  const snapshot = shopSnapshot([upstream.url], { limits: [{ ...limit, scope: "address" }] });
  await node.publish({ ...snapshot, policies: [{ policy: "ip-filter", config: { deny: ["203.0.113.66"] } }] });
  await node.putCredentials([credentialFor(key)]);
}

async function call(forwardedFor?: string): Promise<number> {
  const headers = { "X-API-Key": key, ...(forwardedFor !== undefined && { "X-Forwarded-For": forwardedFor }) };
  const response = await fetch(`${node.url}/shop/v1/items/1`, { headers });
  await response.text();
  return response.status;
}

it("behind trusted proxies everybody has the right-most address that is not one of them", async () => {
  await startNode(["127.0.0.0/8", "2001:db8:1::/48"]);
  expect([await call("203.0.113.1"), await call("203.0.113.1")]).toEqual([200, 429]);
  expect([await call("203.0.113.2"), await call("203.0.113.2")]).toEqual([200, 429]);
  // What stands further left anybody may have written.
  expect(await call("203.0.113.99, 203.0.113.1")).toBe(429);
  expect(await call("203.0.113.3, 127.0.0.9, 2001:db8:1::7")).toBe(200);
  expect(await call("203.0.113.3")).toBe(429);
  expect(await call("203.0.113.66")).toBe(403);
  expect([await call("2001:db8:2:3::1"), await call("2001:db8:2:3::2")]).toEqual([200, 429]);
  expect([await call(), await call("unknown")]).toEqual([200, 429]);
  expect(upstream.seen.map(({ headers }) => headers["x-forwarded-for"])).toEqual([
    "203.0.113.1, 127.0.0.1",
    "203.0.113.2, 127.0.0.1",
    "203.0.113.3, 127.0.0.9, 2001:db8:1::7, 127.0.0.1",
    "2001:db8:2:3::1, 127.0.0.1",
    "127.0.0.1",
  ]);
});

it("an IPv4 address is one client, also where a proxy writes it as IPv6", async () => {
  await startNode(["127.0.0.0/8"]);
  expect([await call("::ffff:203.0.113.1"), await call("203.0.113.1")]).toEqual([200, 429]);
  expect([await call("203.0.113.2"), await call("::ffff:203.0.113.2")]).toEqual([200, 429]);
  expect([await call("::ffff:203.0.113.3"), await call("::ffff:cb00:7103")]).toEqual([200, 429]);
  expect(await call("::ffff:203.0.113.66")).toBe(403);
});

it("a mirror is told the same way to the client as the upstream", async () => {
  node = await TestNode.start({ workers: 1, trustedProxies: ["127.0.0.0/8"] });
  await node.putCredentials([credentialFor(key)]);
  const shadow = await FakeUpstream.start();
  await node.publish(
    upstreamSnapshot([upstream.url, { url: shadow.url, pool: "shadow" }], { mirror: { pool: "shadow", percent: 100 } }),
  );
  const wayOf = ({ seen }: FakeUpstream) => seen.map(({ headers }) => headers["x-forwarded-for"]);
  const forms = [undefined, "203.0.113.1", "203.0.113.99, 203.0.113.2, 127.0.0.9"];
  for (const [index, form] of forms.entries()) {
    expect(await call(form)).toBe(200);
    await expect.poll(() => shadow.seen.length).toBe(index + 1);
  }
  expect(wayOf(shadow)).toEqual(wayOf(upstream));
  await shadow.stop();
});

it("without them X-Forwarded-For is nobody's word", async () => {
  await startNode([]);
  expect([await call("203.0.113.1"), await call("203.0.113.2"), await call("203.0.113.66")]).toEqual([200, 429, 429]);
});

it.each([[["127.0.0.0/8"]], [[]]])(
  "with %j trusted, a mirror is told the same way as the upstream",
  async (trustedProxies) => {
    const mirror = await FakeUpstream.start();
    node = await TestNode.start({ workers: 1, trustedProxies });
    const targets = [upstream.url, { url: mirror.url, pool: "shadow" }];
    await node.publish(upstreamSnapshot(targets, { mirror: { pool: "shadow", percent: 100 } }));
    await node.putCredentials([credentialFor(key)]);
    expect(await call("203.0.113.1")).toBe(200);
    await expect.poll(() => mirror.seen.length).toBe(1);
    const forwardedFor = [upstream, mirror].map(({ seen }) => seen[0]?.headers["x-forwarded-for"]);
    await mirror.stop();
    expect(forwardedFor).toEqual(["203.0.113.1, 127.0.0.1", "203.0.113.1, 127.0.0.1"]);
  },
);
