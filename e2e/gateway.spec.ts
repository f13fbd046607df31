import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { githubLike, kubernetesLike, stripeLike } from "../lib/openapi/fixtures/large-documents";
import { sendLoad } from "../gateway/testing/send-load";
import { addresses, callApi, offerPing, processOf, publish, Upstream, type Limit } from "./support";

/** What the whole of Gatehouse promises about its gateway, tried on the Gatehouse that `npm start` starts. */
test.describe.configure({ mode: "serial" });

const PETSTORES = path.resolve(import.meta.dirname, "../lib/openapi/fixtures/petstore");

let upstream: Upstream;

test.beforeAll(async () => {
  upstream = await Upstream.start();
});

test.afterAll(async () => {
  await upstream.stop();
});

test("public documents are imported without edits and published together", async () => {
  const documents: readonly [string, string][] = [
    ["petstore-2", readFileSync(path.join(PETSTORES, "petstore-2.0.json"), "utf8")],
    ["petstore-30", readFileSync(path.join(PETSTORES, "petstore-3.0.yaml"), "utf8")],
    ["petstore-31", readFileSync(path.join(PETSTORES, "petstore-3.1.yaml"), "utf8")],
    ["code-hosting", JSON.stringify(githubLike())],
    ["payments", JSON.stringify(stripeLike())],
    ["cluster", JSON.stringify(kubernetesLike())],
  ];
  for (const [slug, document] of documents) {
    await callApi("POST", "/apis", { slug, name: slug });
    const targets = [{ url: upstream.url }];
    await callApi("POST", `/apis/${slug}/versions`, { version: "v1", document, upstream: { targets } });
  }
  await publish();
});

test("20,000 calls over 64 connections against a limit: upstream, answers and usage agree to the call", async () => {
  const quota = 5_000;
  const from = new Date(Date.now() - 60_000).toISOString();
  // A window so long that the run does not meet its end.
  const limit: Limit = { name: "total", algorithm: "sliding-window", quota, windowSeconds: 31_536_000 };
  const { key } = await offerPing("exact", upstream.url, limit);
  await publish();
  const before = upstream.count;
  const load = await sendLoad({
    origin: addresses().gateway,
    path: "/exact/v1/ping",
    headers: { "X-API-Key": key },
    calls: 20_000,
    connections: 64,
  });
  expect(load.broken).toBe(0);
  expect(Object.fromEntries(load.statuses)).toEqual({ 200: quota, 429: 20_000 - quota });
  expect(upstream.count - before).toBe(quota);
  const usage = async () => {
    const to = new Date(Date.now() + 60_000).toISOString();
    const { rows } = await callApi<{ rows: { api: string; outcome: string; requests: number }[] }>(
      "GET",
      `/usage?${new URLSearchParams({ from, to, groupBy: "api,outcome" }).toString()}`,
    );
    const own = rows.filter((row) => row.api === "exact");
    return Object.fromEntries(own.map((row) => [row.outcome, row.requests]));
  };
  await expect.poll(usage, { timeout: 20_000 }).toEqual({ success: quota, rate_limited: 20_000 - quota });
});

test("50 publishes during a constant load: no failed call, each answered by one release", async () => {
  const { key, url } = await offerPing("published-often", upstream.url);
  await publish();
  let isOver = false;
  const answers = new Map<string, number>();
  const load = async (): Promise<void> => {
    while (!isOver) {
      const response = await fetch(url, { headers: { "X-API-Key": key } });
      await response.arrayBuffer();
      const answer = `${response.status} ${/^\d+$/.test(response.headers.get("gatehouse-release") ?? "") ? "" : "no release"}`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const callers = Promise.all([load(), load(), load(), load()]);
  for (let round = 0; round < 50; round += 1) {
    await callApi("POST", "/environments/production/releases", { note: `round ${round}` });
  }
  isOver = true;
  await callers;
  expect([...answers.keys()]).toEqual(["200 "]);
  expect(answers.get("200 ")).toBeGreaterThan(100);
});

test("with the control plane stopped calls go on, a restarted gateway serves from its disk, and catches up afterwards", async () => {
  const { key, url, forget } = await offerPing("outage", upstream.url);
  await publish();
  const call = () =>
    fetch(url, { headers: { "X-API-Key": key } }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
  await expect.poll(call).toBe(200);

  const portal = processOf("portal");
  process.kill(portal, "SIGSTOP");
  try {
    const statuses = await Promise.all(Array.from({ length: 100 }, call));
    expect(new Set(statuses)).toEqual(new Set([200]));

    process.kill(processOf("gateway"), "SIGTERM");
    await expect.poll(call, { timeout: 15_000, intervals: [20] }).not.toBe(200);
    await expect.poll(call, { timeout: 30_000 }).toBe(200);
  } finally {
    process.kill(portal, "SIGCONT");
  }
  await forget();
  await expect.poll(call, { timeout: 15_000 }).toBe(401);
});
