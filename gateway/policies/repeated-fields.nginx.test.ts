import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AttachedPolicy } from "../compiler/snapshot";
import { makeKey } from "../testing/make-key";
import { one } from "../testing/policy-bench";
import { RecordingUpstream } from "../testing/recording-upstream";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";

/** Policies read one value of a field; the upstream may read another where there are several, or where there are very many fields. */
const key = makeKey("repeated");
let node: TestNode;
let upstream: RecordingUpstream;

beforeAll(async () => {
  node = await TestNode.start({ workers: 1 });
  await node.putCredentials([credentialFor(key)]);
  upstream = await RecordingUpstream.start();
});

beforeEach(() => upstream.forget());

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

const attach = (policies: readonly AttachedPolicy[]) =>
  node.publish(shopSnapshot([upstream.url], { version: { policies } }));

const MANY = Array.from({ length: 150 }, (_unused, index) => `X-F${index}: ${index}`);

function send(...fields: string[]): Promise<string> {
  const lines = ["GET /shop/v1/items HTTP/1.1", "Host: shop.test", ...fields, `X-API-Key: ${key}`];
  return sendRaw(node.settings.port, `${lines.join("\r\n")}\r\n\r\n`);
}

const CHANGES = [
  { do: "remove", name: "X-Internal" },
  { do: "rename", name: "X-Old", to: "X-New" },
];

const status = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);

describe("a field that is sent twice", () => {
  it("is refused where the document describes it: the upstream might go by the one that was not checked", async () => {
    const schema = { type: "string", enum: ["shop"] };
    await attach(one("request-validation", { parameters: [{ in: "header", name: "X-Team", schema }] }));
    expect(status(await send("X-Team: shop"))).toBe(200);
    const answer = await send("X-Team: shop", "x-team: evil");
    expect(status(answer)).toBe(400);
    expect(answer).toContain("is given more than once");
    expect(status(await send("X-Team: evil"))).toBe(400);
    expect(upstream.seen).toHaveLength(1);
  });

  it("keeps the answer out of the cache of everybody who sends it once", async () => {
    await attach(one("response-cache", { sharedBy: "everybody", varyBy: ["X-Tenant"], ttlSeconds: 60 }));
    expect(status(await send("X-Tenant: a", "X-Tenant: b"))).toBe(200);
    const answer = await send("X-Tenant: a");
    expect(answer).toContain("fwd=uri-miss");
    expect(upstream.seen).toHaveLength(2);
    expect(await send("X-Tenant: a")).toContain("Cache-Status: gatehouse; hit");
  });

  it("is counted as none by a limit on its value, so that no other value beside it hides the one that counts", async () => {
    const limit = { id: 1, name: "each", quota: 2, windowSeconds: 3_600, scope: "header", header: "X-User" } as const;
    await node.publish(shopSnapshot([upstream.url], { limits: [{ ...limit, algorithm: "fixed-window" }] }));
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      statuses.push(status(await send(`X-User: other-${call}`, "X-User: me")));
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(status(await send("X-User: me"))).toBe(200);
  });

  it("and holds the key leaves nothing behind for the upstream", async () => {
    await attach(one("key-auth", { places: [{ in: "header", name: "X-Shop-Key" }] }));
    expect(status(await send(`X-Shop-Key: ${key}`, "X-Shop-Key: other"))).toBe(200);
    expect(upstream.passedOn).toEqual([]);
    // The first counts, whatever comes behind it.
    expect(status(await send("X-Shop-Key: other", `X-Shop-Key: ${key}`))).toBe(401);
  });

  it("is removed, or given another name, in all its copies", async () => {
    await attach(one("header-transform", { request: CHANGES }));
    await send("X-Internal: 1", "X-Old: a", "x-internal: 2", "x-old: b");
    expect(upstream.passedOn).toEqual(["X-New: a", "X-New: b"]);
  });
});

describe("behind a hundred and fifty other fields", () => {
  it("a field is checked, removed and renamed like any other", async () => {
    const schema = { type: "string", enum: ["shop"] };
    await attach([
      ...one("request-validation", { parameters: [{ in: "header", name: "X-Team", schema, required: true }] }),
      ...one("header-transform", { request: CHANGES }),
    ]);
    expect(status(await send(...MANY, "X-Team: evil"))).toBe(400);
    expect(status(await send(...MANY, "X-Team: shop", "X-Team: evil"))).toBe(400);
    expect(status(await send(...MANY, "X-Team: shop", "X-Internal: 1", "X-Old: a"))).toBe(200);
    expect(upstream.passedOn).toEqual([...MANY, "X-Team: shop", "X-New: a"]);
  });

  it("an origin is seen", async () => {
    await attach(one("cors", { origins: ["https://app.shop.example"] }));
    expect(await send(...MANY, "Origin: https://app.shop.example")).toContain(
      "Access-Control-Allow-Origin: https://app.shop.example",
    );
  });

  it("an address is denied by what a trusted proxy says of it", async () => {
    await attach(one("ip-filter", { deny: ["192.0.2.0/24"], trustedProxies: ["127.0.0.1"] }));
    expect(status(await send(...MANY, "X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 192.0.2.9"))).toBe(403);
    expect(status(await send(...MANY, "X-Forwarded-For: 192.0.2.9", "X-Forwarded-For: 198.51.100.1"))).toBe(200);
  });
});
