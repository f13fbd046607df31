import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("balancing");
let node: TestNode;

beforeAll(async () => {
  node = await TestNode.start({ workers: 2 });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(() => node.stop());

const call = (headers: Record<string, string> = {}, query = "", method = "GET") =>
  fetch(`${node.url}/shop/v1/items${query}`, { method, headers: { "X-API-Key": key, ...headers } });

const callMany = async (calls: number, headersOf: (index: number) => Record<string, string> = () => ({})) => {
  for (let made = 0; made < calls; made += 10) {
    await Promise.all(
      Array.from({ length: 10 }, (_unused, index) => call(headersOf(made + index)).then((r) => r.text())),
    );
  }
};

const startMany = (count: number) => Promise.all(Array.from({ length: count }, () => FakeUpstream.start()));
const stopAll = (upstreams: readonly FakeUpstream[]) => Promise.all(upstreams.map((upstream) => upstream.stop()));
const answering = (status: number) => FakeUpstream.start((_request, response) => response.writeHead(status).end("{}"));

describe("least connections", () => {
  it("leave a target alone that holds its requests, whichever worker asks, and count them back when it lets go", async () => {
    const held: (() => void)[] = [];
    let holds = true;
    const slow = await FakeUpstream.start((_request, response) => {
      const end = () => void response.writeHead(200).end();
      if (holds) {
        held.push(end);
      } else {
        end();
      }
    });
    const fast = await FakeUpstream.start();
    await node.publish(upstreamSnapshot([slow.url, fast.url], { balancing: { algorithm: "least-connections" } }));
    const first: Promise<Response>[] = [];
    while (slow.count === 0) {
      first.push(call());
      await expect.poll(() => slow.count + fast.count).toBe(first.length);
    }
    const inFlight = () => node.targets.read().reduce((sum, slot) => sum + slot.inFlight, 0);
    for (let made = 0; made < 30; made += 1) {
      await expect.poll(inFlight).toBe(1);
      await (await call()).text();
    }
    expect(slow.count).toBe(1);
    holds = false;
    held.forEach((end) => end());
    await Promise.all(first);
    await expect.poll(() => node.targets.read().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    await stopAll([slow, fast]);
  });

  it("give back what a killed worker had in flight", async () => {
    const holding = await FakeUpstream.start(() => undefined);
    const target = { balancing: { algorithm: "least-connections" } } as const;
    await node.publish(upstreamSnapshot([holding.url], target));
    const calls = Array.from({ length: 8 }, () => call().catch(() => undefined));
    const inFlight = () => node.targets.read().reduce((sum, slot) => sum + slot.inFlight, 0);
    await expect.poll(inFlight).toBe(8);
    for (const pid of node.workerPids()) {
      node.killWorker(pid);
    }
    await expect.poll(inFlight, { timeout: 5_000 }).toBe(0);
    await Promise.all(calls);
    await holding.stop();
  });
});

describe("a consistent hash", () => {
  it("keeps a caller on one target, and moves only the callers of a target that goes", async () => {
    const upstreams = await startMany(4);
    const hash = { balancing: { algorithm: "hash", by: { from: "header", name: "X-Session" } } } as const;
    const session = (index: number) => ({ "X-Session": `session-${index % 40}` });
    const homes = () =>
      new Map(
        upstreams.flatMap((upstream, place) =>
          upstream.seen.map(({ headers }) => [headers["x-session"], place] as const),
        ),
      );
    await node.publish(
      upstreamSnapshot(
        upstreams.map(({ url }) => url),
        hash,
      ),
    );
    await callMany(120, session);
    const before = homes();
    expect(
      upstreams.reduce((sum, { seen }) => sum + new Set(seen.map(({ headers }) => headers["x-session"])).size, 0),
    ).toBe(40);
    expect(new Set(before.values()).size).toBe(4);
    upstreams.forEach((upstream) => upstream.seen.splice(0));
    await node.publish(
      upstreamSnapshot(
        upstreams.slice(1).map(({ url }) => url),
        hash,
      ),
    );
    await callMany(120, session);
    const after = homes();
    const moved = [...before].filter(([name, place]) => place !== 0 && after.get(name) !== place);
    expect(moved.length).toBeLessThan(8);
    await stopAll(upstreams);
  });
});

describe("a consistent hash over pools", () => {
  it("gives the callers of a target without an address to the others of its pool, never to another pool's", async () => {
    const [main, other] = (await startMany(2)) as [FakeUpstream, FakeUpstream];
    await node.publish(
      upstreamSnapshot([main.url, "http://nowhere.invalid", { url: other.url, pool: "other" }], {
        balancing: { algorithm: "hash", by: { from: "header", name: "X-Session" } },
      }),
    );
    await callMany(100, (index) => ({ "X-Session": `session-${index}` }));
    expect([main.count, other.count]).toEqual([100, 0]);
    await stopAll([main, other]);
  });
});

describe("a consistent hash by", () => {
  const CALLERS = 16;
  const keys = Array.from({ length: CALLERS }, (_unused, index) => makeKey(`hashed-${index}`));
  let upstreams: FakeUpstream[];

  beforeAll(async () => {
    upstreams = await startMany(3);
    await node.putCredentials(
      keys.map((own, index) =>
        credentialFor(own, { credential: 100 + index, subscriptions: [{ id: 100 + index, plan: 1 }] }),
      ),
    );
  });

  afterAll(() => stopAll(upstreams));

  /** Which targets each caller's calls went to. */
  async function homesOf(rounds: number): Promise<Set<number>[]> {
    upstreams.forEach((upstream) => upstream.seen.splice(0));
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        keys.map(async (own, index) => {
          const headers = { "X-API-Key": own, "X-Caller": String(index), Cookie: `a=b; session=s-${index}` };
          await (await fetch(`${node.url}/shop/v1/items?page=${round}&session=s-${index}`, { headers })).text();
        }),
      );
    }
    return keys.map(
      (_own, index) =>
        new Set(
          upstreams.flatMap(({ seen }, place) =>
            seen.some(({ headers }) => headers["x-caller"] === String(index)) ? [place] : [],
          ),
        ),
    );
  }

  it.each([
    ["a cookie", { from: "cookie", name: "session" }, 2],
    ["a query parameter", { from: "query", name: "session" }, 2],
    ["the subscription", { from: "subscription" }, 2],
    // All callers of this test have the same.
    ["the address", { from: "address" }, 1],
    ["a cookie that nobody sends: in turn", { from: "cookie", name: "none" }, 3],
  ] as const)("%s", async (_name, by, fewest) => {
    await node.publish(
      upstreamSnapshot(
        upstreams.map(({ url }) => url),
        { balancing: { algorithm: "hash", by } },
      ),
    );
    const homes = await homesOf(4);
    const used = new Set(homes.flatMap((home) => [...home])).size;
    const isSticky = homes.every(({ size }) => size === 1);
    expect({ isSticky, isSpread: used >= fewest, isOne: used === 1 }).toEqual({
      isSticky: fewest < 3,
      isSpread: true,
      isOne: fewest === 1,
    });
  });
});

describe("pools", () => {
  it("get the calls that a rule names, and no others", async () => {
    const [main, testers, beta] = (await startMany(3)) as [FakeUpstream, FakeUpstream, FakeUpstream];
    await node.publish(
      upstreamSnapshot([main.url, { url: testers.url, pool: "testers" }, { url: beta.url, pool: "beta" }], {
        split: {
          rules: [
            { from: "header", name: "X-Tester", value: "yes", pool: "testers" },
            { from: "query", name: "device", value: "beta", pool: "beta" },
          ],
        },
      }),
    );
    await call();
    await call({ "X-Tester": "no" });
    await call({ "X-Tester": "yes" });
    await call({}, "?device=beta");
    expect([main.count, testers.count, beta.count]).toEqual([2, 1, 1]);
    await stopAll([main, testers, beta]);
  });

  it("grow along a ramp between two moments", async () => {
    const [main, canary] = (await startMany(2)) as [FakeUpstream, FakeUpstream];
    const now = Date.now();
    const ramp = (startsInMs: number, endsInMs: number) => ({
      fromPercent: 0,
      startsAt: new Date(now + startsInMs).toISOString(),
      endsAt: new Date(now + endsInMs).toISOString(),
    });
    const share = async (given: ReturnType<typeof ramp>) => {
      const before = canary.count;
      await node.publish(
        upstreamSnapshot([main.url, { url: canary.url, pool: "canary" }], {
          split: { canary: { pool: "canary", percent: 100, ramp: given } },
        }),
      );
      await callMany(200);
      return (canary.count - before) / 200;
    };
    expect(await share(ramp(60_000, 120_000))).toBe(0);
    const middle = await share(ramp(-60_000, 60_000));
    expect(middle).toBeGreaterThan(0.3);
    expect(middle).toBeLessThan(0.7);
    expect(await share(ramp(-120_000, -60_000))).toBe(1);
    await stopAll([main, canary]);
  });

  it("of a canary that is slow get no more calls by share, when more than a twentieth of its answers take too long", async () => {
    const main = await FakeUpstream.start();
    let slowEvery = 100;
    const canary = await FakeUpstream.start((_request, response) => {
      const isSlow = canaryCalls++ % slowEvery === 0;
      setTimeout(() => response.writeHead(200).end("{}"), isSlow ? 300 : 0);
    });
    let canaryCalls = 1;
    const halt = { p95Ms: 250, minimumRequests: 20 };
    await node.publish(
      upstreamSnapshot([main.url, { url: canary.url, pool: "canary" }], {
        split: { canary: { pool: "canary", percent: 50, halt } },
      }),
    );
    // One in a hundred is slow: far from the threshold.
    await callMany(100);
    const share = canary.count;
    expect(share).toBeGreaterThan(20);
    await callMany(40);
    expect(canary.count).toBeGreaterThan(share);
    slowEvery = 2;
    await expect
      .poll(
        async () => {
          const before = canary.count;
          await callMany(20);
          return canary.count - before;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
    await stopAll([main, canary]);
  });

  it("of a canary that fails get no more calls by share, but still those that a rule sends", async () => {
    const main = await FakeUpstream.start();
    const canary = await answering(500);
    await node.publish(
      upstreamSnapshot([main.url, { url: canary.url, pool: "canary" }], {
        split: {
          rules: [{ from: "header", name: "X-Tester", value: "yes", pool: "canary" }],
          canary: { pool: "canary", percent: 50, halt: { errorSharePercent: 20, minimumRequests: 10 } },
        },
      }),
    );
    await callMany(200);
    expect(canary.count).toBeGreaterThanOrEqual(10);
    expect(canary.count).toBeLessThan(40);
    const halted = canary.count;
    await callMany(50);
    expect(canary.count).toBe(halted);
    expect((await call({ "X-Tester": "yes" })).status).toBe(500);
    await stopAll([main, canary]);
  });
});

describe("retries", () => {
  it("go to another target after 503, for calls that may be made twice and no others", async () => {
    const bad = await answering(503);
    const good = await answering(200);
    await node.publish(upstreamSnapshot([bad.url, good.url], { retries: { attempts: 1, budgetPercent: 100 } }));
    const gets = await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(new Set(gets.map(({ status }) => status))).toEqual(new Set([200]));
    expect(bad.count).toBeGreaterThan(0);
    const posts = await Promise.all(Array.from({ length: 20 }, () => call({}, "", "POST")));
    expect(posts.filter(({ status }) => status === 503).length).toBeGreaterThan(5);
    await stopAll([bad, good]);
  });

  it("of a call that never left are made for any method", async () => {
    const good = await answering(200);
    const refusing = `http://127.0.0.1:${await findFreePort()}`;
    await node.publish(upstreamSnapshot([refusing, good.url], { retries: { attempts: 1, budgetPercent: 100 } }));
    const posts = await Promise.all(Array.from({ length: 10 }, () => call({}, "", "POST")));
    expect(new Set(posts.map(({ status }) => status))).toEqual(new Set([200]));
    await good.stop();
  });

  it("are never more than the budget: an upstream that fails gets its share on top, not a multiple", async () => {
    const upstreams = await Promise.all([answering(503), answering(503)]);
    await node.publish(
      upstreamSnapshot(
        upstreams.map(({ url }) => url),
        { retries: { attempts: 3, budgetPercent: 10 } },
      ),
    );
    await callMany(300);
    const seen = upstreams.reduce((sum, { count }) => sum + count, 0);
    // A tenth, and what each of two workers had saved up.
    expect(seen).toBeGreaterThan(300);
    expect(seen).toBeLessThanOrEqual(300 + 30 + 2 * 10);
    await stopAll(upstreams);
  });

  it("follow a try that was given less time", async () => {
    const stuck = await FakeUpstream.start(() => undefined);
    const good = await answering(200);
    await node.publish(
      upstreamSnapshot([stuck.url, good.url], { retries: { attempts: 1, budgetPercent: 100, tryTimeoutMs: 200 } }),
    );
    const started = Date.now();
    const calls = await Promise.all(Array.from({ length: 4 }, () => call()));
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(stuck.count).toBeGreaterThan(0);
    await stopAll([stuck, good]);
  });
});
