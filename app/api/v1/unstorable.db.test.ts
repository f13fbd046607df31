import { beforeAll, describe, expect, it } from "vitest";
import { database, pool } from "@/lib/database";
import { problemResponse } from "@/lib/http/problem-response";
import type { EnrolAnswer, Heartbeat } from "@/gateway/contract/heartbeat";
import { prepareTestDatabase } from "@/lib/testing/database";
import {
  agentCall,
  bootstrapForTests,
  ENROL_TOKEN,
  fails,
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

describe("what the database cannot hold is the caller's mistake, never a failure of ours", () => {
  it.each([
    ["a NUL", "a\0b"],
    ["half of a character", "a\ud800b"],
  ])("%s in any text of a body, with its place", async (_name, text) => {
    const limits = [{ name: text, algorithm: "fixed-window", quota: 1, windowSeconds: 1 }];
    for (const [method, path, body, place] of [
      ["POST", "/apis", { slug: "x", name: text }, "/name"],
      ["PATCH", "/apis/orders", { description: text }, "/description"],
      ["POST", "/products/shop/plans", { slug: "x", name: "X", limits }, "/limits/0/name"],
      ["POST", "/applications", { name: text }, "/name"],
      ["POST", `/applications/${shop.application}/keys`, { name: text }, "/name"],
      ["PATCH", "/me", { name: text }, "/name"],
      ["POST", "/sign-up", { name: text, email: "a@example.com", password: "correct horse battery" }, "/name"],
      ["POST", "/environments/dev/releases", { note: text }, "/note"],
      ["POST", "/documents/check", { documentUrl: `http://example.com/${text}` }, "/documentUrl"],
    ] as const) {
      const { problems } = await fails(422, method, path, body);
      expect(problems).toContainEqual(expect.objectContaining({ code: "invalid_characters", place }));
    }
  });

  it("a NUL in a path or a query", async () => {
    for (const [path, place] of [
      ["/apis/a%00b", "path:api"],
      ["/catalogue/%00", "path:api"],
      ["/products/shop/plans/%00", "path:plan"],
      ["/applications/%00/keys", "path:id"],
      ["/users/%00", "path:id"],
      ["/apis?search=%00", "query:search"],
      ["/subscriptions?plan=a%00", "query:plan"],
      ["/usage?api=%00", "query:api"],
      ["/audit?actor=%00", "query:actor"],
    ] as const) {
      const { problems } = await fails(422, "GET", path);
      expect(problems).toContainEqual(expect.objectContaining({ code: "invalid_characters", place }));
    }
    expect((await agentCall("GET", "/chunks/%00", node.token)).status).toBe(404);
  });

  it("a document may hold anything: it is kept byte for byte, and what is shown of it is cleaned", async () => {
    const document = JSON.stringify({
      ...(JSON.parse(openApi("GET /")) as object),
      info: { title: "O\0rders \ud800", version: "1\0" },
      components: { schemas: { A: { $ref: "a.json" } } },
    });
    const references = { "a.json": '{"type": "string", "description": "a\\u0000b\0"}' };
    const body = { version: "odd", document, references, upstream: { targets: [{ url: "http://a" }] } };
    await must("POST", "/apis/orders/versions", body);
    expect(await must("GET", "/apis/orders/versions/odd")).toMatchObject({ title: "O\ufffdrders \ufffd" });
    const revision = await database().revisionDocument.findFirstOrThrow({ orderBy: { revisionId: "desc" } });
    expect(Buffer.from(revision.source).toString("utf8")).toBe(document);
  });

  it("times beyond the years that the database writes as we do", async () => {
    for (const expiresAt of ["9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z"]) {
      const { problems } = await fails(422, "POST", `/applications/${shop.application}/keys`, { expiresAt });
      expect(problems[0]?.place).toBe("/expiresAt");
    }
    expect((await fails(422, "GET", "/usage?from=0000-01-01T00:00:00Z")).problems[0]?.place).toBe("query:from");
  });

  it("numbers and moments of a heartbeat that no column takes", async () => {
    const heartbeat: Heartbeat = {
      version: "1",
      startedAt: new Date().toISOString(),
      workers: { expected: 2, ready: 2 },
      release: null,
      activatedAt: null,
      activationMs: null,
      credentialCursor: Number.MAX_SAFE_INTEGER,
      telemetry: { spooledBatches: 0, droppedRequests: Number.MAX_SAFE_INTEGER },
      problems: [],
    };
    expect((await agentCall("POST", "/heartbeat", node.token, heartbeat)).status).toBe(200);
    const large = 2 ** 31;
    for (const [change, place] of [
      [{ workers: { expected: large, ready: 1 } }, "/workers/expected"],
      [{ workers: { expected: 1, ready: large } }, "/workers/ready"],
      [{ release: large }, "/release"],
      [{ telemetry: { spooledBatches: large, droppedRequests: 0 } }, "/telemetry/spooledBatches"],
      [{ startedAt: "0000-01-01T00:00:00Z" }, "/startedAt"],
      [{ version: "1\0" }, "/version"],
      [{ problems: [{ code: "a", message: "\0", release: null }] }, "/problems/0/message"],
    ] as const) {
      const answer = await agentCall("POST", "/heartbeat", node.token, { ...heartbeat, ...change });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ problems: [{ place }] });
    }
    expect((await agentCall("POST", "/enrol", ENROL_TOKEN, { name: "a\0", version: "1" })).status).toBe(422);
  });
});

describe("the portal's connections", () => {
  it("give up a statement that takes too long, and a transaction that was left open", async () => {
    const { rows } = await pool().query<{ statement: string; idle: string }>(
      "SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle",
    );
    expect(rows).toEqual([{ statement: "1min", idle: "150s" }]);
    const client = await pool().connect();
    await client.query("SET statement_timeout = 20");
    const slow: unknown = await client.query("SELECT pg_sleep(5)").catch((error: unknown) => error);
    client.release(true);
    expect(problemResponse(slow, "request").status).toBe(503);
    const wrapped: unknown = await database()
      .$transaction(async (transaction) => {
        await transaction.$executeRaw`SET LOCAL statement_timeout = 20`;
        await transaction.$queryRaw`SELECT 1 FROM pg_sleep(5)`;
      })
      .catch((error: unknown) => error);
    expect(problemResponse(wrapped, "request").status).toBe(503);
  });
});
