import { beforeAll, describe, expect, it } from "vitest";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
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
