import { WebSocket } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AttachedPolicy, Snapshot } from "../../compiler/snapshot";
import type { UpstreamSettingsInput } from "../../compiler/upstream-settings";
import { EchoWebsocket } from "../../testing/echo-websocket";
import { FakeUpstream, type SeenRequest } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { allCopiesCounted, mirrorResults, type MirrorResults } from "../../testing/mirror-results";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("mirror");
const NONE: MirrorResults = { mirrored: 0, failed: 0, skipped: 0, dropped: 0 };
let node: TestNode;
let main: FakeUpstream;
let shadow: FakeUpstream;
let before: MirrorResults;

beforeAll(async () => {
  node = await TestNode.start({ workers: 2 });
  await node.putCredentials([credentialFor(key)]);
  main = await FakeUpstream.start();
  shadow = await FakeUpstream.start();
});

beforeEach(() => {
  before = mirrorResults(node);
  main.seen.length = 0;
  shadow.seen.length = 0;
});

afterAll(async () => {
  await node.stop();
  await Promise.all([main.stop(), shadow.stop()]);
});

type MirrorInput = Partial<NonNullable<UpstreamSettingsInput["mirror"]>>;

function mirrored(
  mirror: MirrorInput = {},
  settings: UpstreamSettingsInput = {},
  policies: readonly AttachedPolicy[] = [],
  mainUrl = main.url,
): Promise<number> {
  const snapshot = upstreamSnapshot([mainUrl, { url: `${shadow.url}/base`, pool: "shadow" }], {
    ...settings,
    mirror: { pool: "shadow", percent: 100, ...mirror },
  });
  return node.publish(attached(snapshot, policies));
}

function attached(snapshot: Snapshot, policies: readonly AttachedPolicy[]): Snapshot {
  return { ...snapshot, apiVersions: snapshot.apiVersions.map((version) => ({ ...version, policies })) };
}

const results = () => mirrorResults(node, before);
const expectResults = (expected: Partial<MirrorResults>) =>
  expect.poll(results, { timeout: 5_000 }).toEqual({ ...NONE, ...expected });

const call = (init: RequestInit & { path?: string } = {}) =>
  fetch(`${node.url}/shop/v1/items${init.path ?? ""}`, {
    ...init,
    headers: { "X-API-Key": key, ...(init.headers as Record<string, string> | undefined) },
  }).then(async (response) => {
    await response.text();
    return response.status;
  });

async function theCopy(): Promise<SeenRequest> {
  await expect.poll(() => shadow.seen.length).toBe(1);
  return shadow.seen[0]!;
}

describe("the copy of a call", () => {
  it("is what the upstream got: method, path, query, end-to-end fields, body; at the mirror's host, and told apart by a field", async () => {
    await mirrored({ methods: "all" }, {}, [
      { policy: "path-rewrite", config: { path: "/v2/things" } },
      { policy: "query-transform", config: { steps: [{ do: "set", name: "caller", value: "{application}" }] } },
      { policy: "header-transform", config: { request: [{ do: "set", name: "X-From", value: "gateway" }] } },
    ]);
    const fields = ["X-Twice: a", "X-Twice: b", "X-Forwarded-For: 192.0.2.7", "Cookie: a=1", "Gatehouse-Mirror: no"];
    const body = '{"name":"\xe4"}';
    const head = `POST /shop/v1/items?page=2 HTTP/1.1\r\nHost: shop.test\r\nX-API-Key: ${key}\r\nContent-Length: ${body.length}\r\n`;
    await sendRaw(node.settings.port, `${head}${fields.join("\r\n")}\r\n\r\n${body}`);
    const copy = await theCopy();
    const original = main.seen[0]!;
    expect(copy.url).toBe("/base/v2/things?page=2&caller=1");
    expect([copy.method, copy.url, copy.body]).toEqual([original.method, `/base${original.url}`, original.body]);
    expect(copy.headers["host"]).toBe(new URL(shadow.url).host);
    expect(copy.headers["gatehouse-mirror"]).toBe("1");
    const shared = ({ rawHeaders }: SeenRequest) =>
      Array.from({ length: rawHeaders.length / 2 }, (_unused, at) => `${rawHeaders[at * 2]}: ${rawHeaders[at * 2 + 1]}`)
        .filter((field) => !/^(Host|Gatehouse-Mirror):/.test(field))
        .sort();
    expect(shared(copy)).toEqual(shared(original));
    expect(copy.headers["x-forwarded-for"]).toBe("192.0.2.7, 127.0.0.1");
    expect(copy.headers["x-from"]).toBe("gateway");
    expect(copy.headers["x-twice"]).toBe("a, b");
    expect(copy.headers["x-request-id"]).toMatch(/./);
    await expectResults({ mirrored: 1 });
  });

  it("has none of the fields that are for one connection only, nor those that Connection names", async () => {
    await mirrored();
    const fields = ["Connection: close, X-Once", "X-Once: 1", "Keep-Alive: 5", "TE: trailers", "Upgrade: h2c"].join(
      "\r\n",
    );
    await sendRaw(
      node.settings.port,
      `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nProxy-Authorization: b\r\n${fields}\r\nX-Stays: 1\r\n\r\n`,
    );
    const { headers } = await theCopy();
    expect(Object.keys(headers).sort()).toEqual(
      [
        ...["gatehouse-mirror", "host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
        ...["x-request-id", "x-stays"],
      ].sort(),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ["X-API-Key", { "X-API-Key": key }, ""],
    ["a field of its own", { "X-Secret": key }, ""],
    ["Authorization", { Authorization: `Bearer ${key}` }, ""],
    ["a parameter", {}, `?a=1&api_key=${key}&b=2`],
    ["all of them", { "X-API-Key": key, "X-Secret": key, Authorization: `Bearer ${key}` }, `?api_key=${key}`],
  ])("never has the key that came in %s", async (_name, headers, query) => {
    const places = [
      ...["X-API-Key", "X-Secret"].map((name) => ({ in: "header", name })),
      { in: "query", name: "api_key" },
      { in: "bearer" },
    ];
    await mirrored({}, {}, [{ policy: "key-auth", config: { places } }]);
    const response = await fetch(`${node.url}/shop/v1/items${query}`, { headers });
    expect(response.status).toBe(200);
    const copy = await theCopy();
    expect(JSON.stringify(copy)).not.toContain(key);
    expect(copy.url).toBe(query.includes("a=1") ? "/base/items?a=1&b=2" : "/base/items");
  });

  it("of HEAD waits for no body, and the connection is good for the next", async () => {
    await mirrored();
    for (let made = 1; made <= 5; made += 1) {
      expect(await call({ method: "HEAD" })).toBe(200);
      await expectResults({ mirrored: made });
    }
    expect(shadow.seen.map(({ method }) => method)).toEqual(Array.from({ length: 5 }, () => "HEAD"));
  });
});

describe("bodies", () => {
  it.each([
    ["a small one", 10, {}],
    ["one as large as the default bound", 65_536, {}],
    ["one that nginx keeps in a file", 300_000, { maxBodyBytes: 300_000 }],
  ])("%s goes along", async (_name, bytes, mirror) => {
    await mirrored({ methods: "all", ...mirror });
    const body = "0123456789".repeat(bytes / 10 + 1).slice(0, bytes);
    expect(await call({ method: "POST", body })).toBe(200);
    expect((await theCopy()).body === body).toBe(true);
    await expectResults({ mirrored: 1 });
  });

  it("beyond the bound or of unknown length: the call goes on, is not copied, and is counted as skipped", async () => {
    await mirrored({ methods: "all" });
    expect(await call({ method: "POST", body: "x".repeat(65_537) })).toBe(200);
    await expectResults({ skipped: 1 });
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("abc"));
        controller.close();
      },
    });
    expect(await call({ method: "POST", body: chunked, duplex: "half" })).toBe(200);
    await expectResults({ skipped: 2 });
    expect(main.seen.map(({ body }) => body.length)).toEqual([65_537, 3]);
    expect(shadow.seen).toEqual([]);
  });
});

describe("which calls are copied", () => {
  it("by default those of safe methods: no other is, or is counted", async () => {
    await mirrored();
    expect(await call({ method: "POST", body: "{}" })).toBe(200);
    expect(await call()).toBe(200);
    await expectResults({ mirrored: 1 });
    expect(shadow.seen.map(({ method }) => method)).toEqual(["GET"]);
  });

  it.each([
    [0, 0, 0],
    [25, 38, 87],
    [100, 250, 250],
  ])("a share of %i %: of 250 calls between %i and %i", async (percent, least, most) => {
    await mirrored({ percent, maxConcurrent: 256 });
    for (let made = 0; made < 250; made += 10) {
      await Promise.all(Array.from({ length: 10 }, () => call()));
    }
    const counted = await allCopiesCounted(node, before);
    expect(main.seen).toHaveLength(250);
    // Of a binomial distribution the bounds are some 3.6 standard deviations away.
    expect(shadow.seen.length).toBeGreaterThanOrEqual(least);
    expect(shadow.seen.length).toBeLessThanOrEqual(most);
    expect(counted).toEqual({ ...NONE, mirrored: shadow.seen.length });
    const ids = (upstream: FakeUpstream) => upstream.seen.map(({ headers }) => headers["x-request-id"]);
    const originals = new Set(ids(main));
    expect(new Set(ids(shadow)).size).toBe(shadow.seen.length);
    expect(ids(shadow).every((id) => originals.has(id))).toBe(true);
  });

  it("a share that sticks: all calls of a caller, or none", async () => {
    await mirrored({ percent: 50, stickyBy: { from: "header", name: "X-User" } });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 40 }, (_unused, user) => call({ headers: { "X-User": `user-${user}` } })));
    }
    await allCopiesCounted(node);
    const copies = new Map<unknown, number>();
    shadow.seen.forEach(({ headers }) => copies.set(headers["x-user"], (copies.get(headers["x-user"]) ?? 0) + 1));
    expect(new Set(copies.values())).toEqual(new Set([5]));
    expect(copies.size).toBeGreaterThan(5);
    expect(copies.size).toBeLessThan(35);
  });

  it("not those that went to the mirror's pool themselves", async () => {
    const rules = [{ from: "header", name: "X-Tester", value: "yes", pool: "shadow" }] as const;
    await mirrored({}, { split: { rules: [...rules] } });
    await call({ headers: { "X-Tester": "yes" } });
    await call();
    await expectResults({ mirrored: 1 });
    expect(shadow.seen.map(({ headers }) => headers["gatehouse-mirror"])).toEqual([undefined, "1"]);
  });

  it("not those that reach no upstream: refused ones, and answers from the cache", async () => {
    const cache = { policy: "response-cache", config: { sharedBy: "everybody" } };
    await mirrored({}, {}, [cache]);
    const path = `?cached=${Date.now()}`;
    for (let made = 0; made < 4; made += 1) {
      expect(await call({ path })).toBe(200);
    }
    expect(await call({ headers: { "X-API-Key": makeKey("unknown") } })).toBe(401);
    await expectResults({ mirrored: main.seen.length });
    expect(main.seen.length).toBeLessThan(4);
    expect(shadow.seen).toHaveLength(main.seen.length);
  });

  it("no WebSocket: the handshake goes on, is not copied, and is counted as skipped", async () => {
    const echo = await EchoWebsocket.start();
    await mirrored({}, {}, [{ policy: "websocket", config: {} }], echo.url);
    const socket = new WebSocket(`${node.url.replace("http", "ws")}/shop/v1/items`, {
      headers: { "X-API-Key": key },
    });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.close();
    await expectResults({ skipped: 1 });
    expect(echo.handshakes).toHaveLength(1);
    expect(shadow.seen).toEqual([]);
    await echo.stop();
  });
});
