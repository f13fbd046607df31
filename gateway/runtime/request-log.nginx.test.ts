import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCounters } from "../agent/status/read-counters";
import type { Snapshot } from "../compiler/snapshot";
import type { RequestLogSettings } from "../contract/bundle";
import type { RequestRecord } from "../contract/request-log";
import { STATE_FILES } from "../contract/shared-memory";
import { FakeUpstream } from "../testing/fake-upstream";
import { findFreePort } from "../testing/free-port";
import { makeKey } from "../testing/make-key";
import { RequestReader } from "../testing/read-requests";
import { sendLoad } from "../testing/send-load";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const ONLY_REFUSALS: RequestLogSettings = { sampleEvery: 0, clientAddress: "network" };
const key = makeKey("request-log");

let upstream: FakeUpstream;
let node: TestNode;
let log: RequestReader;

beforeAll(async () => {
  upstream = await FakeUpstream.start((request, response) => {
    const status = Number(/status=(\d+)/.exec(request.url ?? "")?.[1] ?? 200);
    response.writeHead(status, { "Content-Type": "application/json" }).end('{"ok":true}');
  });
  upstream.keepsRequests = false;
  node = await TestNode.start({ workers: 1 });
  await node.publish(snapshotWith(ONLY_REFUSALS));
  await node.putCredentials([
    credentialFor(key, { credential: 9, application: 5, subscriptions: [{ id: 7, plan: 1 }] }),
  ]);
  log = new RequestReader(node.stateDirectory);
});

afterAll(async () => {
  log.close();
  await node.stop();
  await upstream.stop();
});

beforeEach(() => {
  log.take();
});

function snapshotWith(requestLog: RequestLogSettings | undefined, snapshot = shopSnapshot([upstream.url])): Snapshot {
  return requestLog === undefined ? snapshot : { ...snapshot, requestLog };
}

function call(path: string, headers: Record<string, string> = { "X-API-Key": key }): Promise<Response> {
  return fetch(`${node.url}${path}`, { headers });
}

/** The log phase comes after the last byte, so a client may be quicker. */
async function waitForRecords(count: number): Promise<RequestRecord[]> {
  const records: RequestRecord[] = [];
  await waitFor(`${count} records`, () => {
    records.push(...log.take());
    return records.length >= count;
  });
  return records;
}

describe("a limit in mode shadow", () => {
  it("every call it would have refused is written down with it, and counted for it; no other call is", async () => {
    const quiet = { name: "quiet", algorithm: "token-bucket", quota: 1, windowSeconds: 3600 } as const;
    const limits = [5, 6, 7, 8, 9].map((id) => ({
      ...quiet,
      id,
      name: `quiet-${id}`,
      scope: "subscription" as const,
      burst: id === 6 ? 2 : 4,
      ...(id < 8 && { mode: "shadow" as const }),
    }));
    const shadowed = async () => (await readCounters(path.join(node.stateDirectory, STATE_FILES.limits)))?.shadowed;
    const statuses = async (count: number) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) {
        seen.push((await call("/shop/v1/items/1")).status);
      }
      return seen;
    };
    // Written out for up to four limits, in a loop for more.
    await node.publish(snapshotWith(ONLY_REFUSALS, shopSnapshot([upstream.url], { limits: limits.slice(0, 2) })));
    expect(await statuses(3)).toEqual([200, 200, 200]);
    const [first] = await waitForRecords(1);
    expect(first).toMatchObject({ status: 200, outcome: "success", isShadowed: true });
    expect(first?.limits).toMatchObject([{ name: "quiet-6", used: 2, quota: 1 }]);
    expect(await shadowed()).toEqual(new Map([[6, 1]]));
    await node.publish(snapshotWith(ONLY_REFUSALS, shopSnapshot([upstream.url], { limits })));
    expect(await statuses(5)).toEqual([200, 200, 200, 200, 429]);
    const records = await waitForRecords(5);
    expect(records.map(({ isShadowed, limits: found = [] }) => [isShadowed, found.map(({ name }) => name)])).toEqual([
      [true, ["quiet-6"]],
      [true, ["quiet-5", "quiet-6"]],
      [true, ["quiet-5", "quiet-6"]],
      [true, ["quiet-5", "quiet-6"]],
      [undefined, ["quiet-8", "quiet-9"]],
    ]);
    // What a plan in earnest refuses anyhow, nothing in shadow would have changed.
    expect(await shadowed()).toEqual(
      new Map([
        [5, 3],
        [6, 5],
      ]),
    );
    await node.publish(
      snapshotWith(ONLY_REFUSALS, shopSnapshot([upstream.url], { limits: [{ ...quiet, id: 10, scope: "address" }] })),
    );
    await call("/shop/v1/items/1");
    expect((await call("/shop/v1/items/1")).status).toBe(429);
    expect((await waitForRecords(1)).map(({ isShadowed }) => isShadowed)).toEqual([undefined]);
  });
});

describe("every refusal and every error is written down once, with its trace", () => {
  it("a limit: which one, what it had counted, its quota and window, whose call it was, under which release", async () => {
    const limits = [
      { id: 3, name: "burst", algorithm: "fixed-window", quota: 2, windowSeconds: 3600, scope: "subscription" },
    ] as const;
    const release = await node.publish(snapshotWith(ONLY_REFUSALS, shopSnapshot([upstream.url], { limits })));
    const answers = [
      await call("/shop/v1/items/1"),
      await call("/shop/v1/items/2"),
      await call("/shop/v1/items/3?api_key=secret"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const [record, ...others] = await waitForRecords(1);
    expect(others).toEqual([]);
    const requestId = answers[2]!.headers.get("x-request-id");
    expect(record).toMatchObject({
      requestId,
      release,
      method: "GET",
      path: "/shop/v1/items/3",
      apiVersion: 1,
      operation: 12,
      application: 5,
      credential: 9,
      subscription: 7,
      plan: 1,
      status: 429,
      outcome: "rate_limited",
      address: "127.0.0.0/24",
      policy: "rate-limit",
      code: "rate_limit_exceeded",
      limits: [
        {
          name: "burst",
          algorithm: "fixed-window",
          scope: "subscription",
          unit: "requests",
          used: 2,
          quota: 2,
          windowSeconds: 3600,
        },
      ],
    });
    expect(JSON.stringify(record)).not.toContain("secret");
    expect(Math.abs(Date.parse(record!.at) - Date.now())).toBeLessThan(60_000);
    expect(record!.retryAfterSeconds).toBe(Number(answers[2]!.headers.get("retry-after")));
    const problem = (await answers[2]!.json()) as { instance: string };
    expect(problem.instance).toBe(`http://portal.test/requests/${requestId}`);
    await node.publish(snapshotWith(ONLY_REFUSALS));
  });

  it.each<[string, string, Record<string, string>, Partial<RequestRecord>]>([
    ["no key", "/shop/v1/items/1", {}, { outcome: "unauthenticated", code: "key_missing", policy: "key-auth" }],
    ["no route", "/nowhere", { "X-API-Key": key }, { outcome: "unrouted", code: "route_not_found", operation: 0 }],
    [
      "an ambiguous path",
      "/shop/v1/items/a%2Fb",
      { "X-API-Key": key },
      { outcome: "malformed", code: "path_ambiguous", path: "/shop/v1/items/a%2Fb" },
    ],
    [
      "an error of the upstream",
      "/shop/v1/items?status=500",
      { "X-API-Key": key },
      { outcome: "upstream_error", status: 500, upstreamStatus: "500", tries: 1, application: 5 },
    ],
  ])("%s", async (_name, path, headers, expected) => {
    const answer = await call(path, headers);
    const records = await waitForRecords(1);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ ...expected, requestId: answer.headers.get("x-request-id") });
  });

  it("an upstream that nobody answers for: where it was sought", async () => {
    const port = await findFreePort();
    await node.publish(snapshotWith(ONLY_REFUSALS, shopSnapshot([`http://127.0.0.1:${port}`])));
    expect((await call("/shop/v1/items")).status).toBe(502);
    const [record] = await waitForRecords(1);
    expect(record).toMatchObject({
      outcome: "upstream_unreachable",
      code: "upstream_unreachable",
      target: `127.0.0.1:${port}`,
      upstreamAddress: `127.0.0.1:${port}`,
    });
    await node.publish(snapshotWith(ONLY_REFUSALS));
  });

  it("what is not HTTP", async () => {
    await sendRaw(node.settings.port, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n");
    const [record] = await waitForRecords(1);
    expect(record).toMatchObject({ outcome: "malformed", code: "request_malformed", application: 0 });
  });

  it("a path of any bytes is a text that can be kept", async () => {
    const path = Buffer.concat([Buffer.from('/"\\'), Buffer.from([0xff, 0xc3]), Buffer.from("\u00e9".repeat(600))]);
    const raw = Buffer.concat([
      Buffer.from("GET "),
      path,
      Buffer.from(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    ]);
    await sendRaw(node.settings.port, raw.toString("latin1"));
    const [record] = await waitForRecords(1);
    expect(record!.path).toMatch(/^\/"\\\ufffd+/);
    expect(Buffer.byteLength(record!.path)).toBeLessThan(520);
  });
});

describe("of calls that were neither refused nor failed", () => {
  it("exactly one in so many is written down, beginning with the first", async () => {
    await node.publish(snapshotWith({ sampleEvery: 10, clientAddress: "full" }));
    const ids: (string | null)[] = [];
    for (let number = 0; number < 35; number += 1) {
      const answer = await call(`/shop/v1/items/${number}`);
      await answer.text();
      ids.push(answer.headers.get("x-request-id"));
    }
    const records = await waitForRecords(4);
    expect(records.map(({ requestId }) => requestId)).toEqual([ids[0], ids[10], ids[20], ids[30]]);
    expect(records[0]).toMatchObject({ outcome: "success", status: 200, address: "127.0.0.1" });
    expect(records[0]!.code).toBeUndefined();
  });

  it("none is, where none is wanted, and no address", async () => {
    await node.publish(snapshotWith({ sampleEvery: 0, clientAddress: "none" }));
    await sendLoad({
      origin: node.url,
      path: "/shop/v1/items",
      headers: { "X-API-Key": key },
      calls: 200,
      connections: 4,
    });
    await call("/nowhere");
    const records = await waitForRecords(1);
    expect(records.map(({ outcome, address }) => [outcome, address])).toEqual([["unrouted", ""]]);
  });
});

it("a ring that nobody reads drops what is new, and counts each", async () => {
  const calls = 14_000;
  const { statuses } = await sendLoad({
    origin: node.url,
    path: `/nowhere/${"long".repeat(50)}`,
    headers: {},
    calls,
    connections: 16,
  });
  expect(statuses.get(404)).toBe(calls);
  await waitFor("the last call to be counted", () => node.outcomes().unrouted! >= calls);
  const dropped = log.dropped;
  const kept = log.take();
  expect(dropped).toBeGreaterThan(1_000);
  expect(kept.length + dropped).toBe(calls);
  // There is room again, also across the end of the ring.
  const more = await sendLoad({ origin: node.url, path: "/nowhere", headers: {}, calls: 500, connections: 4 });
  expect(more.statuses.get(404)).toBe(500);
  expect(await waitForRecords(500)).toHaveLength(500);
  expect(log.dropped).toBe(dropped);
});
