import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { checkSignIn } from "@/lib/auth/check-sign-in";
import { verifyCredentials } from "@/lib/auth/verify-credentials";
import { prepareTestDatabase } from "@/lib/testing/database";
import { database, pool } from "@/lib/database";
import { env } from "@/lib/env";
import { SYSTEM } from "@/lib/permissions";
import { setMember } from "@/lib/teams/manage-teams";
import { bootstrapForTests, call, makePerson, makeShop, must, openApi, type Shop } from "../_testing/client";

prepareTestDatabase();

/** Who asks: each with a token, "nobody" without one. */
type Who = "nobody" | "admin" | "ops" | "owner" | "otherOwner" | "consumer" | "otherConsumer";

const tokens: Partial<Record<Who, string | null>> = { nobody: null };
let shop: Shop;
let subscription: string;
let application: string;
let key: string;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
  tokens.owner = await makePerson("owen", "sellers", "owner");
  tokens.otherOwner = await makePerson("olaf", "rivals", "owner");
  tokens.consumer = await makePerson("cora", "buyers", "consumer");
  tokens.otherConsumer = await makePerson("carl", "others", "consumer");
  tokens.ops = await makePerson("oona", "watch", "ops");
  const owner = { token: tokens.owner };
  await must("POST", "/apis", { slug: "books", name: "Books", team: "sellers" }, owner);
  await must(
    "POST",
    "/apis/books/versions",
    { version: "v1", document: openApi("GET /books"), upstream: { targets: [{ url: "http://localhost:9" }] } },
    owner,
  );
  await must("POST", "/apis", { slug: "secret", name: "Secret", visibility: "private", team: "sellers" }, owner);
  await must("POST", "/apis", { slug: "inside", name: "Inside", visibility: "internal", team: "sellers" }, owner);
  await must(
    "POST",
    "/products",
    { slug: "library", name: "Library", team: "sellers", versions: [{ api: "books", version: "v1" }] },
    owner,
  );
  await must("POST", "/products/library/plans", { slug: "reader", name: "Reader", approval: "manual" }, owner);
  const consumer = { token: tokens.consumer };
  application = (await must<{ id: string }>("POST", "/applications", { name: "Shelf", team: "buyers" }, consumer)).id;
  subscription = (
    await must<{ id: string }>("POST", "/subscriptions", { application, product: "library", plan: "reader" }, consumer)
  ).id;
  key = (await must<{ id: string }>("POST", `/applications/${application}/keys`, {}, consumer)).id;
});

async function statuses(method: string, path: string, body?: unknown): Promise<Record<Who, number>> {
  const people: Who[] = ["nobody", "admin", "ops", "owner", "otherOwner", "consumer", "otherConsumer"];
  const entries: [Who, number][] = [];
  for (const who of people) {
    const token = tokens[who];
    entries.push([who, (await call(method, path, body, token === undefined ? {} : { token })).status]);
  }
  return Object.fromEntries(entries) as Record<Who, number>;
}

const EVERYBODY = { nobody: 200, admin: 200, ops: 200, owner: 200, otherOwner: 200, consumer: 200, otherConsumer: 200 };

describe("who may read", () => {
  it.each([
    ["a public API: everybody", "/apis/books", {}],
    ["an internal API: whoever is signed in", "/apis/inside", { nobody: 404 }],
    [
      "a private API: its team, ops and admins",
      "/apis/secret",
      { nobody: 404, otherOwner: 404, consumer: 404, otherConsumer: 404 },
    ],
    [
      "revisions: owners of the API's team",
      "/apis/books/versions/v1/revisions",
      { nobody: 401, ops: 403, otherOwner: 403, consumer: 403, otherConsumer: 403 },
    ],
    [
      "the document of a revision: owners of the API's team",
      "/apis/books/versions/v1/revisions/1/document",
      { nobody: 401, ops: 403, otherOwner: 403, consumer: 403, otherConsumer: 403 },
    ],
    ["the catalogue: everybody", "/catalogue/books", {}],
    ["SLA tiers: everybody", "/sla-tiers", {}],
    [
      "releases: owners, ops and admins",
      "/environments/production/releases",
      { nobody: 401, consumer: 403, otherConsumer: 403 },
    ],
    ["gateways: owners, ops and admins", "/gateways", { nobody: 401, consumer: 403, otherConsumer: 403 }],
    [
      "enrolment tokens: admins",
      "/gateways/main/enrolment-tokens",
      { nobody: 401, ops: 403, owner: 403, otherOwner: 403, consumer: 403, otherConsumer: 403 },
    ],
    [
      "people: admins",
      "/users",
      { nobody: 401, ops: 403, owner: 403, otherOwner: 403, consumer: 403, otherConsumer: 403 },
    ],
    ["the audit log: owners, ops and admins", "/audit", { nobody: 401, consumer: 403, otherConsumer: 403 }],
    [
      "a team: its members, ops and admins",
      "/teams/buyers",
      { nobody: 401, owner: 404, otherOwner: 404, otherConsumer: 404 },
    ],
  ] as [string, string, Partial<Record<Who, number>>][])("%s", async (_name, path, exceptions) => {
    expect(await statuses("GET", path)).toEqual({ ...EVERYBODY, ...exceptions });
  });

  it("an application and its keys: its team, ops and admins", async () => {
    const expected = { ...EVERYBODY, nobody: 401, owner: 404, otherOwner: 404, otherConsumer: 404 };
    expect(await statuses("GET", `/applications/${application}`)).toEqual(expected);
    expect(await statuses("GET", `/applications/${application}/keys`)).toEqual(expected);
  });

  it("a subscription: both sides, ops and admins", async () => {
    const expected = { ...EVERYBODY, nobody: 401, otherOwner: 404, otherConsumer: 404 };
    expect(await statuses("GET", `/subscriptions/${subscription}`)).toEqual(expected);
  });

  it("lists hold what one may see and nothing else", async () => {
    const names = async (path: string, token: string | null | undefined) =>
      (
        await must<{ items: { name: string }[] }>("GET", path, undefined, token === undefined ? {} : { token })
      ).items.map(({ name }) => name);
    expect(await names("/apis", null)).toEqual(["Books", "Orders"]);
    expect(await names("/apis", tokens.consumer)).toEqual(["Inside", "Books", "Orders"]);
    expect(await names("/apis?editable=true", tokens.owner)).toEqual(["Inside", "Secret", "Books"]);
    expect(await names("/applications", tokens.otherConsumer)).toEqual([]);
    expect(await names("/applications", tokens.consumer)).toEqual(["Shelf"]);
    expect(await names("/applications", tokens.ops)).toEqual(["Shelf", "Till"]);
  });

  it("where an API's requests go is the owners' and operators' business", async () => {
    const upstream = async (token: string | null | undefined) =>
      (
        await must<{ upstream: unknown }>(
          "GET",
          "/apis/books/versions/v1",
          undefined,
          token === undefined ? {} : { token },
        )
      ).upstream;
    expect(await upstream(null)).toBeNull();
    expect(await upstream(tokens.otherOwner)).toBeNull();
    expect(await upstream(tokens.owner)).not.toBeNull();
    expect(await upstream(tokens.ops)).not.toBeNull();
  });
});

describe("what a version tells those who may not change it", () => {
  const read = (token: string | null | undefined) =>
    must<{ products: { slug: string }[]; revision: { sourceUrl: string | null } }>(
      "GET",
      "/apis/books/versions/v1",
      undefined,
      { token: token ?? null },
    );

  it("a private product is not named to others by the API it offers", async () => {
    const product = { slug: "friends", name: "Friends", visibility: "private", team: "sellers" };
    const versions = [{ api: "books", version: "v1" }];
    await must("POST", "/products", { ...product, versions }, { token: tokens.owner ?? "" });
    const names = async (token: string | null | undefined) => (await read(token)).products.map(({ slug }) => slug);
    expect(await names(null)).toEqual(["library"]);
    expect(await names(tokens.otherOwner)).toEqual(["library"]);
    expect(await names(tokens.owner)).toEqual(["library", "friends"]);
    await must("DELETE", "/products/friends", undefined, { token: tokens.owner ?? "" });
  });

  it("the address a document came from is its owners' business", async () => {
    const sourceUrl = "https://inside.example/openapi.json?token=secret";
    await database().revision.updateMany({ where: { version: { api: { slug: "books" } } }, data: { sourceUrl } });
    expect((await read(null)).revision.sourceUrl).toBeNull();
    expect((await read(tokens.otherOwner)).revision.sourceUrl).toBeNull();
    expect((await read(tokens.owner)).revision.sourceUrl).toBe(sourceUrl);
  });
});

describe("who may change", () => {
  const NOBODY_ELSE = { nobody: 401, ops: 403, owner: 403, otherOwner: 403, consumer: 403, otherConsumer: 403 };

  it("an API, its versions, upstream, products and plans: owners of its team and admins", async () => {
    const expected = { ...NOBODY_ELSE, admin: 200, owner: 200 };
    expect(await statuses("PATCH", "/apis/books", { name: "Books" })).toEqual(expected);
    expect(await statuses("PATCH", "/apis/books/versions/v1", { lifecycle: "active" })).toEqual(expected);
    expect(await statuses("PATCH", "/apis/books/versions/v1/upstream", { readTimeoutMs: 1000 })).toEqual(expected);
    expect(await statuses("POST", "/apis/books/versions/v1/revisions", { document: openApi("GET /books") })).toEqual({
      ...NOBODY_ELSE,
      admin: 201,
      owner: 201,
    });
    expect(await statuses("PATCH", "/products/library", { name: "Library" })).toEqual(expected);
    expect(await statuses("PATCH", "/products/library/plans/reader", { name: "Reader" })).toEqual(expected);
  });

  it("a document is read for owners and admins only, others are refused before their body is", async () => {
    const expected = { ...NOBODY_ELSE, admin: 200, owner: 200, otherOwner: 200 };
    expect(await statuses("POST", "/documents/check", { document: openApi("GET /books") })).toEqual(expected);
    for (const path of ["/documents/check", "/apis/books/versions", "/apis/books/versions/v1/revisions"]) {
      expect((await call("POST", path, "not JSON", { token: tokens.consumer ?? "" })).status).toBe(403);
    }
  });

  it("two admins who are removed at once, in different teams, leave one", async () => {
    const { items } = await must<{ items: { id: string; email: string }[] }>("GET", "/users");
    const idOf = (email: string) => items.find((person) => person.email === email)?.id ?? "";
    const [owen, olaf] = [idOf("owen@gatehouse.test"), idOf("olaf@gatehouse.test")];
    await setMember(SYSTEM, "sellers", owen, ["owner", "admin"]);
    await setMember(SYSTEM, "rivals", olaf, ["owner", "admin"]);
    const others = { role: "admin", user: { email: "admin@gatehouse.test" } } as const;
    const kept = await database().membership.findMany({ where: others });
    await database().membership.deleteMany({ where: others });
    try {
      const release = await holdAuditLog();
      const removals = Promise.allSettled([
        setMember(SYSTEM, "sellers", owen, ["owner"]),
        setMember(SYSTEM, "rivals", olaf, ["owner"]),
      ]);
      // Neither can commit before both have come as far as they can.
      await release(2);
      expect((await removals).map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect(await database().membership.count({ where: { role: "admin" } })).toBe(1);
    } finally {
      await database().membership.createMany({ data: kept });
      await setMember(SYSTEM, "sellers", owen, ["owner"]);
      await setMember(SYSTEM, "rivals", olaf, ["owner"]);
    }
  });

  it("an owner cannot offer another team's API", async () => {
    const answer = await call(
      "POST",
      "/products",
      { slug: "stolen", name: "Stolen", versions: [{ api: "books", version: "v1" }] },
      { token: tokens.otherOwner ?? "" },
    );
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ problems: [{ code: "forbidden", place: "/versions/0" }] });
  });

  it("an owner cannot put an API into another team", async () => {
    expect(
      (await call("POST", "/apis", { slug: "x", name: "X", team: "rivals" }, { token: tokens.owner ?? "" })).status,
    ).toBe(403);
    expect((await call("PATCH", "/apis/books", { team: "rivals" }, { token: tokens.owner ?? "" })).status).toBe(403);
  });

  it("a decision on a subscription: owners of the product's team and admins; closing: its consumer too", async () => {
    for (const decision of ["approve", "pause"]) {
      for (const who of ["ops", "consumer"] as const) {
        expect(
          (await call("POST", `/subscriptions/${subscription}/${decision}`, {}, { token: tokens[who] ?? "" })).status,
        ).toBe(403);
      }
      for (const who of ["otherOwner", "otherConsumer"] as const) {
        expect(
          (await call("POST", `/subscriptions/${subscription}/${decision}`, {}, { token: tokens[who] ?? "" })).status,
        ).toBe(404);
      }
      await must("POST", `/subscriptions/${subscription}/${decision}`, {}, { token: tokens.owner ?? "" });
    }
    await must("POST", `/subscriptions/${subscription}/close`, {}, { token: tokens.consumer ?? "" });
  });

  it("an application and its keys: consumers of its team and admins", async () => {
    const expected = { ...NOBODY_ELSE, owner: 404, otherOwner: 404, otherConsumer: 404, admin: 200, consumer: 200 };
    expect(await statuses("PATCH", `/applications/${application}`, { name: "Shelf" })).toEqual(expected);
    expect(await statuses("POST", `/applications/${application}/keys`, {})).toEqual({
      ...expected,
      admin: 201,
      consumer: 201,
    });
    expect(
      (await call("DELETE", `/applications/${application}/keys/${key}`, undefined, { token: tokens.ops ?? "" })).status,
    ).toBe(403);
    expect(
      (
        await call("DELETE", `/applications/${shop.application}/keys/${shop.keyId}`, undefined, {
          token: tokens.consumer ?? "",
        })
      ).status,
    ).toBe(404);
    // Somebody's key under one's own application.
    expect(
      (
        await call("DELETE", `/applications/${application}/keys/${shop.keyId}`, undefined, {
          token: tokens.consumer ?? "",
        })
      ).status,
    ).toBe(404);
  });

  it("releases: owners and admins", async () => {
    const expected = { ...NOBODY_ELSE, admin: 201, owner: 201, otherOwner: 201 };
    expect(await statuses("POST", "/environments/dev/releases", {})).toEqual(expected);
  });

  it("SLA tiers, gateways, teams and people: admins", async () => {
    const expected = { ...NOBODY_ELSE, admin: 200 };
    expect(await statuses("PATCH", "/sla-tiers/gold", { rank: 3 })).toEqual(expected);
    expect(await statuses("PATCH", "/gateways/main", { name: "Main" })).toEqual(expected);
    expect(await statuses("PATCH", "/teams/buyers", { name: "Buyers" })).toEqual(expected);
    expect((await statuses("DELETE", "/demo")).owner).toBe(403);
  });
});

/** Keeps every change from committing: its last step is a line in the audit log. @returns lets go once so many are waiting */
async function holdAuditLog(): Promise<(waiting: number) => Promise<void>> {
  const client = await pool().connect();
  await client.query("BEGIN");
  await client.query("LOCK TABLE audit_entry IN EXCLUSIVE MODE");
  return async (waiting) => {
    try {
      await vi.waitFor(async () => {
        const { rowCount } = await client.query(
          "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE NOT granted AND datname = current_database()",
        );
        expect(rowCount).toBe(waiting);
      }, 10_000);
    } finally {
      await client.query("COMMIT");
      client.release();
    }
  };
}

describe("sessions", () => {
  async function cookie(changed: Record<string, unknown> = {}): Promise<string> {
    const user = await database().user.findUniqueOrThrow({ where: { email: "admin@gatehouse.test" } });
    const token = await encode({
      token: { sub: user.publicId, sessionGeneration: user.sessionGeneration, ...changed },
      secret: env().sessionSecret,
    });
    return `next-auth.session-token=${token}`;
  }

  const ask = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    call(method, path, body, { token: null, headers });

  it("a session's cookie reads, and changes only from the portal's own pages", async () => {
    const session = await cookie();
    expect((await ask("GET", "/me", { cookie: session })).status).toBe(200);
    const rename = (headers: Record<string, string>) =>
      ask("PATCH", "/me", { cookie: session, ...headers }, { name: "Admin" });
    expect((await rename({})).status).toBe(403);
    expect((await rename({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await rename({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await rename({ origin: "http://evil.test" })).status).toBe(403);
    expect((await rename({ origin: "http://portal.test" })).status).toBe(200);
    expect((await rename({ "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("a cookie that is forged, or older than a changed password, is nobody's", async () => {
    expect((await ask("GET", "/me", { cookie: "next-auth.session-token=abc" })).status).toBe(401);
    expect((await ask("GET", "/me", { cookie: await cookie({ sessionGeneration: 0 }) })).status).toBe(401);
    const session = await cookie();
    const body = { currentPassword: "correct horse battery", newPassword: "another horse battery" };
    expect((await ask("POST", "/me/password", { cookie: session, "sec-fetch-site": "same-origin" }, body)).status).toBe(
      204,
    );
    expect((await ask("GET", "/me", { cookie: session })).status).toBe(401);
  });

  it("signing in takes the right password, in any case of the address, and stops guessing", async () => {
    expect(await verifyCredentials("CORA@gatehouse.test", "correct horse battery")).toMatchObject({ name: "cora" });
    expect(await verifyCredentials("cora@gatehouse.test", "wrong")).toBeUndefined();
    expect(await verifyCredentials("nobody@gatehouse.test", "wrong")).toBeUndefined();
    await Promise.all(Array.from({ length: 10 }, () => verifyCredentials("carl@gatehouse.test", "wrong")));
    expect(await verifyCredentials("carl@gatehouse.test", "correct horse battery")).toBeUndefined();
    // A dozen memory-hard hashes: they are meant to take long.
  }, 90_000);

  it("guesses sent all at once are stopped like those sent one by one", async () => {
    const guesses = Array.from({ length: 12 }, (_, index) =>
      verifyCredentials("olaf@gatehouse.test", index === 11 ? "correct horse battery" : "wrong"),
    );
    expect((await Promise.all(guesses)).at(-1)).toBeUndefined();
  }, 90_000);

  it("a sign-in that is not a pair of texts fits nobody, and a failure of ours tells nothing of it", async () => {
    expect(await checkSignIn(undefined)).toBeNull();
    expect(await checkSignIn({ email: { contains: "@" }, password: "x" })).toBeNull();
    expect(await checkSignIn({ email: "a\0@gatehouse.test", password: "x" })).toBeNull();
    const broken = vi.spyOn(database().user, "findUnique").mockImplementation(() => {
      throw new Error("connect ECONNREFUSED 10.0.0.5:5432");
    });
    const failure = checkSignIn({ email: "cora@gatehouse.test", password: "x" });
    await expect(failure).rejects.toThrow(/^The portal failed while signing in/);
    broken.mockRestore();
  });

  it("an unknown or expired token is refused, also where nobody needs one", async () => {
    expect((await call("GET", "/apis", undefined, { token: "ghp_unknown" })).status).toBe(401);
    const made = await must<{ token: string; id: string }>("POST", "/me/tokens", { name: "short" });
    expect((await call("GET", "/me", undefined, { token: made.token })).status).toBe(200);
    await database().personalAccessToken.update({ where: { publicId: made.id }, data: { expiresAt: new Date(0) } });
    expect((await call("GET", "/me", undefined, { token: made.token })).status).toBe(401);
  });
});
