import { beforeAll, describe, expect, it } from "vitest";
import type { EnrolAnswer } from "@/gateway/contract/heartbeat";
import type { RequestLogBatch, RequestRecord } from "@/gateway/contract/request-log";
import { loggedRequestSchema, requestPageSchema, type LoggedRequest, type RequestPage } from "@/lib/api-schemas";
import { database, pool } from "@/lib/database";
import { RECORDS_PER_MINUTE } from "@/lib/requests/apply-request-log";
import { maintainRequests } from "@/lib/requests/maintain-requests";
import { prepareTestDatabase } from "@/lib/testing/database";
import { agentCall, bootstrapForTests, call, ENROL_TOKEN, fails, makePerson, must, openApi } from "../_testing/client";

prepareTestDatabase();

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let node: EnrolAnswer;
let sequence = 0;
let ids: Pick<RequestRecord, "apiVersion" | "operation" | "application" | "credential" | "subscription" | "plan">;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  await bootstrapForTests();
  tokens.owner = await makePerson("owen", "sellers", "owner");
  tokens.otherOwner = await makePerson("olaf", "rivals", "owner");
  tokens.consumer = await makePerson("cora", "buyers", "consumer");
  tokens.otherConsumer = await makePerson("carl", "others", "consumer");
  tokens.ops = await makePerson("oona", "watch", "ops");
  const owner = { token: tokens.owner };
  await must("POST", "/apis", { slug: "books", name: "Books", team: "sellers" }, owner);
  const upstream = { targets: [{ url: "http://localhost:9" }] };
  await must("POST", "/apis/books/versions", { version: "v1", document: openApi("GET /books"), upstream }, owner);
  const versions = [{ api: "books", version: "v1" }];
  await must("POST", "/products", { slug: "library", name: "Library", team: "sellers", versions }, owner);
  await must("POST", "/products/library/plans", { slug: "reader", name: "Reader", approval: "automatic" }, owner);
  const consumer = { token: tokens.consumer };
  const application = await must<{ id: string }>("POST", "/applications", { name: "Shelf", team: "buyers" }, consumer);
  const wanted = { application: application.id, product: "library", plan: "reader" };
  const subscription = await must<{ id: string }>("POST", "/subscriptions", wanted, consumer);
  const key = await must<{ id: string }>("POST", `/applications/${application.id}/keys`, { name: "till" }, consumer);
  const row = await database().subscription.findUniqueOrThrow({ where: { publicId: subscription.id } });
  const operation = await database().operation.findFirstOrThrow({ where: { key: "GET /books" } });
  const credential = await database().credential.findUniqueOrThrow({ where: { publicId: key.id } });
  ids = {
    apiVersion: operation.apiVersionId,
    operation: operation.id,
    application: row.applicationId,
    credential: credential.id,
    subscription: row.id,
    plan: row.planId,
  };
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
});

function record(requestId: string, change: Partial<RequestRecord> = {}): RequestRecord {
  return {
    at: new Date(Date.now() - 60_000).toISOString(),
    requestId,
    release: 42,
    method: "GET",
    path: "/books/v1/books",
    ...ids,
    status: 429,
    outcome: "rate_limited",
    latencyMs: 0.2,
    bytesIn: 100,
    bytesOut: 400,
    address: "203.0.113.0/24",
    policy: "rate-limit",
    code: "rate_limit_exceeded",
    retryAfterSeconds: 12,
    limits: [
      {
        name: "burst",
        algorithm: "fixed-window",
        scope: "subscription",
        unit: "requests",
        used: 100,
        quota: 100,
        windowSeconds: 60,
        retryAfterSeconds: 12,
      },
    ],
    ...change,
  };
}

const failed = (requestId: string, change: Partial<RequestRecord> = {}) =>
  record(requestId, {
    status: 502,
    outcome: "upstream_unreachable",
    code: "upstream_unreachable",
    policy: undefined,
    limits: undefined,
    target: "orders.internal:80",
    upstreamAddress: "10.0.0.1:80",
    upstreamStatus: "502",
    tries: 1,
    upstreamMs: 3,
    ...change,
  });

function batch(rows: RequestRecord[], change: Partial<RequestLogBatch> = {}): RequestLogBatch {
  sequence += 1;
  return {
    sequence,
    minute: new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString(),
    dropped: 0,
    rows,
    ...change,
  };
}

async function send(given: RequestLogBatch): Promise<boolean> {
  const answer = await agentCall<{ applied: boolean }>("POST", "/requests", node.token, given);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.applied;
}

async function list(query: string, token?: string): Promise<RequestPage> {
  const page = await must<RequestPage>("GET", `/requests?${query}`, undefined, token === undefined ? {} : { token });
  return requestPageSchema.parse(page);
}

async function find(requestId: string, token?: string): Promise<LoggedRequest> {
  const options = token === undefined ? {} : { token };
  return loggedRequestSchema.parse(await must("GET", `/requests/${requestId}`, undefined, options));
}

describe("the request log", () => {
  it("takes a batch exactly once, also when its copies arrive at the same moment", async () => {
    const given = batch([record("once-1"), record("once-2")]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(given)));
    expect(answers.filter((applied) => applied)).toHaveLength(1);
    expect(await send(given)).toBe(false);
    for (const id of ["once-1", "once-2"]) {
      expect((await list(`requestId=${id}`)).items).toHaveLength(1);
    }
  });

  it("tells what became of a call, and why, under the names that people know", async () => {
    await send(batch([record("why")]));
    expect(await find("why")).toMatchObject({
      explanation:
        "Refused by rate-limit: “burst” allows 100 calls per minute for each subscription; 100 were counted. Another call fits after 12 seconds.",
      environment: "production",
      gateway: "main",
      node: { name: "one" },
      release: 42,
      api: "books",
      apiName: "Books",
      version: "v1",
      operation: "GET /books",
      application: { name: "Shelf" },
      product: "library",
      plan: "reader",
      limits: [{ name: "burst", used: 100, quota: 100 }],
      upstream: null,
      address: "203.0.113.0/24",
    });
  });

  it("pages through calls of the same millisecond without losing or repeating one", async () => {
    const at = new Date(Date.now() - 2 * HOUR_MS).toISOString();
    const wanted = Array.from({ length: 25 }, (_, number) => `page-${number}`);
    await send(batch(wanted.map((id) => record(id, { at, code: "key_expired", outcome: "unauthenticated" }))));
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await list(`code=key_expired&limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ requestId }) => requestId));
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    expect(seen).toEqual(wanted.reverse());
    await fails(400, "GET", "/requests?cursor=nonsense");
  });

  it("finds calls by time, outcome, code, API, operation and application", async () => {
    await send(
      batch([
        failed("by-1", { at: new Date(Date.now() - 5 * HOUR_MS).toISOString() }),
        record("by-2", { apiVersion: 0, operation: 0, application: 0, credential: 0, subscription: 0, plan: 0 }),
      ]),
    );
    const { application } = await find("by-1");
    const queries: [string, string[]][] = [
      ["kind=failed", ["by-1"]],
      ["outcome=upstream_unreachable", ["by-1"]],
      ["code=upstream_unreachable", ["by-1"]],
      [
        `from=${new Date(Date.now() - 6 * HOUR_MS).toISOString()}&to=${new Date(Date.now() - 4 * HOUR_MS).toISOString()}`,
        ["by-1"],
      ],
      [`kind=failed&api=books&version=v1&application=${application!.id}`, ["by-1"]],
      [`kind=failed&operation=${encodeURIComponent("GET /books")}`, ["by-1"]],
      ["kind=failed&api=other", []],
      ["requestId=by-2&kind=refused", ["by-2"]],
      ["requestId=by-2&api=books", []],
    ];
    for (const [query, expected] of queries) {
      expect(
        (await list(query)).items.map(({ requestId }) => requestId),
        query,
      ).toEqual(expected);
    }
  });

  it("says how many records of the range were dropped: what nodes say in sum, counted once", async () => {
    const minute = new Date(Math.floor((Date.now() - 3 * DAY_MS) / 60_000) * 60_000);
    const range = `from=${minute.toISOString()}&to=${new Date(minute.getTime() + 60_000).toISOString()}`;
    const first = batch([], { minute: minute.toISOString(), dropped: 40 });
    await send(first);
    await send(first);
    await send(batch([], { minute: minute.toISOString(), dropped: 65 }));
    expect((await list(range)).dropped).toBe(65);
  });

  it("keeps no more of a minute than it may bring, and counts the rest as dropped", async () => {
    const minute = new Date(Math.floor((Date.now() - 2 * DAY_MS) / 60_000) * 60_000);
    await pool().query("INSERT INTO request_log.applied_batch SELECT id, 1000000, $1, $2, 0 FROM node", [
      minute,
      RECORDS_PER_MINUTE - 1,
    ]);
    const rows = ["cap-1", "cap-2", "cap-3"].map((id) => record(id, { at: minute.toISOString() }));
    await send(batch(rows, { minute: minute.toISOString(), dropped: 65 }));
    const page = await list(`from=${minute.toISOString()}&to=${new Date(minute.getTime() + 60_000).toISOString()}`);
    expect([page.items.map(({ requestId }) => requestId), page.dropped]).toEqual([["cap-1"], 2]);
  });

  it("forgets whole days beyond what is kept, and takes nothing of them", async () => {
    await pool().query("SELECT request_log.ensure_partition($1)", [new Date(Date.now() - 20 * DAY_MS)]);
    const partitions = async () =>
      (await pool().query(`SELECT 1 FROM pg_inherits WHERE inhparent = 'request_log.record'::regclass`)).rowCount;
    const before = await partitions();
    await maintainRequests(new Date());
    expect(await partitions()).toBe(before! - 1);
    const at = new Date(Date.now() - 30 * DAY_MS).toISOString();
    expect(await send(batch([record("old", { at }), record("young")]))).toBe(true);
    await fails(404, "GET", "/requests/old");
    await find("young");
    await maintainRequests(new Date());
    await find("young");
  });

  it("refuses what is no batch, whoever sends it, and takes none without a node's token", async () => {
    expect((await agentCall("POST", "/requests", "nobody", batch([]))).status).toBe(401);
    expect((await agentCall("POST", "/requests", node.token, { rows: [] })).status).toBe(422);
  });
});

describe("who may see a call", () => {
  beforeAll(() =>
    send(
      batch([
        failed("seen"),
        record("nobody's", { apiVersion: 0, operation: 0, application: 0, credential: 0, subscription: 0, plan: 0 }),
        record("no-application", { application: 0, credential: 0, subscription: 0, plan: 0 }),
      ]),
    ),
  );

  it.each([
    ["seen", ["admin", "ops", "owner", "consumer"]],
    ["no-application", ["admin", "ops", "owner"]],
    ["nobody's", ["admin", "ops"]],
  ])("%s: %j, by its id and in the list alike", async (requestId, expected) => {
    const seers: string[] = [];
    for (const who of ["admin", "ops", "owner", "otherOwner", "consumer", "otherConsumer"]) {
      const options = tokens[who] === undefined ? {} : { token: tokens[who] };
      const { status } = await call("GET", `/requests/${encodeURIComponent(requestId)}`, undefined, options);
      const { items } = await list(`requestId=${encodeURIComponent(requestId)}`, tokens[who]);
      expect(items.length, who).toBe(status === 200 ? 1 : 0);
      if (status === 200) {
        seers.push(who);
      }
    }
    expect(seers).toEqual(expected);
    expect((await call("GET", `/requests/${requestId}`, undefined, { token: null })).status).toBe(401);
  });

  it("the consumer sees its key and not where the call went; the owner sees where it went and not the key", async () => {
    const consumer = await find("seen", tokens.consumer);
    expect(consumer.credential).toMatchObject({ name: "till" });
    expect(consumer.upstream).toEqual({ target: null, address: null, status: "502", tries: 1, latencyMs: 3 });
    expect(consumer.node).toBeNull();
    const owner = await find("seen", tokens.owner);
    expect(owner.credential).toBeNull();
    expect(owner.upstream).toMatchObject({ target: "orders.internal:80", address: "10.0.0.1:80" });
    expect(owner.node).toMatchObject({ name: "one" });
  });
});

describe("what an environment writes down", () => {
  it("is a setting of admins, comes with the next release, and is audited", async () => {
    const requestLog = { sampleEvery: 10, clientAddress: "none" };
    await fails(403, "PATCH", "/environments/production", { requestLog }, { token: tokens.owner! });
    await fails(422, "PATCH", "/environments/production", { requestLog: { ...requestLog, sampleEvery: -1 } });
    const changed = await must<{ requestLog: unknown }>("PATCH", "/environments/production", { requestLog });
    expect(changed.requestLog).toEqual(requestLog);
    await must("POST", "/environments/production/releases", {});
    const { rows } = await pool().query<{ content: Buffer }>(
      `SELECT content FROM chunk WHERE kind = 'settings' AND encode(content, 'escape') LIKE '%"sampleEvery":10,%'`,
    );
    expect(rows).toHaveLength(1);
    const audit = await must<{ items: { action: string }[] }>(
      "GET",
      "/audit?entityType=environment&entityId=production",
    );
    expect(audit.items.map(({ action }) => action)).toContain("environment.update");
  });
});
