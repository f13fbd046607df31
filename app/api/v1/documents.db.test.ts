import { monitorEventLoopDelay } from "node:perf_hooks";
import { stringify } from "yaml";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { CatalogueApi, Page, Plan, Product } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { runDocumentJob } from "@/lib/documents/run-document-job";
import { stripeLike } from "@/lib/openapi/fixtures/large-documents";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, makePerson, must, openApi } from "../_testing/client";

prepareTestDatabase();

const INSIDE = "http://orders.inside.example";
const DOCUMENT = JSON.stringify({ ...(JSON.parse(openApi("GET /orders")) as object), servers: [{ url: INSIDE }] });
const VERSION = "/apis/orders/versions/v1";

let owner: string;
let rival: string;
let consumer: string;
let ops: string;

beforeAll(async () => {
  await bootstrapForTests();
  owner = await makePerson("owen", "sellers", "owner");
  rival = await makePerson("olaf", "rivals", "owner");
  consumer = await makePerson("cora", "buyers", "consumer");
  ops = await makePerson("oona", "watch", "ops");
  const upstream = { targets: [{ url: INSIDE }] };
  for (const [slug, visibility] of [
    ["orders", "public"],
    ["secret", "private"],
  ]) {
    await must("POST", "/apis", { slug, name: `API ${slug}`, visibility }, { token: owner });
    await must("POST", `/apis/${slug}/versions`, { version: "v1", document: DOCUMENT, upstream }, { token: owner });
  }
  const versions = [
    { api: "orders", version: "v1" },
    { api: "secret", version: "v1" },
  ];
  await must("POST", "/products", { slug: "bundle", name: "Bundle", versions }, { token: owner });
  await must("POST", "/products/bundle/plans", { slug: "gold", name: "Gold" }, { token: owner });
  const { id } = await must<{ id: string }>("POST", "/applications", { name: "Till" }, { token: consumer });
  await must("POST", "/subscriptions", { application: id, product: "bundle", plan: "gold" }, { token: consumer });
});

const read = (path: string, token: string | null, etag?: string) =>
  call("GET", path, undefined, { token, headers: etag === undefined ? {} : { "if-none-match": etag } });

describe("where requests go is the owning team's business", () => {
  it("a document is as it was given to those who may know that, and calls the gateway for others", async () => {
    for (const token of [owner, ops]) {
      expect((await read(`${VERSION}/document`, token)).text).toBe(DOCUMENT);
    }
    for (const token of [null, consumer, rival]) {
      const { text, status } = await read(`${VERSION}/document`, token);
      expect(status).toBe(200);
      expect(text).not.toContain("inside.example");
      expect(text).toBe((await read(`${VERSION}/openapi.json`, token)).text);
      expect(JSON.parse(text)).toMatchObject({ servers: [{ url: "http://gateway.test/orders/v1" }] });
    }
  });
});

describe("what the public is told of a product", () => {
  it("is not how many subscribed to it", async () => {
    const counts = async (token: string | null) => {
      const product = await must<Product>("GET", "/products/bundle", undefined, { token });
      const plans = await must<Page<Plan>>("GET", "/products/bundle/plans", undefined, { token });
      const plan = await must<Plan>("GET", "/products/bundle/plans/gold", undefined, { token });
      const list = await must<Page<Product>>("GET", "/products", undefined, { token });
      return [product.plans[0], plans.items[0], plan, list.items[0]?.plans[0]].map((shown) => shown?.subscriptions);
    };
    for (const token of [null, consumer, rival]) {
      expect(await counts(token)).toEqual([null, null, null, null]);
    }
    const known = { active: 1, pending: 0 };
    for (const token of [owner, ops]) {
      expect(await counts(token)).toEqual([known, known, known, known]);
    }
  });

  it("is not the name of a private API in it", async () => {
    for (const token of [null, consumer, rival]) {
      for (const path of ["/products/bundle", "/products", "/catalogue", "/catalogue/orders", VERSION]) {
        expect((await read(path, token)).text).not.toContain("secret");
      }
      expect((await must<Page<Product>>("GET", "/products?api=secret", undefined, { token })).items).toEqual([]);
    }
    const product = await must<Product>("GET", "/products/bundle", undefined, { token: owner });
    expect(product.versions.map(({ api }) => api)).toEqual(["orders", "secret"]);
    const api = await must<CatalogueApi>("GET", "/catalogue/orders", undefined, { token: owner });
    expect(api.plans[0]?.versions).toHaveLength(2);
  });
});

describe("a document that somebody has already", () => {
  it("is not sent again, until it changes", async () => {
    for (const [path, token] of [
      [`${VERSION}/openapi.json`, null],
      [`${VERSION}/document`, owner],
      [`${VERSION}/document`, null],
      ["/openapi.json", null],
    ] as const) {
      const first = await read(path, token);
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
      const again = await read(path, token, `"other", W/${etag}`);
      expect([again.status, again.text]).toEqual([304, ""]);
      expect(again.headers.get("etag")).toBe(etag);
      expect((await read(path, token, '"other"')).status).toBe(200);
    }
    const before = (await read(`${VERSION}/openapi.json`, null)).headers.get("etag") ?? "";
    await must("PATCH", VERSION, { basePath: "/elsewhere" }, { token: owner });
    const moved = await read(`${VERSION}/openapi.json`, null, before);
    expect(moved.status).toBe(200);
    expect(moved.text).toContain("http://gateway.test/elsewhere");
  });

  it("is still refused to those who may no longer see it", async () => {
    const { headers } = await read("/apis/secret/versions/v1/openapi.json", owner);
    expect((await read("/apis/secret/versions/v1/openapi.json", null, headers.get("etag") ?? "")).status).toBe(404);
  });

  it("is made for callers once per revision, not with every call", async () => {
    const { text } = await read(`${VERSION}/openapi.json`, null);
    await database().revisionDocument.updateMany({
      where: { revision: { version: { api: { slug: "orders" } } } },
      data: { bundled: "no longer read" },
    });
    expect((await read(`${VERSION}/openapi.json`, null)).text).toBe(text);
  });
});

describe("reading a large document", () => {
  it("does not keep the portal from answering others", async () => {
    const document = stringify(stripeLike(4_000_000), { aliasDuplicateObjects: false });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const started = performance.now();
    delay.enable();
    const checked = must("POST", "/documents/check", { document }, { token: owner });
    let answered = 0;
    let done = false;
    const others = (async () => {
      while (!done) {
        await must("GET", "/health", undefined, { token: null });
        answered += 1;
      }
    })();
    await checked;
    done = true;
    await others;
    delay.disable();
    // In the portal's own thread it stood still for most of that time.
    expect(delay.max / 1e6).toBeLessThan((performance.now() - started) / 4);
    expect(answered).toBeGreaterThan(20);
  }, 120_000);

  it("that takes more memory than there is for it ends the thread, not the portal, and the next is read", async () => {
    const endless = runDocumentJob("show", { bundled: "{}", url: "http://a", callFields: [] });
    await expect(endless).resolves.toContain("http://a");
    const { gatehouseDocumentThread: thread } = globalThis as {
      gatehouseDocumentThread?: { worker: { terminate: () => Promise<number> }; pending: ReadonlyMap<number, unknown> };
    };
    const document = stringify(stripeLike(2_000_000), { aliasDuplicateObjects: false });
    const interrupted = call("POST", "/documents/check", { document }, { token: owner });
    await vi.waitFor(() => expect(thread?.pending.size).toBe(1), 10_000);
    await thread?.worker.terminate();
    const answer = await interrupted;
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: "document_invalid",
      problems: [{ code: "too_complex", place: "/document" }],
    });
    await must("POST", "/documents/check", { document: openApi("GET /") }, { token: owner });
  }, 60_000);
});
