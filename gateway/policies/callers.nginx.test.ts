import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, one, PolicyBench } from "../testing/policy-bench";
import { shopSnapshot } from "../testing/snapshots";

/** Who may call, and from where: policies on a real node. */
let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.start();
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

describe("cors", () => {
  const preflight = (origin: string, method = "GET", path = "/shop/v1/items") =>
    fetch(`${bench.node.url}${path}`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": method },
    });

  it("answers an API's preflights at the edge, without a key and without the upstream", async () => {
    await bench.attach(
      one("cors", { origins: ["https://*.shop.example"], methods: ["GET", "POST"], credentials: true }),
    );
    const response = await preflight("https://app.shop.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://app.shop.example");
    expect(response.headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    expect((await preflight("https://evil.example")).status).toBe(405);
    expect((await preflight("https://app.shop.example", "GET", "/nothing")).status).toBe(404);
    expect(bench.upstream.seen).toEqual([]);
  });

  it("of an operation is that operation's alone", async () => {
    const snapshot = shopSnapshot([bench.upstream.url]);
    const policies = one("cors", { origins: ["https://app.example"] });
    await bench.node.publish({
      ...snapshot,
      apiVersions: snapshot.apiVersions.map((version) => ({
        ...version,
        operations: version.operations.map((operation) =>
          operation.key === "createItem" ? { ...operation, policies } : operation,
        ),
      })),
    });
    expect((await preflight("https://app.example", "POST")).status).toBe(204);
    expect((await preflight("https://app.example", "GET")).status).toBe(405);
    const origin = { headers: { Origin: "https://app.example" } };
    const created = await bench.call("/shop/v1/items", { method: "POST", body: "x", ...origin });
    expect(created.headers.get("access-control-allow-origin")).toBe("https://app.example");
    const listed = await bench.call("/shop/v1/items", origin);
    expect(listed.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("of an API takes the place of the environment's, once, and lets pages read refusals", async () => {
    const snapshot = shopSnapshot([bench.upstream.url], {
      version: { policies: one("cors", { origins: ["https://app.example"], exposedHeaders: ["X-Api"] }) },
    });
    await bench.node.publish({ ...snapshot, policies: one("cors", { origins: ["*"] }) });
    const headers = { Origin: "https://app.example" };
    for (const response of [
      await bench.call(undefined, { headers }),
      await bench.call(undefined, { headers: { ...headers, "X-API-Key": "x" } }),
    ]) {
      expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example");
      expect(response.headers.get("access-control-expose-headers")).toBe("X-Api");
    }
    const elsewhere = await bench.call(undefined, { headers: { Origin: "https://other.example" } });
    expect(elsewhere.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("key-auth", () => {
  it("takes a key from the query, a bearer token or a field of another name, and none reaches the upstream", async () => {
    const places = [{ in: "query", name: "api_key" }, { in: "bearer" }, { in: "header", name: "X-Partner-Key" }];
    await bench.attach(one("key-auth", { places }));
    const headers: Record<string, string>[] = [
      { Authorization: `Bearer ${bench.key}` },
      { "X-Partner-Key": bench.key },
    ];
    for (const sent of headers) {
      expect((await fetch(`${bench.node.url}/shop/v1/items/7`, { headers: sent })).status).toBe(200);
    }
    expect((await fetch(`${bench.node.url}/shop/v1/items/7?a=1&api_key=${bench.key}`)).status).toBe(200);
    expect((await fetch(`${bench.node.url}/shop/v1/items/7`)).status).toBe(401);
    expect(bench.upstream.seen.map(({ url }) => url)).toEqual(["/items/7", "/items/7", "/items/7?a=1"]);
    expect(JSON.stringify(bench.upstream.seen)).not.toContain(bench.key);
  });
});

describe("basic-auth", () => {
  const basic = (password: string) => ({ Authorization: `Basic ${Buffer.from(`me:${password}`).toString("base64")}` });

  it("beside key-auth is an alternative: either is enough, neither is refused with both challenges", async () => {
    await bench.attach(one("basic-auth", {}));
    expect((await fetch(`${bench.node.url}/shop/v1/items/7`, { headers: basic(bench.key) })).status).toBe(200);
    expect((await bench.call()).status).toBe(200);
    expect(bench.upstream.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    const refused = await fetch(`${bench.node.url}/shop/v1/items/7`);
    expect(refused.headers.get("www-authenticate")).toBe(
      'ApiKey realm="gatehouse", Basic realm="gatehouse", charset="UTF-8"',
    );
    expect(await codeOf(refused)).toBe("basic_missing");
    expect(await codeOf(await fetch(`${bench.node.url}/shop/v1/items/7`, { headers: basic("wrong") }))).toBe(
      "key_malformed",
    );
  });

  it("in place of key-auth still brings the caller's subscription", async () => {
    await bench.attach([
      { policy: "key-auth", config: {}, enabled: false },
      { policy: "basic-auth", config: {} },
    ]);
    expect((await bench.call()).status).toBe(401);
    expect((await fetch(`${bench.node.url}/shop/v1/items/7`, { headers: basic(bench.key) })).status).toBe(200);
  });
});

describe("correlation", () => {
  it("takes a request id over for the client, the upstream and problem documents", async () => {
    await bench.attach(one("correlation", { formats: ["w3c", "b3"] }), "environment");
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const headers = { "X-Request-Id": "order-7", traceparent };
    const response = await bench.call(undefined, { headers });
    expect(response.headers.get("x-request-id")).toBe("order-7");
    expect(bench.upstream.seen[0]?.headers).toMatchObject({
      "x-request-id": "order-7",
      traceparent,
      b3: "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
    });
    const refused = await bench.call("/nothing", { headers });
    expect(((await refused.json()) as { requestId: string }).requestId).toBe("order-7");
  });

  it("begins a trace of its own for each call that has none", async () => {
    await bench.attach(one("correlation", {}), "environment");
    await Promise.all(Array.from({ length: 50 }, () => bench.call()));
    const parents = bench.upstream.seen.map(({ headers }) => headers.traceparent);
    expect(parents.every((parent) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(String(parent)))).toBe(true);
    expect(new Set(parents).size).toBe(50);
  });
});
