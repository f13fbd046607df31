import { beforeAll, describe, expect, it } from "vitest";
import { bucketMiddleMs, bucketOf } from "@/gateway/contract/histogram";
import type { EnrolAnswer } from "@/gateway/contract/heartbeat";
import type { TelemetryBatch, TelemetryRow } from "@/gateway/contract/telemetry";
import { usageSchema, type Usage } from "@/lib/api-schemas";
import { database, pool } from "@/lib/database";
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
} from "../_testing/client";

prepareTestDatabase();

let node: EnrolAnswer;
let ids: { operation: number; application: number; subscription: number; plan: number };
let sequence = 0;

beforeAll(async () => {
  await bootstrapForTests();
  const shop = await makeShop();
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
  const subscription = await database().subscription.findUniqueOrThrow({ where: { publicId: shop.subscription } });
  const operation = await database().operation.findFirstOrThrow({ where: { key: "GET /orders" } });
  ids = {
    operation: operation.id,
    application: subscription.applicationId,
    subscription: subscription.id,
    plan: subscription.planId,
  };
});

/** A day in the recent past, for which minutes are kept. */
function day(ago: number): string {
  return new Date(Date.now() - ago * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

function row(change: Partial<TelemetryRow> = {}): TelemetryRow {
  return {
    ...ids,
    outcome: "success",
    requests: 1,
    bytesIn: 10,
    bytesOut: 100,
    latency: [[bucketOf(5), 1]],
    upstreamLatency: [[bucketOf(4), 1]],
    ...change,
  };
}

function batch(minute: string, rows: TelemetryRow[]): TelemetryBatch {
  sequence += 1;
  return { sequence, minute, rows };
}

async function send(given: TelemetryBatch, token = node.token): Promise<boolean> {
  const answer = await agentCall<{ applied: boolean }>("POST", "/telemetry", token, given);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.applied;
}

async function usage(query: string): Promise<Usage> {
  return usageSchema.parse(await must("GET", `/usage?${query}`));
}

describe("telemetry", () => {
  it("a batch is applied exactly once, also when its copies arrive at the same moment", async () => {
    const given = batch(`${day(13)}T10:00:00Z`, [row({ requests: 7, latency: [[100, 7]] })]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(given)));
    expect(answers.filter((applied) => applied)).toHaveLength(1);
    expect(await send(given)).toBe(false);
    expect((await usage(`from=${day(13)}T00:00:00Z&to=${day(12)}T00:00:00Z`)).rows[0]).toMatchObject({ requests: 7 });
  });

  it("two nodes may use the same sequence number", async () => {
    const other = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "two", version: "1" })).body;
    const given = batch(`${day(12)}T10:00:00Z`, [row()]);
    expect(await send(given)).toBe(true);
    expect(await send(given, other.token)).toBe(true);
    expect((await usage(`from=${day(12)}T00:00:00Z&to=${day(11)}T00:00:00Z`)).rows[0]).toMatchObject({ requests: 2 });
  });

  it("a batch that fails is not marked as applied and adds nothing", async () => {
    // Each is a number; their sum is none that the database holds.
    const tooMany = Array.from({ length: 1100 }, () => row({ bytesIn: Number.MAX_SAFE_INTEGER }));
    const broken = batch(`${day(11)}T10:00:00Z`, [row(), ...tooMany]);
    const answer = await agentCall("POST", "/telemetry", node.token, broken);
    expect(answer.status).toBe(422);
    const { rows } = await pool().query("SELECT 1 FROM usage.applied_batch WHERE sequence = $1", [broken.sequence]);
    expect(rows).toEqual([]);
    expect(await send({ ...broken, rows: [row()] })).toBe(true);
    expect((await usage(`from=${day(11)}T00:00:00Z&to=${day(10)}T00:00:00Z`)).rows[0]).toMatchObject({ requests: 1 });
  });

  it("an id that the database cannot hold is refused with its place", async () => {
    const answer = await agentCall(
      "POST",
      "/telemetry",
      node.token,
      batch(`${day(11)}T10:00:00Z`, [row({ plan: 2 ** 31 })]),
    );
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ problems: [{ place: "/rows/0/plan" }] });
  });

  it("a clock that was never set, or runs years ahead, makes no partitions: what it measured counts as it arrives", async () => {
    const partitions = async () =>
      (await pool().query<{ name: string }>("SELECT inhrelid::regclass::text AS name FROM pg_inherits ORDER BY 1"))
        .rows;
    const started = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    await send(batch(new Date().toISOString(), []));
    const before = await partitions();
    for (const minute of [
      "1970-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "2001-05-05T05:05:00Z",
      "9999-12-31T23:59:00Z",
    ]) {
      expect(await send(batch(minute, [row({ outcome: "gateway_error" })]))).toBe(true);
    }
    expect(await partitions()).toEqual(before);
    const to = new Date(Date.now() + 10 * 60_000).toISOString();
    const { rows } = await usage(`from=${started.toISOString()}&to=${to}&outcome=gateway_error`);
    expect(rows[0]?.requests).toBe(4);
  });

  it("batches of many writers to the same minute add up exactly", async () => {
    const batches = Array.from({ length: 24 }, () =>
      batch(`${day(10)}T10:00:00Z`, [
        row({ outcome: "rate_limited" }),
        row(),
        row({ operation: 0, application: 0 }),
        row(),
      ]),
    );
    await Promise.all(batches.map((given) => send(given)));
    expect((await usage(`from=${day(10)}T00:00:00Z&to=${day(9)}T00:00:00Z`)).rows[0]).toMatchObject({
      requests: 96,
      refused: 24,
      bytesOut: 9600,
    });
  });

  it("errors are what somebody other than the caller failed, refused what a policy refused", async () => {
    const outcomes = [
      "success",
      "client_error",
      "upstream_error",
      "upstream_unreachable",
      "gateway_error",
      "unauthenticated",
      "forbidden",
      "rate_limited",
    ] as const;
    await send(
      batch(
        `${day(9)}T10:00:00Z`,
        outcomes.map((outcome) => row({ outcome })),
      ),
    );
    expect((await usage(`from=${day(9)}T00:00:00Z&to=${day(8)}T00:00:00Z`)).rows[0]).toMatchObject({
      requests: 8,
      errors: 3,
      refused: 3,
    });
  });

  it("percentiles come from the summed histograms, within five per cent", async () => {
    for (const milliseconds of [10, 20, 30]) {
      const count = milliseconds === 30 ? 2 : 49;
      await send(batch(`${day(8)}T10:00:00Z`, [row({ requests: count, latency: [[bucketOf(milliseconds), count]] })]));
    }
    const { rows } = await usage(`from=${day(8)}T00:00:00Z&to=${day(7)}T00:00:00Z`);
    expect(rows[0]?.p50Ms).toBeCloseTo(bucketMiddleMs(bucketOf(20)), 2);
    expect(rows[0]?.p95Ms).toBeCloseTo(bucketMiddleMs(bucketOf(20)), 2);
    expect(rows[0]?.p99Ms).toBeCloseTo(bucketMiddleMs(bucketOf(30)), 2);
  });

  it("a range is exact to the minute, whichever tables it is read from", async () => {
    for (const minute of [
      `${day(7)}T23:59:00Z`,
      `${day(6)}T00:00:00Z`,
      `${day(6)}T12:30:00Z`,
      `${day(5)}T00:59:00Z`,
      `${day(5)}T01:00:00Z`,
    ]) {
      await send(batch(minute, [row()]));
    }
    const count = async (from: string, to: string) => (await usage(`from=${from}&to=${to}`)).rows[0]?.requests;
    expect(await count(`${day(7)}T23:59:00Z`, `${day(5)}T01:01:00Z`)).toBe(5);
    expect(await count(`${day(6)}T00:00:00Z`, `${day(5)}T01:00:00Z`)).toBe(3);
    expect(await count(`${day(6)}T00:01:00Z`, `${day(5)}T00:59:00Z`)).toBe(1);
  });

  it("ranges older than what minutes are kept for widen to whole hours instead of losing their edges", async () => {
    await send(batch(`${day(30)}T10:10:00Z`, [row()]));
    // Another day's first batch drops what is too old.
    await send(batch(`${day(29)}T10:10:00Z`, []));
    const result = await usage(`from=${day(30)}T10:05:00Z&to=${day(30)}T10:20:00Z`);
    expect(result).toMatchObject({ from: `${day(30)}T10:00:00.000Z`, to: `${day(30)}T11:00:00.000Z` });
    expect(result.rows[0]?.requests).toBe(1);
    expect(
      (await fails(422, "GET", `/usage?from=${day(30)}T10:05:00Z&to=${day(29)}T10:05:00Z&interval=minute`)).problems[0],
    ).toMatchObject({
      code: "too_old",
      place: "query:interval",
    });
  });

  it("rows come per interval and group, with the names people know", async () => {
    await send(batch(`${day(4)}T10:10:00Z`, [row({ requests: 3 })]));
    await send(
      batch(`${day(4)}T11:20:00Z`, [
        row({ outcome: "rate_limited" }),
        row({ operation: 0, application: 0, subscription: 0, plan: 0, outcome: "unrouted" }),
      ]),
    );
    const { rows } = await usage(
      `from=${day(4)}T00:00:00Z&to=${day(3)}T00:00:00Z&interval=hour&groupBy=api,version,operation,application,plan,outcome`,
    );
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      time: `${day(4)}T10:00:00.000Z`,
      api: "orders",
      version: "v1",
      operation: "GET /orders",
      method: "GET",
      path: "/orders",
      applicationName: "Till",
      product: "shop",
      plan: "gold",
      outcome: "success",
      requests: 3,
    });
    expect(rows.find(({ outcome }) => outcome === "unrouted")).toMatchObject({
      api: null,
      application: null,
      plan: null,
    });
    const days = await usage(`from=${day(4)}T00:00:00Z&to=${day(3)}T00:00:00Z&interval=day&groupBy=api`);
    expect(days.rows.map(({ api, requests }) => [api, requests])).toEqual([
      ["orders", 4],
      [null, 1],
    ]);
  });

  it("owners see their APIs, consumers their applications, ops everything, others nothing", async () => {
    const owner = await makePerson("erin", "pets", "owner");
    await must("POST", "/apis", { slug: "pets", name: "Pets", team: "pets" }, { token: owner });
    await must(
      "POST",
      "/apis/pets/versions",
      { version: "v1", document: openApi("GET /pets"), upstream: { targets: [{ url: "http://localhost:1" }] } },
      { token: owner },
    );
    const consumer = await makePerson("carl", "pets-users", "consumer");
    const { id } = await must<{ id: string }>(
      "POST",
      "/applications",
      { name: "Leash", team: "pets-users" },
      { token: consumer },
    );
    const stranger = await makePerson("sam", "strangers", "consumer", "owner");
    const ops = await makePerson("olga", "watch", "ops");
    const pets = await database().operation.findFirstOrThrow({ where: { key: "GET /pets" } });
    const leash = await database().application.findUniqueOrThrow({ where: { publicId: id } });
    await send(
      batch(`${day(3)}T10:00:00Z`, [
        row({ requests: 1 }),
        row({ requests: 10, operation: pets.id }),
        row({ requests: 100, application: leash.id }),
        row({ requests: 1000, operation: 0, application: 0 }),
      ]),
    );
    const seen = async (token: string) => {
      const { rows } = await must<Usage>("GET", `/usage?from=${day(3)}T00:00:00Z&to=${day(2)}T00:00:00Z`, undefined, {
        token,
      });
      return rows[0]?.requests;
    };
    expect(await seen(owner)).toBe(10);
    expect(await seen(consumer)).toBe(100);
    expect(await seen(stranger)).toBe(0);
    expect(await seen(ops)).toBe(1111);
    expect((await call("GET", "/usage", undefined, { token: null })).status).toBe(401);
  });

  it("a query that makes no sense is refused with every problem", async () => {
    const problem = await fails(422, "GET", "/usage?from=yesterday&interval=week&groupBy=api,colour&outcome=lost");
    expect(problem.problems.map(({ place }) => place.split("/")[0])).toEqual([
      "query:from",
      "query:interval",
      "query:groupBy",
      "query:outcome",
    ]);
    expect(
      (await fails(422, "GET", `/usage?from=${day(12)}T00:00:00Z&to=${day(13)}T00:00:00Z`)).problems[0]?.code,
    ).toBe("range_empty");
  });

  it("a large batch is one statement and takes well under a second", async () => {
    const rows = Array.from({ length: 2000 }, (_, index) =>
      row({
        operation: 100_000 + index,
        latency: [
          [80, 1],
          [120, 2],
        ],
      }),
    );
    const started = performance.now();
    await send(batch(`${day(2)}T10:00:00Z`, rows));
    // Generous: test machines are busy. Row by row it takes more than ten times as long.
    expect(performance.now() - started).toBeLessThan(5000);
    expect((await usage(`from=${day(2)}T00:00:00Z&to=${day(1)}T00:00:00Z`)).rows[0]).toMatchObject({
      requests: 2000,
    });
  });
});
