import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyCredentials, verifyManifest } from "@/gateway/compiler/sign";
import { chunkSchema, signedManifestSchema } from "@/gateway/contract/bundle";
import { bundleFileSchema } from "@/gateway/contract/bundle-file";
import { credentialPageSchema } from "@/gateway/contract/credentials";
import {
  enrolAnswerSchema,
  heartbeatAnswerSchema,
  type EnrolAnswer,
  type Heartbeat,
} from "@/gateway/contract/heartbeat";
import { isWellFormedKey } from "@/gateway/contract/key-format";
import * as schemas from "@/lib/api-schemas";
import { sha256Hex } from "@/lib/crypto/hash";
import { prepareTestDatabase } from "@/lib/testing/database";
import {
  agentCall,
  bootstrapForTests,
  call,
  ENROL_TOKEN,
  fails,
  makePerson,
  makeShop,
  must,
  openApi,
  type Shop,
} from "../_testing/client";

prepareTestDatabase();

let shop: Shop;
let node: EnrolAnswer;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
});

function heartbeat(change: Partial<Heartbeat> = {}): Heartbeat {
  return {
    version: "1",
    startedAt: new Date().toISOString(),
    workers: { expected: 2, ready: 2 },
    release: null,
    activatedAt: null,
    activationMs: null,
    credentialCursor: 0,
    telemetry: { spooledBatches: 0, droppedRequests: 0 },
    problems: [],
    ...change,
  };
}

describe("from an empty database to a served call", () => {
  it("bootstrap can run again and changes nothing", async () => {
    const again = await bootstrapForTests();
    expect(again).toEqual({ admin: null, environments: [], signingKeyCreated: false, releases: [] });
  });

  it("every environment has a signed, empty first release", async () => {
    for (const environment of ["dev", "staging", "production"]) {
      const release = schemas.releaseSchema.parse(await must("GET", `/environments/${environment}/releases/1`));
      expect(release).toMatchObject({ number: 1, current: true });
      expect(release.chunks.some(({ kind }) => kind === "api-version")).toBe(false);
    }
  });

  it("an API version keeps its operations, and its document byte for byte", async () => {
    const version = schemas.apiVersionSchema.parse(await must("GET", "/apis/orders/versions/v1"));
    expect(version.operations.map(({ key }) => key)).toEqual(["GET /orders", "POST /orders", "GET /orders/{id}"]);
    expect(version).toMatchObject({ basePath: "/orders/v1", url: "http://gateway.test/orders/v1" });
    const { text } = await call("GET", "/apis/orders/versions/v1/document");
    expect(text).toBe(openApi("GET /orders", "POST /orders", "GET /orders/{id}"));
  });

  it("the reference document calls the gateway and nothing else", async () => {
    const document = await must<Record<string, unknown>>("GET", "/apis/orders/versions/v1/openapi.json");
    expect(document["servers"]).toEqual([expect.objectContaining({ url: "http://gateway.test/orders/v1" })]);
    expect(JSON.stringify(document["components"])).toContain("X-API-Key");
  });

  it("a key is well formed, shown once and stored as a hash only", async () => {
    expect(isWellFormedKey(shop.key, crc32)).toBe(true);
    const { text } = await call("GET", `/applications/${shop.application}/keys`);
    expect(text).not.toContain(shop.key);
    schemas.pageSchema(schemas.keySchema).parse(JSON.parse(text));
    const page = credentialPageSchema.parse((await agentCall("GET", "/credentials?after=0", node.token)).body);
    expect(page.entries).toEqual([
      expect.objectContaining({
        hash: sha256Hex(shop.key),
        state: "active",
        subscriptions: [{ id: expect.any(Number), plan: expect.any(Number) }],
      }),
    ]);
  });

  it("publishing compiles, signs and says what changed; a node verifies every byte", async () => {
    const release = schemas.releaseSchema.parse(
      await must("POST", "/environments/production/releases", { note: "first" }),
    );
    expect(release).toMatchObject({ number: 2, note: "first", current: true });
    expect(release.summary).toBe("adds 1 API version, adds 1 plan; 1 application affected");
    enrolAnswerSchema.parse(node);
    const signed = signedManifestSchema.parse((await agentCall("GET", "/bundles/2", node.token)).body);
    const manifest = verifyManifest(signed, node.publicKey);
    expect(manifest).toMatchObject({ environment: "production", release: 2, empty: false });
    for (const { sha256, bytes } of manifest.chunks) {
      const chunk = await agentCall("GET", `/chunks/${sha256}`, node.token);
      expect(sha256Hex(chunk.text)).toBe(sha256);
      expect(Buffer.byteLength(chunk.text)).toBe(bytes);
      chunkSchema.parse(JSON.parse(chunk.text));
    }
  });

  it("an admin gets a release as one file that verifies without the portal, with the keys as they are now", async () => {
    const { text, headers } = await call("GET", "/environments/production/releases/2/bundle");
    expect(headers.get("content-disposition")).toBe('attachment; filename="gatehouse-production-2.json"');
    const bundle = bundleFileSchema.parse(JSON.parse(text));
    expect(bundle.publicKey).toBe(node.publicKey);
    const manifest = verifyManifest(bundle.manifest, bundle.publicKey);
    expect(manifest).toMatchObject({ environment: "production", release: 2 });
    expect(manifest.chunks.map(({ sha256 }) => sha256Hex(bundle.chunks[sha256] ?? ""))).toEqual(
      manifest.chunks.map(({ sha256 }) => sha256),
    );
    const list = verifyCredentials(bundle.credentials, bundle.publicKey);
    const page = credentialPageSchema.parse((await agentCall("GET", "/credentials?after=0", node.token)).body);
    expect([list.entries, list.sequence]).toEqual([page.entries, page.cursor]);
    expect(list.entries.length).toBeGreaterThan(0);
    await fails(403, "GET", "/environments/production/releases/2/bundle", undefined, {
      token: await makePerson("Olga", "owners", "owner"),
    });
    await fails(404, "GET", "/environments/production/releases/99/bundle");
  });

  it("a release says which nodes run it, since when and how fast", async () => {
    const pending = await agentCall(
      "POST",
      "/heartbeat",
      node.token,
      heartbeat({ release: 1, activatedAt: new Date().toISOString(), activationMs: 12 }),
    );
    expect(heartbeatAnswerSchema.parse(pending.body)).toEqual({ release: 2, credentialCursor: 1 });
    expect(await must("GET", "/environments/production/releases/2")).toMatchObject({
      nodesRunning: 0,
      nodesExpected: 1,
      nodes: [{ name: "one", state: "pending", activatedAt: null }],
    });
    const activatedAt = new Date().toISOString();
    await agentCall(
      "POST",
      "/heartbeat",
      node.token,
      heartbeat({ release: 2, activatedAt, activationMs: 87, credentialCursor: 1 }),
    );
    const release = schemas.releaseSchema.parse(await must("GET", "/environments/production/releases/2"));
    expect(release).toMatchObject({
      nodesRunning: 1,
      nodesExpected: 1,
      nodes: [{ state: "active", activatedAt, activationMs: 87 }],
    });
    expect(await must("GET", "/environments/production/releases/1")).toMatchObject({
      nodes: [{ state: "superseded" }],
    });
    const gateways = schemas.pageSchema(schemas.gatewaySchema).parse(await must("GET", "/gateways"));
    expect(gateways.items[0]?.nodes[0]).toMatchObject({ state: "ready", credentialLag: 0 });
  });

  it("a node that refuses a release says so in the console", async () => {
    await must("POST", "/environments/production/releases", {});
    const problems = [{ code: "bundle_unsigned", message: "The signature does not match.", release: 3 }];
    await agentCall("POST", "/heartbeat", node.token, heartbeat({ release: 2, problems }));
    expect(await must("GET", "/environments/production/releases/3")).toMatchObject({
      nodes: [{ state: "refused", problem: "The signature does not match.", release: 2 }],
    });
  });

  it("restoring brings an older release back under a new number", async () => {
    const restored = schemas.releaseSchema.parse(await must("POST", "/environments/production/releases/1/restore", {}));
    expect(restored).toMatchObject({ number: 4, restoredFrom: 1, current: true });
    expect(restored.changes.changes[0]?.text).toBe("Stops serving orders v1 under /orders/v1.");
    await must("POST", "/environments/production/releases", {});
  });

  it("a check tells what publishing would change, without changing anything", async () => {
    expect(
      schemas.releaseCheckSchema.parse(await must("POST", "/environments/production/releases/check")),
    ).toMatchObject({
      ok: true,
      unchanged: true,
      changes: { summary: "no changes" },
    });
    await must("PATCH", "/products/shop/plans/gold", {
      limits: [{ name: "burst", algorithm: "fixed-window", quota: 20, windowSeconds: 60 }],
    });
    const check = schemas.releaseCheckSchema.parse(await must("POST", "/environments/production/releases/check"));
    expect(check.changes?.changes.map(({ text }) => text)).toEqual([
      "Changes limit burst of shop/gold from 10 calls per 60 s (fixed-window, per subscription) to 20 calls per 60 s (fixed-window, per subscription).",
    ]);
  });

  it("a limit that keeps its name keeps its id", async () => {
    const limits = async () => schemas.planSchema.parse(await must("GET", "/products/shop/plans/gold")).limits;
    const [before] = await limits();
    await must("PATCH", "/products/shop/plans/gold", {
      limits: [
        { name: "day", algorithm: "sliding-window", quota: 5, windowSeconds: 86400 },
        { name: "burst", algorithm: "sliding-window", quota: 30, windowSeconds: 10 },
      ],
    });
    expect((await limits()).find(({ name }) => name === "burst")?.id).toBe(before?.id);
  });

  it("an operation that keeps its key keeps its id over revisions", async () => {
    const operations = async () =>
      schemas.apiVersionSchema.parse(await must("GET", "/apis/orders/versions/v1")).operations;
    const before = await operations();
    const result = schemas.revisionResultSchema.parse(
      await must("POST", "/apis/orders/versions/v1/revisions", {
        document: openApi("GET /orders", "DELETE /orders/{id}"),
      }),
    );
    expect(result).toMatchObject({
      number: 2,
      added: ["DELETE /orders/{id}"],
      removed: ["POST /orders", "GET /orders/{id}"],
    });
    const after = await operations();
    expect(after.find(({ key }) => key === "GET /orders")?.id).toBe(
      before.find(({ key }) => key === "GET /orders")?.id,
    );
    await must("POST", "/apis/orders/versions/v1/revisions/1/make-current");
    expect(await operations()).toEqual(before);
  });

  it("importing the same document again makes no revision", async () => {
    const document = openApi("GET /orders", "POST /orders", "GET /orders/{id}");
    const result = await must("POST", "/apis/orders/versions/v1/revisions", { document });
    expect(result).toMatchObject({ unchanged: true, number: 1 });
  });

  it("removing something others depend on is refused and names them", async () => {
    const problem = await fails(409, "DELETE", "/apis/orders");
    expect(problem.problems).toEqual([expect.objectContaining({ place: "products/shop" })]);
    expect((await fails(409, "DELETE", "/products/shop")).problems[0]?.place).toBe(
      `subscriptions/${shop.subscription}`,
    );
  });
});
