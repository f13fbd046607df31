import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeKey } from "../testing/make-key";
import { RecordingUpstream } from "../testing/recording-upstream";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { upstreamSnapshot } from "../testing/upstream-snapshot";

/** What a client can do with a connection: send slowly, go away, send the next request before the answer. */
const key = makeKey("connections");
const ITEMS = "/shop/v1/items";
const CALLER = `Host: shop.test\r\nX-API-Key: ${key}\r\n`;
const QUOTA = 4;
let node: TestNode;
let upstream: RecordingUpstream;

beforeAll(async () => {
  node = await TestNode.start({ workers: 1, clientTimeoutMs: 150 });
  await node.putCredentials([credentialFor(key)]);
  upstream = await RecordingUpstream.start();
});

beforeEach(async () => {
  upstream.forget();
  await node.publish(shopSnapshot([upstream.url]));
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

const get = (target: string, fields = "") => `GET ${target} HTTP/1.1\r\n${CALLER}${fields}\r\n`;

/** Opens a connection, writes, and gathers what comes until the gateway closes. */
function open(bytes: string): { socket: Socket; answers: string; closed: Promise<void> } {
  const socket = connect(node.settings.port, "127.0.0.1", () => socket.write(bytes, "latin1"));
  const conversation = {
    socket,
    answers: "",
    closed: new Promise<void>((resolve) => socket.once("close", () => resolve())),
  };
  socket.on("data", (part) => (conversation.answers += part.toString("latin1")));
  socket.on("error", () => undefined);
  return conversation;
}

async function outcomesOf(action: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = node.outcomes();
  await action();
  const changes = () =>
    Object.entries(node.outcomes())
      .map(([outcome, count]) => [outcome, count - (before[outcome] ?? 0)] as const)
      .filter(([, change]) => change !== 0);
  await expect.poll(changes).not.toEqual([]);
  return Object.fromEntries(changes());
}

describe("a slow client", () => {
  it("that does not finish its fields is cut off, and reaches no upstream", async () => {
    const conversation = open(`GET ${ITEMS} HTTP/1.1\r\n${CALLER}`);
    await conversation.closed;
    expect(conversation.answers).toBe("");
    expect(upstream.seen).toEqual([]);
  });

  it("that sends a field at a time is cut off all the same", async () => {
    const conversation = open(`GET ${ITEMS} HTTP/1.1\r\n`);
    const drip = setInterval(() => conversation.socket.write("X-A: 1\r\n"), 20);
    await conversation.closed;
    clearInterval(drip);
    expect(conversation.answers).toBe("");
    expect(upstream.seen).toEqual([]);
  });

  it.each([
    ["its body", "Content-Length: 100\r\n\r\nhalf"],
    ["a chunk", "Transfer-Encoding: chunked\r\n\r\nff\r\nhalf"],
  ])(
    "that does not finish %s is cut off and counted once, is not held against the upstream, and leaves no half request for others",
    async (_name, rest) => {
      await node.publish(
        upstreamSnapshot([upstream.url], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } }),
      );
      const outcomes = await outcomesOf(async () => {
        const conversation = open(`POST ${ITEMS} HTTP/1.1\r\n${CALLER}${rest}`);
        await conversation.closed;
        expect(conversation.answers).toBe("");
      });
      expect(outcomes).toEqual({ client_closed: 1 });
      expect(await sendRaw(node.settings.port, get(ITEMS))).toContain(" 200 ");
      expect(upstream.seen.map(({ line }) => line)).toEqual(["GET /items HTTP/1.1"]);
    },
  );
});

describe("a client that goes away", () => {
  it("before its request is whole is no request", async () => {
    const before = node.outcomes();
    const conversation = open(`GET ${ITEMS} HTTP/1.1\r\nHost: a\r\n`);
    conversation.socket.once("connect", () => conversation.socket.end());
    await conversation.closed;
    expect(await sendRaw(node.settings.port, get(ITEMS))).toContain(" 200 ");
    await expect.poll(() => node.outcomes()).toEqual({ ...before, success: (before.success ?? 0) + 1 });
    expect(upstream.seen).toHaveLength(1);
  });

  it("in the middle of its body is counted once as such, and its connection to the upstream serves nobody else", async () => {
    const outcomes = await outcomesOf(async () => {
      const conversation = open(`POST ${ITEMS} HTTP/1.1\r\n${CALLER}Content-Length: 100\r\n\r\nhalf`);
      await expect.poll(() => upstream.unread).toContain("half");
      conversation.socket.destroy();
    });
    expect(outcomes).toEqual({ client_closed: 1 });
    const connections = upstream.server.connections;
    expect(await sendRaw(node.settings.port, get(ITEMS))).toContain(" 200 ");
    expect(upstream.seen.map(({ line }) => line)).toEqual(["GET /items HTTP/1.1"]);
    expect(upstream.server.connections).toBe(connections + 1);
  });
});

describe("requests sent one behind the other", () => {
  const last = (target: string) => get(target, "Connection: close\r\n");

  it("are answered in order, each as what it is", async () => {
    const noKey = `GET ${ITEMS} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const body = `POST ${ITEMS} HTTP/1.1\r\n${CALLER}Content-Length: 5\r\n\r\nhello`;
    const conversation = open(
      get(`${ITEMS}?1`) + noKey + get("/none") + body + get(`${ITEMS}/a%2fb`) + last(`${ITEMS}?2`),
    );
    await conversation.closed;
    const statuses = [...conversation.answers.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(["200", "401", "404", "200", "400", "200"]);
    expect(upstream.seen.map(({ line, body: sent }) => [line, sent])).toEqual([
      ["GET /items?1 HTTP/1.1", ""],
      ["POST /items HTTP/1.1", "hello"],
      ["GET /items?2 HTTP/1.1", ""],
    ]);
  });

  it("are charged one by one", async () => {
    const limits = [
      {
        id: 1,
        name: "few",
        algorithm: "fixed-window",
        quota: QUOTA,
        windowSeconds: 3_600,
        scope: "subscription",
      } as const,
    ];
    await node.publish(shopSnapshot([upstream.url], { limits }));
    const outcomes = await outcomesOf(async () => {
      const conversation = open(get(ITEMS).repeat(QUOTA + 2) + last(ITEMS));
      await conversation.closed;
      const statuses = [...conversation.answers.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status);
      expect(statuses).toEqual([...Array.from({ length: QUOTA }, () => "200"), "429", "429", "429"]);
    });
    expect(outcomes).toEqual({ success: QUOTA, rate_limited: 3 });
    expect(upstream.seen).toHaveLength(QUOTA);
  });

  it("hand nothing of one on to the next: no key, no body, no field", async () => {
    const conversation = open(
      `POST ${ITEMS} HTTP/1.1\r\n${CALLER}X-Secret: 1\r\nContent-Length: 5\r\n\r\nhello${get(ITEMS)}GET ${ITEMS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    await conversation.closed;
    expect(conversation.answers).toContain("HTTP/1.1 401 ");
    expect(upstream.seen).toHaveLength(2);
    expect(upstream.passedOn).toEqual([]);
    expect(upstream.seen[1]?.body).toBe("");
  });

  it("behind a malformed one are not read at all", async () => {
    const conversation = open(
      `POST ${ITEMS} HTTP/1.1\r\n${CALLER}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${get(ITEMS)}`,
    );
    await conversation.closed;
    expect(conversation.answers.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
    expect(upstream.seen).toEqual([]);
  });
});

describe("a client that waits for 100 Continue before it sends its body", () => {
  const EXPECT = "Expect: 100-continue\r\n";
  const post = (target: string, fields: string, framing = "Content-Length: 5\r\n") =>
    `POST ${target} HTTP/1.1\r\n${fields}${EXPECT}${framing}\r\n`;
  const redirect = { policy: "redirect", config: { location: "https://elsewhere.test/" } };

  it.each([
    ["refused for want of a key", 401, post(ITEMS, "Host: a\r\n"), []],
    ["for no operation", 404, post("/none", CALLER), []],
    ["in chunks, refused", 401, post(ITEMS, "Host: a\r\n", "Transfer-Encoding: chunked\r\n"), []],
    ["too large", 413, post(ITEMS, CALLER, "Content-Length: 999999999\r\n"), []],
    ["answered by a policy", 308, post(ITEMS, CALLER), [redirect]],
  ])(
    "and whose call is %s is not asked for it, and told that the connection ends",
    async (_name, status, request, policies) => {
      await node.publish(shopSnapshot([upstream.url], { version: { policies } }));
      const conversation = open(request);
      await expect.poll(() => conversation.answers).toMatch(/\r\n\r\n/);
      expect(conversation.answers).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(conversation.answers).toContain("\r\nConnection: close\r\n");
      // Whatever comes now is a body, or nothing: no request of its own.
      conversation.socket.end(get(ITEMS));
      await conversation.closed;
      expect(conversation.answers.match(/HTTP\/1.1 \d+/g)).toHaveLength(1);
      expect(upstream.seen).toEqual([]);
    },
  );

  it.each([
    ["of a known length", "Content-Length: 5\r\n", "hello"],
    ["in chunks", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"],
  ])(
    "is asked for one %s when its call is admitted, and answered on a connection that stays",
    async (_name, framing, body) => {
      const conversation = open(post(ITEMS, CALLER, framing));
      await expect.poll(() => conversation.answers).toBe("HTTP/1.1 100 Continue\r\n\r\n");
      conversation.socket.write(body);
      await expect.poll(() => conversation.answers).toMatch(/HTTP\/1.1 200 [^]*\r\n\r\nok/);
      expect(upstream.seen.map((request) => request.body)).toEqual([body]);
      expect(upstream.passedOn.join()).not.toMatch(/expect/i);
      conversation.socket.write(get(ITEMS, "Connection: close\r\n"));
      await conversation.closed;
      expect(conversation.answers.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 100", "HTTP/1.1 200", "HTTP/1.1 200"]);
    },
  );
});
