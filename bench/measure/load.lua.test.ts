import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MAIN_ROW } from "../rows";
import { LoadClient } from "./load";

const STALL_MS = 500;
const REQUESTS_PER_SECOND = 2_000;
const client = new LoadClient();
/** What comes in while the server stalls. */
let waiting: ServerResponse[] | undefined;
let status = 200;
const seen = new Set<string>();
const server = createServer((request, response) => {
  seen.add(
    `${request.method ?? ""} ${/^\/api0\/v1\/resources\d{1,2}\/\d{4}$/.test(request.url ?? "") ? "route" : "?"}`,
  );
  seen.add(`key of ${String(request.headers["x-api-key"]).length} characters`);
  response.writeHead(status, { "Content-Length": 2 });
  if (waiting === undefined) {
    response.end("ok");
  } else {
    waiting.push(response);
  }
});
const port = () => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  client.close();
  await new Promise((resolve) => server.close(resolve));
});

it("an open loop charges a server that stalls for every request that was due meanwhile, not for one per connection", async () => {
  server.once("request", () => {
    waiting = [];
    setTimeout(() => {
      waiting?.forEach((response) => response.end("ok"));
      waiting = undefined;
    }, STALL_MS);
  });
  const { answers, failures, latenciesMs } = await client.runOpen(MAIN_ROW, port(), 1, REQUESTS_PER_SECOND);
  const late = latenciesMs.filter((latency) => latency > STALL_MS / 5).length;
  expect(failures).toBe(0);
  expect(answers).toBeGreaterThan(REQUESTS_PER_SECOND * 0.8);
  // There are 256 connections; a client that counts from when it could send has no more late requests than that.
  expect(late).toBeGreaterThan(0.7 * 0.8 * (STALL_MS / 1000) * REQUESTS_PER_SECOND);
  expect([...seen].sort()).toEqual(["GET route", "key of 46 characters"]);
});

it("an answer other than 200 counts as a failure, and ends a measurement of CPU time", async () => {
  status = 503;
  const { answers, failures } = await client.runOpen(MAIN_ROW, port(), 0.2, 200);
  expect(failures).toBe(answers);
  await expect(client.runClosed(MAIN_ROW, port(), 0.1)).rejects.toThrow("the work was not the same");
});
