import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeUpstream } from "../../testing/fake-upstream";
import { findFreePort } from "../../testing/free-port";
import { makeKey } from "../../testing/make-key";
import { RudeUpstream } from "../../testing/rude-upstream";
import { sendLoad } from "../../testing/send-load";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("upstream");
let node: TestNode;

beforeAll(async () => {
  node = await TestNode.start();
  await node.putCredentials([credentialFor(key)]);
});

afterAll(() => node.stop());

function call(path = "/shop/v1/items", init: RequestInit = {}): Promise<Response> {
  return fetch(`${node.url}${path}`, { ...init, headers: { "X-API-Key": key, ...init.headers } });
}

async function outcomesOf(action: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = node.outcomes();
  await action();
  const total = (outcomes: Record<string, number>) => Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  await expect.poll(() => total(node.outcomes())).toBeGreaterThan(total(before));
  const after = node.outcomes();
  const changed = Object.entries(after).filter(([outcome, count]) => count !== (before[outcome] ?? 0));
  return Object.fromEntries(changed.map(([outcome, count]) => [outcome, count - (before[outcome] ?? 0)]));
}

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return ((await response.json()) as { code: string }).code;
}

/** A server that does to each connection whatever a test wants. */
async function startRude(behave: (socket: Socket) => void): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    behave(socket);
  });
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${port}`, server };
}

/** A process that listens and accepts nothing, with its queue of connections filled: the kernel answers no further one. */
async function startFull(): Promise<{ url: string; stop: () => void }> {
  const program = `
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [told] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(told.toString());
  // The queue takes one more than it was told.
  const waiting = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  await Promise.all(waiting.map((socket) => once(socket, "connect")));
  const stop = () => {
    waiting.forEach((socket) => socket.on("error", () => undefined).destroy());
    child.kill("SIGKILL");
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

describe("an upstream that fails gets its own answer and is metered as an upstream error", () => {
  it("down: 502 upstream_unreachable", async () => {
    await node.publish(shopSnapshot([`http://127.0.0.1:${await findFreePort()}`]));
    const outcomes = await outcomesOf(async () => {
      const response = await call();
      expect(response.status).toBe(502);
      expect(await codeOf(response)).toBe("upstream_unreachable");
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
  });

  it("a name that does not resolve: 502 upstream_unresolved", async () => {
    await node.publish(shopSnapshot(["http://no-such-name.invalid"]));
    const outcomes = await outcomesOf(async () => {
      const response = await call();
      expect(response.status).toBe(502);
      expect(await codeOf(response)).toBe("upstream_unresolved");
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
  });

  it("slow: 504 upstream_timeout after the read timeout of the upstream", async () => {
    const rude = await startRude(() => undefined);
    const snapshot = shopSnapshot([rude.url]);
    const [version] = snapshot.apiVersions;
    await node.publish({
      ...snapshot,
      apiVersions: version === undefined ? [] : [{ ...version, upstream: { ...version.upstream, readTimeoutMs: 300 } }],
    });
    const outcomes = await outcomesOf(async () => {
      const started = Date.now();
      const response = await call();
      expect(response.status).toBe(504);
      expect(await codeOf(response)).toBe("upstream_timeout");
      expect(Date.now() - started).toBeLessThan(2_000);
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
    rude.server.close();
  });

  it("not taking a connection: 504 upstream_timeout after its connect timeout, and no call reaches it", async () => {
    const full = await startFull();
    await node.publish(upstreamSnapshot([full.url], {}, { connectTimeoutMs: 200 }));
    const outcomes = await outcomesOf(async () => {
      const started = Date.now();
      const response = await call();
      expect(response.status).toBe(504);
      expect(await codeOf(response)).toBe("upstream_timeout");
      expect(Date.now() - started).toBeLessThan(2_000);
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
    full.stop();
  });

  it("not reading what it is sent: 504 upstream_timeout after its send timeout, while its read timeout is long", async () => {
    const deaf = await startRude((socket) => socket.pause());
    await node.publish(upstreamSnapshot([deaf.url], {}, { sendTimeoutMs: 300 }));
    const body = "x".repeat(24 * 1024 * 1024);
    const outcomes = await outcomesOf(async () => {
      const head = `POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nContent-Length: ${body.length}\r\n\r\n`;
      const answer = await sendRaw(node.settings.port, head + body);
      expect(answer).toMatch(/^HTTP\/1.1 504 /);
      expect(answer).toContain('"code":"upstream_timeout"');
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
    deaf.server.close();
  });

  it.each([
    ["closing without an answer", ""],
    ["answering with a broken header", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"],
    ["closing in the middle of the header", "HTTP/1.1 200 OK\r\nContent-Le"],
  ])("%s: 502 upstream_invalid_response", async (_name, bytes) => {
    const rude = await startRude((socket) => socket.once("data", () => socket.end(bytes)));
    await node.publish(shopSnapshot([rude.url]));
    const outcomes = await outcomesOf(async () => {
      const response = await call();
      expect(response.status).toBe(502);
      expect(await codeOf(response)).toBe("upstream_invalid_response");
    });
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
    rude.server.close();
  });

  it.each([
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n"],
  ])(
    "breaking off in the middle of a body with %s: the client sees it break, the meter an upstream error",
    async (_name, bytes) => {
      const rude = await startRude((socket) =>
        socket.once("data", () => socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 50))),
      );
      await node.publish(shopSnapshot([rude.url]));
      const outcomes = await outcomesOf(async () => {
        const response = await call();
        await expect(response.text()).rejects.toThrow();
      });
      expect(outcomes).toEqual({ upstream_error: 1 });
      rude.server.close();
    },
  );

  it("its own 503 is passed on untouched and counted as an upstream error", async () => {
    const upstream = await FakeUpstream.start((_request, response) => {
      response.writeHead(503, { "Content-Type": "text/plain" });
      response.end("maintenance");
    });
    await node.publish(shopSnapshot([upstream.url]));
    const outcomes = await outcomesOf(async () => {
      const response = await call();
      expect([response.status, await response.text()]).toEqual([503, "maintenance"]);
    });
    expect(outcomes).toEqual({ upstream_error: 1 });
    await upstream.stop();
  });
});

describe("a client that goes away", () => {
  it("is not held against the upstream", async () => {
    const rude = await startRude((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"));
      const filling = setInterval(() => socket.write("x".repeat(65_536)), 5);
      socket.on("close", () => clearInterval(filling));
    });
    await node.publish(shopSnapshot([rude.url]));
    const outcomes = await outcomesOf(async () => {
      const abort = new AbortController();
      const response = await call("/shop/v1/items", { signal: abort.signal });
      expect(response.status).toBe(200);
      await response.body?.getReader().read();
      abort.abort();
    });
    expect(outcomes).toEqual({ client_closed: 1 });
    rude.server.close();
  });
});

describe("several targets", () => {
  it("get requests by weight", async () => {
    const upstreams = await Promise.all([FakeUpstream.start(), FakeUpstream.start(), FakeUpstream.start()]);
    const snapshot = shopSnapshot([]);
    const targets = upstreams.map((upstream, index) => ({ url: upstream.url, weight: [5, 3, 2][index] ?? 0 }));
    const [version] = snapshot.apiVersions;
    await node.publish({
      ...snapshot,
      apiVersions: version === undefined ? [] : [{ ...version, upstream: { id: 1, targets } }],
    });
    await sendLoad({
      origin: node.url,
      path: "/shop/v1/items",
      headers: { "X-API-Key": key },
      calls: 1_000,
      connections: 8,
    });
    const counts = upstreams.map((upstream) => upstream.count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    // Each of the two workers is within one cycle of the exact share.
    [500, 300, 200].forEach((expected, index) =>
      expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThanOrEqual(10),
    );
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
  });

  it("one that is down: its requests go to the other, with the other's Host", async () => {
    const upstream = await FakeUpstream.start();
    await node.publish(shopSnapshot([`http://127.0.0.1:${await findFreePort()}`, upstream.url]));
    // Far more than any budget of retries.
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call()).status));
      expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    }
    expect(new Set(upstream.seen.map((request) => request.headers.host))).toEqual(
      new Set([`127.0.0.1:${upstream.port}`]),
    );
    await upstream.stop();
  });
});

describe("several targets of which only one takes connections", () => {
  it.each([
    ["by default", {}],
    ["with an upstream that is watched", { circuitBreaker: { consecutiveFailures: 1_000, openSeconds: 60 } }],
  ])("get no call wrong, whichever comes first: %s", async (_name, settings) => {
    const upstream = await FakeUpstream.start();
    const down = [await findFreePort(), await findFreePort(), await findFreePort()];
    const urls = [...down.map((port) => `http://127.0.0.1:${port}`), upstream.url];
    await node.publish(upstreamSnapshot(urls, settings));
    for (let round = 0; round < 6; round += 1) {
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call()).status));
      expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    }
    await upstream.stop();
  });

  it("and none: the call ends with 502 once each was asked, and no target twice", async () => {
    const reset = () => RudeUpstream.start((socket) => socket.once("data", () => socket.resetAndDestroy()));
    const upstreams = await Promise.all([reset(), reset(), reset()]);
    const urls = upstreams.map(({ url }) => url);
    await node.publish(upstreamSnapshot(urls, { retries: { attempts: 2, budgetPercent: 100 } }));
    expect((await call()).status).toBe(502);
    expect(upstreams.map(({ connections }) => connections)).toEqual([1, 1, 1]);
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
  });
});

describe("cross-origin calls from the portal", () => {
  const origin = "http://portal.test";

  it("have their preflight answered at the edge, without a key", async () => {
    const response = await fetch(`${node.url}/shop/v1/items`, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key,content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-headers")).toBe("x-api-key,content-type");
    expect(response.headers.get("access-control-allow-methods")).toContain("DELETE");
  });

  it("may be read, with one CORS answer even when the upstream gives its own", async () => {
    const upstream = await FakeUpstream.start((_request, response) => {
      response.writeHead(200, { "Access-Control-Allow-Origin": "*" });
      response.end("{}");
    });
    await node.publish(shopSnapshot([upstream.url]));
    const answer = await sendRaw(
      node.settings.port,
      `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\nX-API-Key: ${key}\r\n\r\n`,
    );
    expect(answer.match(/access-control-allow-origin: .*/gi)).toEqual([`Access-Control-Allow-Origin: ${origin}`]);
    expect(answer).toMatch(/access-control-expose-headers: .*RateLimit/i);
    const plain = await sendRaw(
      node.settings.port,
      `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n\r\n`,
    );
    expect(plain).toContain("Access-Control-Allow-Origin: *");
    await upstream.stop();
  });

  it("get readable refusals too", async () => {
    const response = await fetch(`${node.url}/shop/v1/items`, { headers: { Origin: origin } });
    expect(response.status).toBe(401);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
  });

  it("from any other origin get nothing", async () => {
    const response = await fetch(`${node.url}/shop/v1/items`, { headers: { Origin: "http://elsewhere.test" } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});
