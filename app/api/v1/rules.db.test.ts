import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, fails, makePerson, makeShop, must, openApi, type Shop } from "../_testing/client";

prepareTestDatabase();

let shop: Shop;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
});

const upstream = { targets: [{ url: "http://127.0.0.1:9000" }] };

describe("bad input is refused naming every place", () => {
  it("a plan with an unknown algorithm, a zero window and a missing quota", async () => {
    const { problems } = await fails(422, "POST", "/products/shop/plans", {
      slug: "Silver Plan",
      name: "",
      colour: "grey",
      limits: [
        { name: "a", algorithm: "magic", quota: 10, windowSeconds: 0 },
        { name: "b", algorithm: "fixed-window", windowSeconds: 1.5, scope: "planet" },
      ],
    });
    expect(problems.map(({ place, code }) => [place, code])).toEqual([
      ["/slug", "invalid_format"],
      ["/name", "too_small"],
      ["/limits/0/algorithm", "unknown_value"],
      ["/limits/0/windowSeconds", "too_small"],
      ["/limits/1/quota", "required"],
      ["/limits/1/windowSeconds", "wrong_type"],
      ["/limits/1/scope", "unknown_value"],
      ["/colour", "unknown_field"],
    ]);
    problems.forEach(({ message }) => expect(message).not.toBe(""));
  });

  it("two limits of one name, and an SLA tier that does not exist", async () => {
    const limit = { name: "a", algorithm: "fixed-window", quota: 1, windowSeconds: 1 };
    const twice = await fails(422, "POST", "/products/shop/plans", { slug: "x", name: "X", limits: [limit, limit] });
    expect(twice.problems).toEqual([expect.objectContaining({ code: "limit_name_taken", place: "/limits/1/name" })]);
    const tier = await fails(422, "POST", "/products/shop/plans", { slug: "x", name: "X", slaTier: "platinum" });
    expect(tier.problems).toEqual([expect.objectContaining({ code: "unknown_value", place: "/slaTier" })]);
  });

  it("a product without versions, with unknown ones, or with one twice", async () => {
    const none = await fails(422, "POST", "/products", { slug: "p", name: "P", versions: [] });
    expect(none.problems).toEqual([expect.objectContaining({ code: "too_small", place: "/versions" })]);
    const missing = await fails(422, "POST", "/products", { slug: "p", name: "P" });
    expect(missing.problems).toEqual([expect.objectContaining({ code: "required", place: "/versions" })]);
    const orders = { api: "orders", version: "v1" };
    const wrong = await fails(422, "POST", "/products", {
      slug: "p",
      name: "P",
      versions: [orders, { api: "nope", version: "v1" }, orders],
    });
    expect(wrong.problems.map(({ place, code }) => [place, code])).toEqual([
      ["/versions/1", "unknown_value"],
      ["/versions/2", "duplicate"],
    ]);
  });

  it("upstream addresses with credentials, a bad scheme, a query, or that are none", async () => {
    const { problems } = await fails(422, "POST", "/apis/orders/versions", {
      version: "v9",
      document: openApi("GET /"),
      upstream: {
        targets: [
          { url: "http://user:secret@example.com" },
          { url: "ftp://example.com" },
          { url: "http://example.com?a=1" },
          { url: "example" },
          { url: "https://good.example.com" },
        ],
      },
    });
    expect(problems.map(({ place }) => place)).toEqual([0, 1, 2, 3].map((index) => `/upstream/targets/${index}/url`));
    expect(JSON.stringify(problems)).not.toContain("secret");
  });

  it("targets that all have weight 0, and no targets", async () => {
    const weights = { targets: [{ url: "http://a", weight: 0 }] };
    const zero = await fails(422, "PATCH", "/apis/orders/versions/v1/upstream", weights);
    expect(zero.problems).toEqual([expect.objectContaining({ code: "upstream_weights_zero", place: "/targets" })]);
    expect((await fails(422, "PATCH", "/apis/orders/versions/v1/upstream", { targets: [] })).problems[0]?.place).toBe(
      "/targets",
    );
  });

  it("documents that are not OpenAPI, ambiguous or broken, with line and column", async () => {
    const add = (document: string) =>
      fails(422, "POST", "/apis/orders/versions", { version: "v8", document, upstream });
    expect((await add("hello: world")).problems[0]).toMatchObject({ code: "not_openapi" });
    const broken = await add("openapi: 3.1.0\npaths: [");
    expect(broken.problems[0]).toMatchObject({ code: "syntax_error", line: expect.any(Number) });
    const ambiguous = await add(openApi("GET /a/{x}", "GET /a/{y}"));
    expect(ambiguous).toMatchObject({
      code: "document_invalid",
      problems: [{ code: "path_ambiguous", place: expect.stringMatching(/^\/document#\/paths\//) }],
    });
    expect((await call("GET", "/apis/orders/versions/v8")).status).toBe(404);
  });

  it("a document of 50 MB", async () => {
    const document = `{"openapi":"3.1.0","x":"${"a".repeat(50_000_000)}"}`;
    const problem = await fails(422, "POST", "/documents/check", { document });
    expect(problem.problems).toEqual([expect.objectContaining({ code: "document_too_large", place: "/document" })]);
  });

  it("a document at a private address", async () => {
    const problem = await fails(422, "POST", "/documents/check", { documentUrl: "http://127.0.0.1:1/openapi.json" });
    expect(problem.problems).toEqual([expect.objectContaining({ code: "address_refused", place: "/documentUrl" })]);
  });

  it("neither a document nor an address, or both", async () => {
    for (const body of [{}, { document: "a", documentUrl: "http://example.com" }]) {
      expect((await fails(422, "POST", "/documents/check", body)).problems[0]?.place).toBe("/document");
    }
  });

  it("a base path of another version, a name that is taken", async () => {
    const body = { version: "v2", document: openApi("GET /"), upstream, basePath: "/orders/v1" };
    expect((await fails(409, "POST", "/apis/orders/versions", body)).problems[0]).toMatchObject({
      code: "base_path_taken",
      place: "/basePath",
    });
    for (const [path, given] of [
      ["/apis", { slug: "orders", name: "Again" }],
      [
        "/sla-tiers",
        { slug: "gold", name: "G", rank: 1, availabilityPercent: 99, p95LatencyMs: 1, errorSharePercent: 1 },
      ],
      ["/products", { slug: "shop", name: "Again", versions: [{ api: "orders", version: "v1" }] }],
    ] as const) {
      expect((await fails(409, "POST", path, given)).problems[0]).toMatchObject({ code: "taken", place: "/slug" });
    }
  });

  it("a body that is not JSON, of another type, or missing", async () => {
    expect((await fails(400, "POST", "/apis", "{")).code).toBe("malformed_json");
    expect((await fails(415, "POST", "/apis", "a=b", { headers: { "content-type": "text/plain" } })).code).toBe(
      "media_type_unsupported",
    );
    expect((await fails(422, "POST", "/apis")).problems).toEqual([
      expect.objectContaining({ code: "required", place: "" }),
    ]);
    expect((await fails(404, "GET", "/nothing")).code).toBe("not_found");
    expect((await fails(400, "GET", "/apis?cursor=zzz")).code).toBe("cursor_invalid");
    const beyond = Buffer.from("after:99999999999").toString("base64url");
    expect((await fails(400, "GET", `/apis?cursor=${beyond}`)).code).toBe("cursor_invalid");
    const larger = Buffer.from("after:2147483648").toString("base64url");
    expect((await fails(400, "GET", `/apis?cursor=${larger}`)).code).toBe("cursor_invalid");
  });

  it("a subscription to what does not exist names each part", async () => {
    const { problems } = await fails(422, "POST", "/subscriptions", {
      application: "app_none",
      product: "none",
      plan: "gold",
    });
    expect(problems.map(({ place }) => place)).toEqual(["/application", "/product"]);
  });

  it("a key that would be born expired", async () => {
    const body = { expiresAt: "2020-01-01T00:00:00Z" };
    expect((await fails(422, "POST", `/applications/${shop.application}/keys`, body)).problems[0]?.place).toBe(
      "/expiresAt",
    );
  });
});

describe("publishing", () => {
  it("an environment that cannot be published writes nothing and names every problem", async () => {
    const before = await database().release.count();
    const audit = await database().auditEntry.count();
    // Past the door: as if written by an older version with other rules.
    const plan = await database().plan.findFirstOrThrow({ where: { slug: "gold" } });
    await database().limit.create({
      data: {
        planId: plan.id,
        name: "odd",
        position: 9,
        algorithm: "magic",
        quota: 0,
        windowSeconds: 0,
        scope: "planet",
      },
    });
    const problem = await fails(422, "POST", "/environments/production/releases", {});
    expect(problem.code).toBe("not_publishable");
    expect(problem.problems.length).toBeGreaterThan(2);
    expect(problem.problems[0]?.place).toBe("products/shop/plans/gold/limits/odd");
    expect(await must("POST", "/environments/production/releases/check")).toMatchObject({ ok: false, changes: null });
    expect(await database().release.count()).toBe(before);
    expect(await database().auditEntry.count()).toBe(audit);
    await database().limit.deleteMany({ where: { name: "odd" } });
  });

  it("publishes at the same moment are one after the other: numbers without gaps, the pointer at the last", async () => {
    const releases = await Promise.all(
      Array.from({ length: 6 }, () => must<{ number: number }>("POST", "/environments/staging/releases", {})),
    );
    expect(releases.map(({ number }) => number).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await must("GET", "/environments/staging")).toMatchObject({ release: 7 });
    // What did not change is stored once.
    const chunks = await database().releaseChunk.findMany({
      where: { release: { environment: { slug: "staging" }, number: { gt: 1 } } },
    });
    expect(chunks.length).toBe(6 * new Set(chunks.map(({ sha256 }) => sha256)).size);
  });

  it("release, pointer, audit and the word to agents are written together or not at all", async () => {
    const before = await must<{ release: number }>("GET", "/environments/dev");
    await database().$executeRawUnsafe(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$`,
    );
    await database().$executeRawUnsafe(
      `CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const problem = await fails(500, "POST", "/environments/dev/releases", {});
    expect(JSON.stringify(problem)).not.toContain("no room");
    await database().$executeRawUnsafe(`DROP TRIGGER refuse ON audit_entry`);
    expect(await must("GET", "/environments/dev")).toMatchObject({ release: before.release });
    expect(await database().release.count({ where: { environment: { slug: "dev" } } })).toBe(before.release);
  });
});

describe("repeated and competing requests", () => {
  it("a POST with an Idempotency-Key is done once and answered the same, key and all", async () => {
    const headers = { "idempotency-key": "first" };
    const path = `/applications/${shop.application}/keys`;
    const answers = [
      await call("POST", path, { name: "once" }, { headers }),
      await call("POST", path, { name: "once" }, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
    const { items } = await must<{ items: { name: string }[] }>("GET", path);
    expect(items.filter(({ name }) => name === "once")).toHaveLength(1);
    const stored = await database().idempotencyKey.findFirstOrThrow({ where: { key: "first" } });
    expect(stored.answer).not.toContain("gh_live_");
    // A plain hash of the request would let whoever reads the database guess a password in its body.
    expect(stored.requestHash).not.toBe(sha256Hex(`POST /api/v1${path}\n${JSON.stringify({ name: "once" })}`));
    expect((await fails(422, "POST", path, { name: "other" }, { headers })).code).toBe("idempotency_key_reused");
  });

  it("a POST that is still being answered after two minutes is not done a second time", async () => {
    const { userId } = await database().idempotencyKey.findFirstOrThrow({ where: { key: "first" } });
    const createdAt = new Date(Date.now() - 120_000);
    await database().idempotencyKey.create({ data: { userId, key: "slow", requestHash: "", createdAt } });
    const headers = { "idempotency-key": "slow" };
    const problem = await fails(409, "POST", "/apis", { slug: "slow", name: "Slow" }, { headers });
    expect(problem.code).toBe("request_in_progress");
  });

  it("a POST that failed may be repeated with its key", async () => {
    const headers = { "idempotency-key": "second" };
    await fails(422, "POST", "/apis", { slug: "NO" }, { headers });
    await fails(409, "POST", "/apis", { slug: "orders", name: "O" }, { headers });
    await must("POST", "/apis", { slug: "fresh", name: "Fresh" }, { headers });
  });

  it("a change of something that was changed meanwhile is refused with If-Match, made without", async () => {
    const { headers } = await call("GET", "/apis/orders");
    const seen = headers.get("etag") ?? "";
    await must("PATCH", "/apis/orders", { name: "Orders!" }, { headers: { "if-match": seen } });
    expect((await fails(412, "PATCH", "/apis/orders", { name: "Lost" }, { headers: { "if-match": seen } })).code).toBe(
      "precondition_failed",
    );
    expect((await fails(412, "DELETE", "/apis/orders", undefined, { headers: { "if-match": seen } })).code).toBe(
      "precondition_failed",
    );
    await must("PATCH", "/apis/orders", { name: "Orders" });
  });

  it("a subscription moves only along its states, and an application has one open per product", async () => {
    await must("POST", "/products/shop/plans", { slug: "manual", name: "Manual", approval: "manual" });
    const { id: application } = await must<{ id: string }>("POST", "/applications", { name: "Asker" });
    const asked = await must<{ id: string; state: string }>("POST", "/subscriptions", {
      application,
      product: "shop",
      plan: "manual",
    });
    expect(asked.state).toBe("pending");
    expect((await fails(409, "POST", "/subscriptions", { application, product: "shop", plan: "gold" })).code).toBe(
      "taken",
    );
    expect((await fails(409, "POST", `/subscriptions/${asked.id}/resume`)).code).toBe("state_conflict");
    expect(await must("POST", `/subscriptions/${asked.id}/approve`, { note: "Welcome" })).toMatchObject({
      state: "active",
      decisionNote: "Welcome",
    });
    expect((await fails(409, "POST", `/subscriptions/${asked.id}/reject`)).code).toBe("state_conflict");
    await must("POST", `/subscriptions/${asked.id}/close`);
    await must("POST", "/subscriptions", { application, product: "shop", plan: "gold" });
  });

  it("lists come in pages without loss or repetition", async () => {
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Page 0" });
    for (const number of [1, 2, 3, 4]) {
      await must("POST", "/applications", { name: `Page ${number}` });
    }
    const names: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: { items: { name: string }[]; nextCursor: string | null } = await must(
        "GET",
        `/applications?search=Page&limit=2${query}`,
      );
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(["Page 4", "Page 3", "Page 2", "Page 1", "Page 0"]);
    await must("DELETE", `/applications/${id}`);
  });
});

describe("people", () => {
  it("signing up makes a consumer with a team of their own, once per address", async () => {
    const body = { name: "Ada Lovelace", email: "Ada@Example.com", password: "correct horse battery" };
    const user = await must<{ email: string; memberships: { roles: string[]; personal: boolean }[] }>(
      "POST",
      "/sign-up",
      body,
      { token: null },
    );
    expect(user.email).toBe("ada@example.com");
    expect(user.memberships).toEqual([expect.objectContaining({ personal: true, roles: ["consumer"] })]);
    expect((await fails(409, "POST", "/sign-up", body, { token: null })).problems[0]?.place).toBe("/email");
    const weak = await fails(422, "POST", "/sign-up", { name: "x", email: "no", password: "short" }, { token: null });
    expect(weak.problems.map(({ place }) => place)).toEqual(["/email", "/password"]);
    const row = await database().user.findUniqueOrThrow({ where: { email: "ada@example.com" } });
    expect(row.passwordHash).toMatch(/^scrypt\$15\$8\$3\$/);
  });

  it("a disabled person's tokens stop working", async () => {
    const token = await makePerson("dora", "doras", "consumer");
    const { id } = await must<{ id: string }>("GET", "/me", undefined, { token });
    await must("PATCH", `/users/${id}`, { disabled: true });
    expect((await fails(401, "GET", "/me", undefined, { token })).code).toBe("token_invalid");
  });

  it("the last admin cannot be taken away", async () => {
    const me = await must<{ id: string }>("GET", "/me");
    expect((await fails(409, "PUT", `/teams/platform/members/${me.id}`, { roles: ["ops"] })).code).toBe(
      "state_conflict",
    );
    expect((await fails(409, "DELETE", `/teams/platform/members/${me.id}`)).code).toBe("state_conflict");
  });

  it("every change is in the audit log, with who and the request", async () => {
    await must("POST", "/apis", { slug: "audited", name: "Audited" }, { headers: { "x-request-id": "request-1" } });
    const { items } = await must<{ items: Record<string, unknown>[] }>("GET", "/audit?entityType=api&entityId=audited");
    expect(items).toEqual([
      expect.objectContaining({
        action: "api.create",
        actorName: "Admin",
        requestId: "request-1",
        summary: "Created API Audited",
      }),
    ]);
  });
});
