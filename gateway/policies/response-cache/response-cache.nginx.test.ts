import type { OutgoingHttpHeaders } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { one } from "../../testing/policy-bench";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";

/** The cache of a real node with two workers, held to RFC 9111. */
const key = makeKey("cache");
const other = makeKey("cache, another application");

let node: TestNode;
let upstream: FakeUpstream;
/** What the upstream answers with. */
let answer: { status?: number; fields?: OutgoingHttpHeaders; breaksOff?: boolean; held?: Promise<void> } = {};
let paths = 0;

beforeAll(async () => {
  upstream = await FakeUpstream.start((request, response) => {
    const { status = 200, fields = {}, breaksOff = false, held } = answer;
    if (breaksOff) {
      response.destroy();
      return;
    }
    const isKnown = fields.ETag !== undefined && request.headers["if-none-match"] === fields.ETag;
    const text = `answer ${upstream.count}`;
    const length = isKnown ? {} : { "Content-Length": text.length };
    response.writeHead(isKnown ? 304 : status, { "Content-Type": "text/plain", ...length, ...fields });
    void (held ?? Promise.resolve()).then(() => response.end(isKnown ? undefined : text));
  });
  node = await TestNode.start({ workers: 2 });
  await node.putCredentials([credentialFor(key), credentialFor(other, { credential: 2, application: 2 })]);
});

beforeEach(async () => {
  answer = {};
  upstream.seen.length = 0;
  await attach({});
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

function attach(
  config: Record<string, unknown>,
  scope: "version" | "operation" = "version",
  url = upstream.url,
): Promise<number> {
  const policies = one("response-cache", { ttlSeconds: 60, ...config });
  const snapshot = shopSnapshot([url]);
  return node.publish({
    ...snapshot,
    apiVersions: snapshot.apiVersions.map((version) => ({
      ...version,
      ...(scope === "version" && { policies }),
      operations: [...version.operations, ...CHANGES].map((operation) => ({
        ...operation,
        ...(scope === "operation" && operation.key === "getItem" && { policies }),
      })),
    })),
  });
}

const METHODS = ["POST", "PUT", "PATCH", "DELETE"];
const CHANGES = METHODS.map((method, index) => ({ id: 20 + index, key: method, method, path: "/items/{id}" }));

/** One that no test has asked for: what a node keeps outlives the release. */
function newPath(): string {
  paths += 1;
  return `/shop/v1/items/${paths}`;
}

interface Told {
  readonly status: number;
  /** Cache-Status, without the name. */
  readonly cache: string | undefined;
  readonly age: string | null;
  readonly text: string;
}

async function call(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Told> {
  // A connection of its own each, so that both workers take part.
  const response = await fetch(`${node.url}${path}`, {
    method,
    headers: { "X-API-Key": key, Connection: "close", ...headers },
    redirect: "manual",
  });
  const text = await response.text();
  const cache = response.headers.get("cache-status")?.replace("gatehouse; ", "");
  return { status: response.status, cache, age: response.headers.get("age"), text };
}

/** Cache-Status of the second of two calls, made while the upstream takes its time for the first. */
async function callWhileAnotherFetches(path: string): Promise<string | undefined> {
  let letGo: () => void = () => undefined;
  answer = { held: new Promise<void>((resolve) => (letGo = resolve)) };
  const before = upstream.count;
  const first = call(path);
  await expect.poll(() => upstream.count).toBe(before + 1);
  const { cache } = await call(path);
  letGo();
  await first;
  return cache;
}

/** By one of a few calls: nginx puts the file in its place only after the client has the whole answer. */
async function isKept(path: string): Promise<boolean> {
  await call(path);
  for (let again = 0; again < 3; again += 1) {
    if ((await call(path)).cache === "hit") {
      return true;
    }
  }
  return false;
}

describe("requests", () => {
  it("with no-store are answered from what is kept, and their own answer is not kept", async () => {
    const path = newPath();
    const noStore = { "Cache-Control": "NO-STORE" };
    expect((await call(path, noStore)).cache).toBe("fwd=uri-miss");
    expect((await call(path)).cache).toBe("fwd=uri-miss");
    expect((await call(path, noStore)).cache).toBe("hit");
  });

  it("with only-if-cached get 504 where nothing is kept, and no upstream sees them", async () => {
    const path = newPath();
    const before = upstream.count;
    const only = { "Cache-Control": "only-if-cached" };
    const refused = await call(path, only);
    expect([refused.status, JSON.parse(refused.text)]).toEqual([504, expect.objectContaining({ code: "not_cached" })]);
    expect((await call(path, { ...only, Authorization: "Bearer x" })).status).toBe(504);
    expect(upstream.count).toBe(before);
    await call(path);
    expect((await call(path, only)).cache).toBe("hit");
  });

  it.each(["no-cache", "max-age=0", "max-age=5", "min-fresh=10"])(
    "with %s fetch anew if they may, and else do not",
    async (control) => {
      const path = newPath();
      await call(path);
      expect((await call(path, { "Cache-Control": control })).cache).toBe("hit");
      await attach({ callerMayRefresh: true });
      expect((await call(path, { "Cache-Control": control })).cache).toBe("fwd=request");
      expect((await call(path, { "Cache-Control": "max-stale, x-no-cache=1" })).cache).toBe("hit");
    },
  );

  it("with Authorization are neither answered from the cache nor kept, whatever the answer allows", async () => {
    answer = { fields: { "Cache-Control": "public, s-maxage=60" } };
    const path = newPath();
    await call(path, { Authorization: "Bearer x" });
    expect((await call(path)).cache).toBe("fwd=uri-miss");
    expect((await call(path, { Authorization: "Bearer x" })).cache).toBeUndefined();
  });

  it("under another Host or scheme are for another resource", async () => {
    await attach({ sharedBy: "everybody" });
    const path = newPath();
    await call(path);
    const raw = `GET ${path} HTTP/1.1\r\nHost: evil.test\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(node.settings.port, raw)).toContain("Cache-Status: gatehouse; fwd=uri-miss");
    expect((await call(path)).cache).toBe("hit");
  });
});

describe("answers", () => {
  it.each<[string, OutgoingHttpHeaders, boolean]>([
    ["s-maxage before max-age", { "Cache-Control": "s-maxage=60, max-age=0" }, true],
    ["s-maxage=0 before max-age", { "Cache-Control": "max-age=60, s-maxage=0" }, false],
    ["Expires in the future", { Expires: new Date(Date.now() + 60_000).toUTCString() }, true],
    ["Expires in the past", { Expires: "0" }, false],
    ["max-age before Expires", { "Cache-Control": "max-age=60", Expires: "0" }, true],
    ["no-store in a field of its own", { "Cache-Control": ["max-age=60", "NO-STORE"] }, false],
    ["no-cache", { "Cache-Control": "no-cache, max-age=60" }, false],
    ["private", { "Cache-Control": "private, max-age=60" }, false],
    ["must-revalidate", { "Cache-Control": "max-age=60, must-revalidate" }, true],
    ["Set-Cookie", { "Cache-Control": "max-age=60", "Set-Cookie": "a=b" }, false],
    ["Vary: *", { Vary: "*" }, false],
    [
      "nginx's own orders, which are not the upstream's to give",
      { "X-Accel-Expires": "60", "Cache-Control": "no-store" },
      false,
    ],
  ])("with %s are kept or not", async (_name, fields, expected) => {
    answer = { fields };
    expect(await isKept(newPath())).toBe(expected);
  });

  it("are kept for as long as they say, and no longer", async () => {
    const kept = newPath();
    const ours = newPath();
    answer = { fields: { "Cache-Control": "max-age=1" } };
    await call(kept);
    answer = {};
    await attach({ ttlSeconds: 1 });
    await call(ours);
    expect([(await call(kept)).cache, (await call(ours)).cache]).toEqual(["hit", "hit"]);
    await delay(2100);
    expect([(await call(kept)).cache, (await call(ours)).cache]).toEqual(["fwd=stale", "fwd=stale"]);
  });

  it("that have an Age are kept for what is left of their lifetime, and tell their whole age", async () => {
    const over = newPath();
    answer = { fields: { "Cache-Control": "max-age=2", Age: "1000" } };
    expect(await isKept(over)).toBe(false);
    answer = { fields: { Age: "60" } };
    expect(await isKept(newPath())).toBe(false);
    const left = newPath();
    answer = { fields: { "Cache-Control": "max-age=100", Age: "99" } };
    expect((await call(left)).age).toBe("99");
    const ours = newPath();
    answer = { fields: { Age: "59" } };
    await call(ours);
    const long = newPath();
    answer = { fields: { "Cache-Control": "max-age=100", Age: "50" } };
    await call(long);
    const hits = [await call(left), await call(ours)];
    expect(hits.map(({ cache }) => cache)).toEqual(["hit", "hit"]);
    await delay(2100);
    answer = {};
    expect([(await call(left)).cache, (await call(ours)).cache]).toEqual(["fwd=stale", "fwd=stale"]);
    const aged = await call(long);
    expect(aged.cache).toBe("hit");
    expect(Number(aged.age)).toBeGreaterThanOrEqual(52);
    expect(Number(aged.age)).toBeLessThan(60);
  });

  it("that are over are asked for again with their ETag, count as new after a 304, and are given meanwhile or after a failure if they allow it", async () => {
    const same = newPath();
    const failing = newPath();
    const strict = newPath();
    const updating = newPath();
    answer = { fields: { "Cache-Control": "max-age=1", ETag: '"a"' } };
    const { text } = await call(same);
    answer = { fields: { "Cache-Control": "max-age=1, stale-if-error=60" } };
    await call(failing);
    answer = { fields: { "Cache-Control": "max-age=1" } };
    await call(strict);
    answer = { fields: { "Cache-Control": "max-age=1, stale-while-revalidate=60" } };
    await call(updating);
    await delay(2100);
    answer = { breaksOff: true };
    const stale = await call(failing);
    expect([stale.status, stale.cache]).toEqual([200, "hit"]);
    expect(Number(stale.age)).toBeGreaterThanOrEqual(2);
    expect((await call(strict)).status).toBe(502);
    expect(await callWhileAnotherFetches(updating)).toBe("hit");
    answer = { fields: { "Cache-Control": "max-age=60", ETag: '"a"' } };
    expect(await call(same)).toMatchObject({ status: 200, cache: "fwd=stale", text });
    expect(upstream.seen.at(-1)?.headers["if-none-match"]).toBe('"a"');
    const again = await call(same);
    expect(again).toMatchObject({ cache: "hit", text });
    expect(Number(again.age)).toBeLessThan(2);
  });

  it("are given to HEAD after GET, in ranges, and as 304 to who has them", async () => {
    answer = { fields: { ETag: '"b"', "Accept-Ranges": "bytes" } };
    const path = newPath();
    const { text } = await call(path);
    const head = await call(path, {}, "HEAD");
    expect([head.cache, head.text]).toEqual(["hit", ""]);
    const part = await call(path, { Range: "bytes=0-5" });
    expect([part.status, part.cache, part.text]).toEqual([206, "hit", text.slice(0, 6)]);
    expect((await call(path, { "If-None-Match": '"b"' })).status).toBe(304);
    const fresh = newPath();
    expect((await call(fresh, { Range: "bytes=0-5" })).status).toBe(206);
    expect((await call(fresh)).cache).toBe("hit");
  });
});

describe("a method that changes something", () => {
  it.each(METHODS)("%s: once it has succeeded, nobody gets what was kept", async (method) => {
    await attach({}, "operation");
    const path = newPath();
    for (const headers of [{ "X-API-Key": key }, { "X-API-Key": other }]) {
      for (const query of ["", "?page=2"]) {
        await call(`${path}${query}`, headers);
        expect((await call(`${path}${query}`, headers)).cache).toBe("hit");
      }
    }
    answer = { status: 500 };
    await call(path, {}, method);
    expect((await call(path)).cache).toBe("hit");
    answer = { status: method === "POST" ? 303 : 200, fields: { Location: "/x" } };
    await call(path, {}, method);
    answer = {};
    expect((await call(path)).cache).toBe("fwd=uri-miss");
    expect((await call(`${path}?page=2`, { "X-API-Key": other })).cache).toBe("fwd=uri-miss");
  });

  it("leaves no answer behind that was under way meanwhile", async () => {
    const path = newPath();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const slow = await FakeUpstream.start((request, response) => {
      const send = () => response.writeHead(200).end("as it was");
      void (request.method === "GET" ? held.then(send) : send());
    });
    await attach({}, "version", slow.url);
    const reading = call(path);
    await expect.poll(() => slow.count).toBe(1);
    await call(path, {}, "PUT");
    letGo();
    expect((await reading).text).toBe("as it was");
    expect((await call(path)).cache).toBe("fwd=uri-miss");
    await slow.stop();
  });
});
