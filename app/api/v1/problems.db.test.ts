import { beforeAll, describe, expect, it } from "vitest";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, fails, makePerson, makeShop, openApi, type Shop } from "../_testing/client";

prepareTestDatabase();

let shop: Shop;
let consumer: string;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
  consumer = await makePerson("cora", "buyers", "consumer");
});

async function problems(status: number, method: string, path: string, body: unknown, token?: string | null) {
  const problem = await fails(status, method, path, body, token === undefined ? {} : { token });
  return problem.problems.map(({ place, code }) => [place, code]);
}

const goodUpstream = { targets: [{ url: "http://127.0.0.1:9000" }] };
const badUpstream = { targets: [{ url: "ftp://a" }], readTimeoutMs: -1 };

describe("every problem of a request is told at once, what only the database or the document knows beside what the fields show", () => {
  it("a version with a bad name, base path, upstream and document", async () => {
    const body = {
      version: "!",
      basePath: "orders",
      document: openApi("GET /a/{x}", "GET /a/{y}"),
      upstream: badUpstream,
    };
    expect(await problems(422, "POST", "/apis/orders/versions", body)).toEqual([
      ["/version", "invalid_format"],
      ["/basePath", "invalid_format"],
      ["/upstream/targets/0/url", "upstream_url_invalid"],
      ["/upstream/readTimeoutMs", "too_small"],
      [expect.stringMatching(/^\/document#\/paths\//), "path_ambiguous"],
    ]);
  });

  it("a version with a bad upstream whose name and base path are taken", async () => {
    const body = { version: "v1", basePath: "/orders/v1", document: "hello: world", upstream: badUpstream };
    expect(await problems(422, "POST", "/apis/orders/versions", body)).toEqual([
      ["/upstream/targets/0/url", "upstream_url_invalid"],
      ["/upstream/readTimeoutMs", "too_small"],
      ["/document", "not_openapi"],
      ["/version", "taken"],
      ["/basePath", "base_path_taken"],
    ]);
  });

  it("a version whose fields are right, but whose document is bad and whose name is taken", async () => {
    const body = { version: "v1", basePath: "/orders/v1", document: "hello: world", upstream: goodUpstream };
    expect(await problems(422, "POST", "/apis/orders/versions", body)).toEqual([
      ["/document", "not_openapi"],
      ["/version", "taken"],
      ["/basePath", "base_path_taken"],
    ]);
    expect(await problems(409, "POST", "/apis/orders/versions", { ...body, document: openApi("GET /") })).toEqual([
      ["/version", "taken"],
      ["/basePath", "base_path_taken"],
    ]);
  });

  it("a missing document beside other wrong fields, and no document read without the files it came with", async () => {
    const body = { version: "!", upstream: goodUpstream };
    expect(await problems(422, "POST", "/apis/orders/versions", body)).toEqual([
      ["/version", "invalid_format"],
      ["/document", "required"],
    ]);
    const document = JSON.stringify({ openapi: "3.1.0", info: {}, paths: { "/a": { $ref: "a.yaml" } } });
    const unread = { ...body, document, references: { "a.yaml": 1 } };
    expect(await problems(422, "POST", "/apis/orders/versions", unread)).toEqual([
      ["/version", "invalid_format"],
      ["/references/a.yaml", "wrong_type"],
    ]);
  });

  it("rules about several items, beside what is wrong with one of them", async () => {
    const limit = { name: "a", algorithm: "fixed-window", quota: 1, windowSeconds: 1 };
    const limits = [limit, { ...limit, quota: 0 }, null];
    expect(await problems(422, "POST", "/products/shop/plans", { slug: "x", name: "X", limits })).toEqual([
      ["/limits/1/quota", "too_small"],
      ["/limits/2", "wrong_type"],
      ["/limits/1/name", "limit_name_taken"],
    ]);
    const targets = [
      { url: "ftp://a", weight: 0 },
      { url: "http://a", weight: 0 },
    ];
    expect(await problems(422, "PATCH", "/apis/orders/versions/v1/upstream", { targets })).toEqual([
      ["/targets/0/url", "upstream_url_invalid"],
      ["/targets", "upstream_weights_zero"],
    ]);
  });

  it("a revision, and a document that is only checked, with a field too many", async () => {
    const body = { document: "hello: world", colour: "grey" };
    for (const path of ["/apis/orders/versions/v1/revisions", "/documents/check"]) {
      expect(await problems(422, "POST", path, body)).toEqual([
        ["/colour", "unknown_field"],
        ["/document", "not_openapi"],
      ]);
    }
  });

  it.each([
    ["an API", "POST", "/apis", { slug: "orders", name: "", team: "none" }, ["/name", "/team", "/slug"]],
    ["an API's change", "PATCH", "/apis/orders", { name: "", team: "none" }, ["/name", "/team"]],
    [
      "a product",
      "POST",
      "/products",
      { slug: "shop", name: "", team: "none", versions: [{ api: "none", version: "v1" }] },
      ["/name", "/team", "/versions/0", "/slug"],
    ],
    [
      "a product's change",
      "PATCH",
      "/products/shop",
      { name: "", versions: [{ api: "none", version: "v1" }] },
      ["/name", "/versions/0"],
    ],
    [
      "a plan",
      "POST",
      "/products/shop/plans",
      { slug: "gold", name: "", slaTier: "x" },
      ["/name", "/slaTier", "/slug"],
    ],
    ["a plan's change", "PATCH", "/products/shop/plans/gold", { name: "", slaTier: "x" }, ["/name", "/slaTier"]],
    [
      "an SLA tier",
      "POST",
      "/sla-tiers",
      { slug: "gold", name: "", rank: 1, availabilityPercent: 1, p95LatencyMs: 1, errorSharePercent: 1 },
      ["/name", "/slug"],
    ],
    ["an application", "POST", "/applications", { name: "", team: "none" }, ["/name", "/team"]],
    [
      "a subscription",
      "POST",
      "/subscriptions",
      { application: "app_none", product: "none", plan: "gold", note: 1 },
      ["/note", "/application", "/product"],
    ],
    [
      "a gateway",
      "POST",
      "/gateways",
      { slug: "main", name: "", environment: "moon", publicUrl: "http://a" },
      ["/name", "/environment", "/slug"],
    ],
    [
      "an enrolment token",
      "POST",
      "/gateways/main/enrolment-tokens",
      { name: "", expiresAt: "2020-01-01T00:00:00Z" },
      ["/name", "/expiresAt"],
    ],
    ["a team", "POST", "/teams", { slug: "platform", name: "" }, ["/name", "/slug"]],
    [
      "a person",
      "POST",
      "/users",
      { name: "", email: "Admin@gatehouse.test", password: "correct horse battery", team: "none" },
      ["/name", "/email", "/team"],
    ],
    ["a token", "POST", "/me/tokens", { name: "", expiresAt: "2020-01-01T00:00:00Z" }, ["/name", "/expiresAt"]],
    [
      "a password",
      "POST",
      "/me/password",
      { currentPassword: "wrong", newPassword: "short" },
      ["/newPassword", "/currentPassword"],
    ],
  ] as [string, string, string, Record<string, unknown>, string[]][])(
    "%s",
    async (_name, method, path, body, places) => {
      expect((await problems(422, method, path, body)).map(([place]) => place)).toEqual(places);
    },
  );

  it("a key", async () => {
    const body = { name: "", expiresAt: "2020-01-01T00:00:00Z" };
    const found = await problems(422, "POST", `/applications/${shop.application}/keys`, body);
    expect(found.map(([place]) => place)).toEqual(["/name", "/expiresAt"]);
  });

  it("somebody who signs up", async () => {
    const body = { name: "", email: "admin@gatehouse.test", password: "short" };
    const found = await problems(422, "POST", "/sign-up", body, null);
    expect(found.map(([place]) => place)).toEqual(["/name", "/password", "/email"]);
  });

  it("whoever may not make the change hears that, and nothing of what it would meet", async () => {
    const body = { version: "!", document: "hello: world", upstream: badUpstream };
    const owner = await makePerson("olaf", "rivals", "owner");
    expect(await problems(403, "POST", "/apis/orders/versions", body, owner)).toEqual([]);
    expect(await problems(403, "POST", "/teams", { slug: "platform", name: "" }, consumer)).toEqual([]);
  });
});
