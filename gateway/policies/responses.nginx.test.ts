import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { one, PolicyBench } from "../testing/policy-bench";
import { makeKey } from "../testing/make-key";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";

/** What goes to the upstream, and what comes back: policies on a real node. */
let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.start();
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

describe("query-transform and path-rewrite", () => {
  it("change what the upstream gets, and the response is to the request as it was sent", async () => {
    await bench.attach([
      {
        policy: "query-transform",
        config: {
          steps: [
            { do: "remove", name: "debug" },
            { do: "set", name: "caller", value: "{application} & co" },
          ],
        },
      },
      {
        policy: "path-rewrite",
        config: { basePath: "keep", prefix: "/internal", host: "fixed", hostName: "inner.test" },
      },
    ]);
    const response = await bench.call("/shop/v1/items/a%20b?x=%2F&%64ebug=1");
    expect(await response.json()).toMatchObject({
      url: "/internal/shop/v1/items/a%20b?x=%2F&caller=1%20%26%20co",
      host: "inner.test",
    });
  });

  it("keep the client's Host field where they shall", async () => {
    await bench.attach(one("path-rewrite", { host: "preserve" }));
    expect(await (await bench.call()).json()).toMatchObject({
      url: "/items/7",
      host: `127.0.0.1:${bench.node.settings.port}`,
    });
  });
});

describe("mock", () => {
  it("answers in the upstream's place, with each status, and is metered by it", async () => {
    await bench.attach(one("mock", { answers: [{ body: { id: 7 } }, { status: 404, body: {} }, { status: 204 }] }));
    const before = bench.node.outcomes();
    const first = await bench.call();
    expect(first.headers.get("gatehouse-mock")).toBe("true");
    expect(await first.json()).toEqual({ id: 7 });
    const missing = await bench.call(undefined, { headers: { Prefer: "code=404" } });
    expect([missing.status, await missing.text()]).toEqual([404, "{}"]);
    expect((await bench.call(undefined, { headers: { Prefer: "code=204" } })).status).toBe(204);
    const head = await bench.call(undefined, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "8"]);
    expect((await bench.call(undefined, { headers: { "X-API-Key": "x" } })).status).toBe(401);
    expect(bench.upstream.seen).toEqual([]);
    await expect
      .poll(() => bench.node.outcomes())
      .toMatchObject({ success: (before.success ?? 0) + 3, client_error: (before.client_error ?? 0) + 1 });
  });
});

describe("compression", () => {
  it("is for clients that take it, and tells caches", async () => {
    await bench.attach(one("compression", {}));
    const path = "/shop/v1/items/7?filler=5000";
    const compressed = await sendRaw(
      bench.node.settings.port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\nAccept-Encoding: gzip\r\n\r\n`,
    );
    expect(compressed).toContain("Content-Encoding: gzip");
    expect(compressed).toMatch(/Vary: .*Accept-Encoding/i);
    expect(compressed.length).toBeLessThan(1000);
    const fetched = await bench.call(path);
    expect(((await fetched.json()) as { filler: string }).filler).toHaveLength(5000);
    const plain = await bench.call(path, { headers: { "Accept-Encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("vary")).toContain("Accept-Encoding");
    expect(await plain.text()).toHaveLength((await (await bench.call(path)).text()).length);
  });
});

describe("response-cache", () => {
  const other = makeKey("another application");

  beforeAll(() => bench.node.putCredentials([credentialFor(other, { credential: 2, application: 2 })]));

  /** A path of its own for each test: what a node keeps outlives the release. */
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await bench.call(path, { headers })).headers.get("cache-status")?.replace("gatehouse; ", "");

  it("asks the upstream once, counts every call, and tells the age", async () => {
    await bench.attach(one("response-cache", { ttlSeconds: 60 }));
    const before = bench.node.outcomes().success ?? 0;
    expect(await statusOf("/shop/v1/items/once")).toBe("fwd=uri-miss");
    const again = await bench.call("/shop/v1/items/once");
    expect(again.headers.get("cache-status")).toBe("gatehouse; hit");
    expect(Number(again.headers.get("age"))).toBeLessThan(5);
    expect(again.headers.get("x-request-id")).not.toBeNull();
    expect(await again.json()).toMatchObject({ url: "/items/once" });
    expect(bench.upstream.seen).toHaveLength(1);
    await expect.poll(() => bench.node.outcomes().success).toBe(before + 2);
  });

  it("limits cached answers like any other", async () => {
    const limits = [
      { id: 77, name: "few", algorithm: "fixed-window", quota: 2, windowSeconds: 3600, scope: "subscription" },
    ] as const;
    await bench.node.publish(
      shopSnapshot([bench.upstream.url], { limits, version: { policies: one("response-cache", { ttlSeconds: 60 }) } }),
    );
    const statuses = [];
    for (let round = 0; round < 3; round += 1) {
      statuses.push((await bench.call("/shop/v1/items/limited")).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it("keeps applications apart unless told otherwise", async () => {
    for (const [sharedBy, expected] of [
      ["application", "fwd=uri-miss"],
      ["everybody", "hit"],
    ] as const) {
      await bench.attach(one("response-cache", { sharedBy }));
      const path = `/shop/v1/items/by-${sharedBy}`;
      await statusOf(path);
      expect(await statusOf(path, { "X-API-Key": other })).toBe(expected);
    }
  });

  it("does what the upstream's Cache-Control and Vary say", async () => {
    await bench.attach(one("response-cache", { ttlSeconds: 60 }));
    for (const control of ["no-store", "private", "max-age=0"]) {
      const path = `/shop/v1/items/7?control=${control}`;
      await statusOf(path);
      expect(await statusOf(path), control).not.toBe("hit");
    }
    const path = "/shop/v1/items/7?vary=X-Tenant";
    await statusOf(path, { "X-Tenant": "a" });
    expect(await statusOf(path, { "X-Tenant": "b" })).toBe("fwd=uri-miss");
    expect(await statusOf(path, { "X-Tenant": "b" })).toBe("hit");
  });

  it("forgets all with a new generation, and fetches anew for who may ask for it", async () => {
    const path = "/shop/v1/items/purged";
    await bench.attach(one("response-cache", { callerMayRefresh: true }));
    await statusOf(path);
    expect(await statusOf(path)).toBe("hit");
    expect(await statusOf(path, { "Cache-Control": "no-cache" })).toBe("fwd=request");
    expect(await statusOf(path)).toBe("hit");
    await bench.attach(one("response-cache", { generation: 2 }));
    expect(await statusOf(path)).toBe("fwd=uri-miss");
    expect(await statusOf(path, { "Cache-Control": "no-cache" })).toBe("hit");
  });

  it("keeps nothing that says who the user is", async () => {
    await bench.attach(one("response-cache", {}));
    const path = "/shop/v1/items/personal";
    for (const headers of [{ Authorization: "Bearer a" }, { Cookie: "a=b" }] as Record<string, string>[]) {
      await statusOf(path, headers);
      expect(await statusOf(path, headers)).toBeUndefined();
    }
    expect(bench.upstream.seen).toHaveLength(4);
  });

  it("together with compression keeps one copy for both kinds of clients", async () => {
    await bench.attach([
      { policy: "response-cache", config: {} },
      { policy: "compression", config: {} },
    ]);
    const path = "/shop/v1/items/both?filler=5000";
    const plain = await (await bench.call(path, { headers: { "Accept-Encoding": "identity" } })).text();
    const compressed = await bench.call(path);
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(await compressed.text()).toBe(plain);
    expect(bench.upstream.seen).toHaveLength(1);
  });
});
