import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "@/gateway/compiler/compile";
import type { Upstream } from "@/gateway/contract/bundle";
import { takeSnapshot } from "@/lib/releases/take-snapshot";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, fails, makePerson, makeShop, must, openApi } from "../_testing/client";

prepareTestDatabase();

beforeAll(async () => {
  await bootstrapForTests();
  await makeShop();
});

const PATH = "/apis/orders/versions/v1/upstream";

/** What the next release would bring. */
async function compiledUpstream(): Promise<Upstream | undefined> {
  const result = compile(await takeSnapshot("production"));
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const chunk = result.chunks.find(({ kind }) => kind === "upstreams");
  return (JSON.parse(chunk?.text ?? "{}") as { upstreams?: Upstream[] }).upstreams?.[0];
}

describe("the upstream of a version", () => {
  it("says nothing of what it was not told, and compiles to targets and timeouts alone", async () => {
    const version = await must<{ upstream: Record<string, unknown> }>("GET", "/apis/orders/versions/v1");
    expect(Object.keys(version.upstream).sort()).toEqual(
      ["connectTimeoutMs", "etag", "readTimeoutMs", "sendTimeoutMs", "targets", "updatedAt"].sort(),
    );
    expect(Object.keys((await compiledUpstream()) ?? {}).sort()).toEqual(
      ["connectTimeoutMs", "id", "readTimeoutMs", "sendTimeoutMs", "sequence", "targets"].sort(),
    );
  });

  it("takes settings with their defaults, keeps those a change leaves out, and forgets those it sets to null", async () => {
    const targets = [{ url: "http://127.0.0.1:9000" }, { url: "http://127.0.0.1:9001", pool: "canary" }];
    const changed = await must<Record<string, unknown>>("PATCH", PATH, {
      targets,
      circuitBreaker: {},
      balancing: { algorithm: "least-connections" },
      split: { canary: { pool: "canary", percent: 5 } },
    });
    expect(changed).toMatchObject({
      targets: [
        { url: "http://127.0.0.1:9000", weight: 1, pool: "main" },
        { url: "http://127.0.0.1:9001", weight: 1, pool: "canary" },
      ],
      circuitBreaker: { consecutiveFailures: 5, openSeconds: 5, statuses: [502, 503, 504] },
      balancing: { algorithm: "least-connections" },
      split: { rules: [], canary: { pool: "canary", percent: 5 } },
    });
    const less = await must<Record<string, unknown>>("PATCH", PATH, { balancing: null, slowStartSeconds: 10 });
    expect(less).not.toHaveProperty("balancing");
    expect(less).toMatchObject({ slowStartSeconds: 10, circuitBreaker: { consecutiveFailures: 5 } });
    expect(await compiledUpstream()).toMatchObject({
      sequence: [0],
      slowStartMs: 10_000,
      circuitBreaker: { consecutiveFailures: 5, openMs: 5_000 },
      split: { pools: [{ name: "canary", sequence: [1] }], canary: { pool: "canary", fromShare: 0.05, toShare: 0.05 } },
    });
  });

  it("copies a share of the calls to a pool that has targets, which is not the main one, until it is set to null", async () => {
    const targets = [{ url: "http://127.0.0.1:9000" }, { url: "http://127.0.0.1:9001", pool: "shadow" }];
    const { targets: before } = await must<{ targets: unknown }>("PATCH", PATH, { slowStartSeconds: 10 });
    const changed = await must<Record<string, unknown>>("PATCH", PATH, {
      targets,
      split: null,
      mirror: { pool: "shadow", percent: 10 },
    });
    const defaults = { methods: "safe", maxBodyBytes: 65_536, timeoutMs: 5_000, maxConcurrent: 64 };
    expect(changed).toMatchObject({ mirror: { pool: "shadow", percent: 10, ...defaults } });
    expect(await compiledUpstream()).toMatchObject({
      sequence: [0],
      mirror: { pool: "shadow", sequence: [1], share: 0.1, ...defaults },
    });
    const places = async (mirror: unknown) =>
      (await fails(422, "PATCH", PATH, { mirror })).problems.map(({ code, place }) => [code, place]);
    expect(await places({ pool: "green", percent: 10 })).toEqual([["upstream_pool_unknown", "/mirror/pool"]]);
    expect(await places({ pool: "main", percent: 10 })).toEqual([["upstream_mirror_main", "/mirror/pool"]]);
    const wrong = { pool: "shadow", percent: 101, methods: "POST", maxBodyBytes: 2_000_000, timeoutMs: 0 };
    expect((await places({ ...wrong, maxConcurrent: 257 })).map(([, place]) => place)).toEqual(
      ["percent", "methods", "maxBodyBytes", "timeoutMs", "maxConcurrent"].map((field) => `/mirror/${field}`),
    );
    const none = await must<Record<string, unknown>>("PATCH", PATH, { mirror: null });
    expect(none).not.toHaveProperty("mirror");
    expect(await compiledUpstream()).not.toHaveProperty("mirror");
    await must("PATCH", PATH, { targets: before, split: { canary: { pool: "canary", percent: 5 } } });
  });

  it("presents the certificate that an admin names, which its team may keep but not choose", async () => {
    const { team } = await must<{ team: { slug: string } }>("GET", "/apis/orders");
    const token = await makePerson("owen", team.slug, "owner");
    const tls = { serverName: "orders.internal", clientCertificate: "orders" };
    expect((await call("PATCH", PATH, { tls }, { token })).status).toBe(403);
    await must("PATCH", PATH, { tls });
    expect(await compiledUpstream()).toMatchObject({ tlsName: "orders.internal", clientCertificate: "orders" });
    const kept = { ...tls, serverName: "other.internal" };
    expect((await call("PATCH", PATH, { tls: kept }, { token })).status).toBe(200);
    expect((await call("PATCH", PATH, { tls: { clientCertificate: "books" } }, { token })).status).toBe(403);
    await must("PATCH", PATH, { tls: null });
  });

  it("is refused with every problem at once, be it in a field or between fields", async () => {
    const fields = await fails(422, "PATCH", PATH, {
      circuitBreaker: { consecutiveFailures: 5000, statuses: [42] },
      healthCheck: { path: "no slash" },
      retries: { attempts: 9 },
    });
    expect(fields.problems.map(({ place }) => place)).toEqual([
      "/circuitBreaker/consecutiveFailures",
      "/circuitBreaker/statuses/0",
      "/healthCheck/path",
      "/retries/attempts",
    ]);
    const between = await fails(422, "PATCH", PATH, {
      targets: [{ url: "https://127.0.0.1:9000" }],
      split: { rules: [{ from: "header", name: "X-Tester", value: "1", pool: "green" }] },
    });
    expect(between.problems.map(({ code, place }) => [code, place])).toEqual([
      ["upstream_tls_name_missing", "/targets/0"],
      ["upstream_pool_unknown", "/split/rules/0/pool"],
    ]);
  });

  it.each([{}, { 0: { url: "http://a" } }, "http://a", null, [null], [[]]])(
    "is refused where its targets are %j, which is the caller's mistake",
    async (targets) => {
      const { problems } = await fails(422, "PATCH", PATH, { targets });
      expect(problems[0]?.place).toMatch(/^\/targets/);
    },
  );

  it("can be told everything when the version is made", async () => {
    const upstream = {
      targets: [{ url: "https://127.0.0.1:9000" }],
      tls: { serverName: "orders.internal" },
      healthCheck: { kind: "tcp" },
    };
    const body = { version: "v2", document: openApi("GET /orders"), upstream };
    const version = await must<{ upstream: unknown }>("POST", "/apis/orders/versions", body);
    expect(version.upstream).toMatchObject({ tls: { serverName: "orders.internal" }, healthCheck: { kind: "tcp" } });
    const wrong = await fails(422, "POST", "/apis/orders/versions", {
      ...body,
      version: "v3",
      upstream: { ...upstream, tls: undefined },
    });
    expect(wrong.problems.map(({ place }) => place)).toEqual(["/upstream/targets/0"]);
  });
});
