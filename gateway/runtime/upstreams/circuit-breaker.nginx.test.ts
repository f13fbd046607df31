import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "../../compiler/target-key";
import { GATE_OPEN } from "../../contract/shared-memory";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { waitFor } from "../../testing/wait-for";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("breaker");
const WORKERS = 2;
let node: TestNode;

beforeAll(async () => {
  node = await TestNode.start({ workers: WORKERS });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(() => node.stop());

const call = (method = "GET") => fetch(`${node.url}/shop/v1/items`, { method, headers: { "X-API-Key": key } });

const statusesOf = async (calls: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let made = 0; made < calls; made += 1) {
    const response = await call();
    await response.text();
    statuses.push(response.status);
  }
  return statuses;
};

/** An answer may arrive a moment before its worker has noted it. */
const waitUntilOpen = (url: string) =>
  waitFor("the circuit to open", () => {
    const key = keyOf(`1 ${url}`);
    return node.targets.read().some((slot) => slot.key === key && slot.gate === GATE_OPEN);
  });

/** A server whose answers a test can change while calls come. */
async function startSwitchable(): Promise<{ upstream: FakeUpstream; answer: (status: number) => void }> {
  let status = 200;
  const upstream = await FakeUpstream.start((_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end("{}");
  });
  return { upstream, answer: (next) => (status = next) };
}

describe("a circuit breaker", () => {
  it("opens after as many failures in a row as it says, for all workers, and refuses with 503 and Retry-After", async () => {
    const { upstream, answer } = await startSwitchable();
    answer(503);
    await node.publish(
      upstreamSnapshot([upstream.url], { circuitBreaker: { consecutiveFailures: 5, openSeconds: 30 } }),
    );
    expect(await statusesOf(5)).toEqual([503, 503, 503, 503, 503]);
    expect(upstream.count).toBe(5);
    await waitUntilOpen(upstream.url);
    // Many connections: both workers get some.
    const refused = await Promise.all(Array.from({ length: 50 }, () => call()));
    const bodies = (await Promise.all(refused.map((response) => response.json()))) as { code: string }[];
    expect(new Set(bodies.map(({ code }) => code))).toEqual(new Set(["upstream_circuit_open"]));
    for (const response of refused) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(25);
      expect(Number(response.headers.get("retry-after"))).toBeLessThanOrEqual(30);
    }
    expect(upstream.count).toBe(5);
    await upstream.stop();
  });

  it("does not open for failures that are not in a row, nor for statuses it does not name", async () => {
    const { upstream, answer } = await startSwitchable();
    await node.publish(upstreamSnapshot([upstream.url], { circuitBreaker: { consecutiveFailures: 3 } }));
    for (let round = 0; round < 4; round += 1) {
      answer(503);
      await statusesOf(2);
      answer(500);
      await statusesOf(1);
    }
    answer(200);
    expect(await statusesOf(2)).toEqual([200, 200]);
    await upstream.stop();
  });

  it("does not open for a status it does not name when the call goes on to another target", async () => {
    const [bad, good] = [await startSwitchable(), await startSwitchable()];
    bad.answer(503);
    await node.publish(
      upstreamSnapshot([bad.upstream.url, good.upstream.url], {
        circuitBreaker: { consecutiveFailures: 2, openSeconds: 30, statuses: [500] },
        retries: { attempts: 1, budgetPercent: 100 },
      }),
    );
    expect(await statusesOf(20)).toEqual(Array.from({ length: 20 }, () => 200));
    // Each worker sends it every second call, and so does not begin every one with it.
    expect(Math.abs(bad.upstream.count - 10)).toBeLessThanOrEqual(1);
    await Promise.all([bad.upstream.stop(), good.upstream.stop()]);
  });

  it("opens when the share of failures within the window is reached, and not before enough requests", async () => {
    const { upstream, answer } = await startSwitchable();
    const circuitBreaker = { consecutiveFailures: 0, errorSharePercent: 50, minimumRequests: 10, openSeconds: 30 };
    await node.publish(upstreamSnapshot([upstream.url], { circuitBreaker }));
    for (let pair = 0; pair < 4; pair += 1) {
      answer(200);
      await statusesOf(1);
      answer(504);
      await statusesOf(1);
    }
    answer(200);
    expect(await statusesOf(1)).toEqual([200]);
    answer(504);
    expect(await statusesOf(1)).toEqual([504]);
    await waitUntilOpen(upstream.url);
    expect(await statusesOf(1)).toEqual([503]);
    await upstream.stop();
  });

  it("lets single probes through when its time is over, waits twice as long after each that fails, and closes after one that succeeds", async () => {
    const { upstream, answer } = await startSwitchable();
    answer(503);
    const circuitBreaker = { consecutiveFailures: 1, openSeconds: 0.2, longestOpenSeconds: 10 };
    await node.publish(upstreamSnapshot([upstream.url], { circuitBreaker }));
    await statusesOf(1);
    await waitUntilOpen(upstream.url);
    const arrivals: number[] = [];
    let seen = upstream.count;
    const started = performance.now();
    while (arrivals.length < 3) {
      await Promise.all(Array.from({ length: 8 }, () => call()));
      for (; seen < upstream.count; seen += 1) {
        arrivals.push(performance.now() - started);
      }
    }
    // 0.2 s, then 0.4 s, then 0.8 s later: one request each, though eight at a time asked.
    expect(arrivals[0]).toBeGreaterThan(150);
    expect(arrivals[1]! - arrivals[0]!).toBeGreaterThan(350);
    expect(arrivals[2]! - arrivals[1]!).toBeGreaterThan(750);
    answer(200);
    await expect.poll(async () => (await call()).status, { timeout: 5_000 }).toBe(200);
    expect(await statusesOf(20)).toEqual(Array.from({ length: 20 }, () => 200));
    await upstream.stop();
  });

  it("lets one probe through and no second while the first has not come back", async () => {
    let hold = false;
    const held: (() => void)[] = [];
    const upstream = await FakeUpstream.start((_request, response) => {
      const end = (status: number) => response.writeHead(status).end();
      if (hold) {
        held.push(() => end(200));
      } else {
        end(503);
      }
    });
    await node.publish(
      upstreamSnapshot([upstream.url], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 0.1 } }),
    );
    await statusesOf(1);
    await waitUntilOpen(upstream.url);
    hold = true;
    let probe: Promise<Response> | undefined;
    await expect
      .poll(async () => {
        probe = call();
        await Promise.race([probe, new Promise((resolve) => setTimeout(resolve, 20))]);
        return held.length;
      })
      .toBe(1);
    const others = await Promise.all(Array.from({ length: 40 }, () => call()));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([503]));
    expect(held).toHaveLength(1);
    held.forEach((end) => end());
    hold = false;
    expect((await probe!).status).toBe(200);
    await upstream.stop();
  });

  it("takes out the target that fails and leaves the others their requests", async () => {
    const good = await FakeUpstream.start();
    const bad = `http://127.0.0.1:${await findFreePort()}`;
    await node.publish(
      upstreamSnapshot([bad, good.url], {
        circuitBreaker: { consecutiveFailures: 2, openSeconds: 60 },
        retries: { attempts: 0 },
      }),
    );
    const statuses: number[] = [];
    while (statuses.filter((status) => status === 502).length < 2) {
      statuses.push(...(await statusesOf(1)));
    }
    await waitUntilOpen(bad);
    // Two failures in all, not two per worker.
    expect(await statusesOf(30)).toEqual(Array.from({ length: 30 }, () => 200));
    await good.stop();
  });

  it("does not hold a client that goes away against the target, and gives its probe to the next", async () => {
    let isSlow = true;
    const upstream = await FakeUpstream.start((_request, response) => {
      if (!isSlow) {
        response.writeHead(200).end();
      }
    });
    await node.publish(
      upstreamSnapshot([upstream.url], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } }),
    );
    for (let aborted = 0; aborted < 3; aborted += 1) {
      const abort = new AbortController();
      const seen = upstream.count;
      const gone = fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key }, signal: abort.signal });
      await expect.poll(() => upstream.count).toBe(seen + 1);
      abort.abort();
      await expect(gone).rejects.toThrow();
    }
    isSlow = false;
    expect(await statusesOf(2)).toEqual([200, 200]);
    await upstream.stop();
  });

  it("meters its refusals as an unreachable upstream", async () => {
    const before = node.outcomes();
    const bad = `http://127.0.0.1:${await findFreePort()}`;
    await node.publish(upstreamSnapshot([bad], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } }));
    expect(await statusesOf(1)).toEqual([502]);
    await waitUntilOpen(bad);
    expect(await statusesOf(2)).toEqual([503, 503]);
    await expect.poll(() => (node.outcomes().upstream_unreachable ?? 0) - (before.upstream_unreachable ?? 0)).toBe(3);
  });

  it("keeps what it knows through a release and a reload that leave the target as it is, and forgets it for another", async () => {
    const { upstream, answer } = await startSwitchable();
    answer(503);
    const settings = { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } };
    await node.publish(upstreamSnapshot([upstream.url], settings));
    await statusesOf(1);
    await waitUntilOpen(upstream.url);
    await node.publish(upstreamSnapshot([upstream.url], settings));
    answer(200);
    expect(await statusesOf(4)).toEqual([503, 503, 503, 503]);
    const pids = node.workerPids();
    process.kill(node.nginxPid, "SIGHUP");
    await expect.poll(() => node.workerPids().filter((pid) => pids.includes(pid))).toEqual([]);
    await waitFor("the new workers to answer", () =>
      call().then(
        () => true,
        () => false,
      ),
    );
    expect(await statusesOf(4)).toEqual([503, 503, 503, 503]);
    await node.publish(upstreamSnapshot([`${upstream.url}/other`], settings));
    // Until the last connection to a worker that is on its way out is gone.
    await expect
      .poll(
        () =>
          call().then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 15_000 },
      )
      .toBe(200);
    await upstream.stop();
  });
});

describe("a target that is back, with slow start,", () => {
  /** Two targets of which the first has been out and is back. @returns the calls it gets of so many */
  async function comeBack(slowStartSeconds: number | undefined) {
    const { upstream, answer } = await startSwitchable();
    const other = await FakeUpstream.start();
    const circuitBreaker = { consecutiveFailures: 1, openSeconds: 0.1, longestOpenSeconds: 0.1 };
    const settings = {
      circuitBreaker,
      retries: { attempts: 0 },
      ...(slowStartSeconds === undefined ? {} : { slowStartSeconds }),
    };
    await node.publish(upstreamSnapshot([upstream.url, other.url], settings));
    answer(503);
    await waitFor("a call to fail", async () => (await statusesOf(1))[0] === 503);
    await waitUntilOpen(upstream.url);
    answer(200);
    const before = upstream.count;
    await waitFor("a probe", async () => (await statusesOf(1))[0] === 200 && upstream.count > before);
    const callsOf = async (calls: number) => {
      const start = upstream.count;
      await statusesOf(calls);
      return upstream.count - start;
    };
    return { callsOf, stop: () => Promise.all([upstream.stop(), other.stop()]) };
  }

  it("gets a tenth of its share at first", async () => {
    const { callsOf, stop } = await comeBack(3_000);
    // One in eleven; each worker is within one turn of it.
    const calls = await callsOf(110);
    expect(calls).toBeGreaterThanOrEqual(7);
    expect(calls).toBeLessThanOrEqual(14);
    await stop();
  });

  it("and the whole of it in the end", async () => {
    const { callsOf, stop } = await comeBack(0.5);
    await waitFor("half of the calls", async () => (await callsOf(20)) >= 9);
    await stop();
  });

  it("gets the whole of it at once without one", async () => {
    const { callsOf, stop } = await comeBack(undefined);
    const calls = await callsOf(110);
    expect(calls).toBeGreaterThanOrEqual(50);
    expect(calls).toBeLessThanOrEqual(60);
    await stop();
  });
});
