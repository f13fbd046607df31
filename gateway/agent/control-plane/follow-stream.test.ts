import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { StreamEvent } from "../../contract/heartbeat";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { waitFor } from "../../testing/wait-for";
import { Backoff } from "./backoff";
import { ControlPlaneClient } from "./client";
import { followStream } from "./follow-stream";

let controlPlane: FakeControlPlane;
let client: ControlPlaneClient;
let stopping: AbortController;
let following: Promise<void>;
let events: StreamEvent[];
let connections: number;

beforeEach(async () => {
  controlPlane = await FakeControlPlane.start();
  client = new ControlPlaneClient(controlPlane.url);
  client.authenticateAs("node-token");
  stopping = new AbortController();
  events = [];
  connections = 0;
  following = followStream({
    client,
    logger: pino({ level: "silent" }),
    signal: stopping.signal,
    backoff: new Backoff(10, 50),
    silenceMs: 1_500,
    onConnected: () => (connections += 1),
    onEvent: (event) => events.push(event),
  });
  await waitFor("the stream to be open", () => controlPlane.openStreams === 1);
});

afterEach(async () => {
  stopping.abort();
  await following;
  await client.close();
  await controlPlane.stop();
});

it("passes events on, and ignores those that it does not know", async () => {
  controlPlane.announce({ type: "release", release: 7 });
  controlPlane.announce({ type: "novelty" } as never);
  controlPlane.announce({ type: "credentials", sequence: 9 });
  await waitFor("both events", () => events.filter(({ type }) => type !== "ping").length === 2);
  expect(events).toContainEqual({ type: "release", release: 7 });
  expect(events).toContainEqual({ type: "credentials", sequence: 9 });
});

it("opens the stream again when it was cut", async () => {
  await controlPlane.goAway();
  await controlPlane.comeBack();
  await waitFor("another connection", () => connections === 2);
});

it("opens the stream again when no ping came, though the connection still looks alive", async () => {
  controlPlane.silent = true;
  await waitFor("another connection", () => connections === 2);
});
