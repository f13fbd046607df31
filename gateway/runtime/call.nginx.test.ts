import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CredentialEntry } from "../contract/credentials";
import { makeKey } from "../testing/make-key";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { FakeUpstream } from "../testing/fake-upstream";
import { TestNode } from "../testing/test-node";

let upstream: FakeUpstream;
let node: TestNode;
const key = makeKey("a");

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  node = await TestNode.start();
  await node.publish(shopSnapshot([`${upstream.url}/base`]));
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

async function call(path: string, init: RequestInit & { key?: string | null } = {}): Promise<Response> {
  const { key: presented = key, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (presented !== null) {
    headers.set("X-API-Key", presented);
  }
  return fetch(`${node.url}${path}`, { ...rest, headers });
}

async function problemOf(response: Response): Promise<{ status: number; code: string }> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as { status: number; code: string; requestId: string };
  expect(body.requestId).toBe(response.headers.get("x-request-id"));
  return { status: response.status, code: body.code };
}

describe("a call that is allowed", () => {
  it("reaches the upstream at the target's path without the base path, with its query as sent", async () => {
    upstream.seen.length = 0;
    const response = await call("/shop/v1/items/a%20b?x=1&y=%2F");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /base/items/a%20b?x=1&y=%2F"]);
  });

  it("carries the request id and the release to the client, the id to the upstream, and the key to nobody", async () => {
    upstream.seen.length = 0;
    const response = await call("/shop/v1/items");
    expect(response.headers.get("gatehouse-release")).toBe("1");
    const headers = upstream.seen[0]?.headers ?? {};
    expect(headers["x-request-id"]).toBe(response.headers.get("x-request-id"));
    expect(headers["x-api-key"]).toBeUndefined();
    expect(headers.host).toBe(`127.0.0.1:${upstream.port}`);
  });

  it("streams a body to the upstream", async () => {
    upstream.seen.length = 0;
    const body = "x".repeat(300_000);
    expect((await call("/shop/v1/items", { method: "POST", body })).status).toBe(200);
    expect(upstream.seen[0]?.body).toBe(body);
  });

  it("answers HEAD where there is a GET", async () => {
    expect((await call("/shop/v1/items", { method: "HEAD" })).status).toBe(200);
  });
});

describe("a call that is refused says why", () => {
  it.each<[string, { key?: string | null; path?: string; method?: string }, number, string]>([
    ["without a key", { key: null }, 401, "key_missing"],
    ["with an unknown key", { key: makeKey("unknown") }, 401, "key_unknown"],
    ["with a mistyped key", { key: `${makeKey("a").slice(0, -1)}!` }, 401, "key_malformed"],
    ["at a path no API has", { path: "/nothing" }, 404, "route_not_found"],
    ["below a base path that has no such operation", { path: "/shop/v1/nothing" }, 404, "route_not_found"],
    ["with a method the path lacks", { method: "DELETE" }, 405, "method_not_allowed"],
    ["with an encoded slash", { path: "/shop/v1/items/a%2Fb" }, 400, "path_ambiguous"],
    ["with a backslash", { path: "/shop/v1/items/a%5Cb" }, 400, "path_ambiguous"],
  ])("%s", async (_name, { key: presented, path = "/shop/v1/items", method = "GET" }, status, code) => {
    const response = await call(path, { method, ...(presented !== undefined && { key: presented }) });
    expect(await problemOf(response)).toEqual({ status, code });
  });

  it.each<[string, Partial<CredentialEntry>, number, string]>([
    ["revoked", { state: "revoked" }, 401, "key_revoked"],
    ["expired", { expiresAt: 1_700_000_000 }, 401, "key_expired"],
    ["of an application without a subscription", { subscriptions: [] }, 403, "subscription_missing"],
    ["of a plan that does not cover the API", { subscriptions: [{ id: 1, plan: 99 }] }, 403, "subscription_missing"],
  ])("with a key that is %s", async (name, entry, status, code) => {
    const presented = makeKey(name);
    await node.putCredentials([credentialFor(presented, entry)]);
    expect(await problemOf(await call("/shop/v1/items", { key: presented }))).toEqual({ status, code });
  });

  it("lists the methods of the path with a 405", async () => {
    expect((await call("/shop/v1/items", { method: "DELETE" })).headers.get("allow")).toBe("GET, HEAD, POST");
  });

  it("keeps the connection in step after refusing a request with a body", async () => {
    for (let round = 0; round < 5; round += 1) {
      expect((await call("/shop/v1/items", { method: "POST", body: "y".repeat(100_000), key: null })).status).toBe(401);
      expect((await call("/shop/v1/items")).status).toBe(200);
    }
  });
});

describe("a path that clients would tidy up before sending it", () => {
  it.each([
    "/shop/v1/items/%2e%2e/x",
    "/shop/v1/./items",
    "/shop/../items",
    "/shop/v1/items/..;a=b",
    "/shop/v1/items/%zz",
    "/%00",
  ])("%s is refused as ambiguous", async (path) => {
    const answer = await sendRaw(node.settings.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n\r\n`);
    expect(answer).toContain(" 400 ");
  });

  it("is forwarded in the normal form that was matched", async () => {
    upstream.seen.length = 0;
    await sendRaw(node.settings.port, `GET /shop/v1/%69tems/%7ea%3ab HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n\r\n`);
    expect(upstream.seen.map(({ url }) => url)).toEqual(["/base/items/~a%3Ab"]);
  });
});

describe("a revoked key", () => {
  it("is refused by every worker at the very next request, although they remember the key", async () => {
    const presented = makeKey("soon revoked");
    await node.putCredentials([credentialFor(presented)]);
    for (let request = 0; request < 20; request += 1) {
      expect((await call("/shop/v1/items", { key: presented })).status).toBe(200);
    }
    await node.putCredentials([credentialFor(presented, { state: "revoked" })]);
    for (let request = 0; request < 20; request += 1) {
      expect((await call("/shop/v1/items", { key: presented })).status).toBe(401);
    }
  });
});

describe("the meter", () => {
  it("counts every answered request once, refusals and upstream answers apart", async () => {
    const sum = () => Object.values(node.outcomes()).reduce((total, count) => total + count, 0);
    const before = sum();
    const statuses = await Promise.all(
      Array.from(
        { length: 50 },
        async (_unused, index) => (await call(index % 5 === 0 ? "/none" : "/shop/v1/items")).status,
      ),
    );
    expect(statuses.filter((status) => status === 404)).toHaveLength(10);
    await expect.poll(sum).toBe(before + 50);
  });
});

describe("a request that nginx itself refuses", () => {
  const header = "Host: a\r\n";
  it.each<[string, string, string, string]>([
    ["a broken escape", `GET /%zz HTTP/1.1\r\n${header}\r\n`, "400", "request_malformed"],
    ["no HTTP at all", "FOO\r\n\r\n", "400", "request_malformed"],
    ["no Host field", "GET / HTTP/1.1\r\n\r\n", "400", "request_malformed"],
    ["a request line that is too long", `GET /${"a".repeat(9000)} HTTP/1.1\r\n${header}\r\n`, "414", "uri_too_long"],
    [
      "a header that is too large",
      `GET / HTTP/1.1\r\n${header}X: ${"a".repeat(40_000)}\r\n\r\n`,
      "431",
      "headers_too_large",
    ],
    ["TRACE", `TRACE / HTTP/1.1\r\n${header}\r\n`, "405", "method_not_allowed"],
  ])("for %s gets a problem document and is counted once", async (_name, bytes, status, code) => {
    const total = () => Object.values(node.outcomes()).reduce((sum, count) => sum + count, 0);
    const before = total();
    const answer = await sendRaw(node.settings.port, bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain("application/problem+json");
    expect(answer).toContain(`"code":"${code}"`);
    await expect.poll(total).toBe(before + 1);
  });
});
