import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "../../compiler/target-key";
import { GATE_OPEN } from "../../contract/shared-memory";
import { makeKey } from "../../testing/make-key";
import { RudeUpstream } from "../../testing/rude-upstream";
import { readAll, sendRaw } from "../../testing/send-raw";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("misbehaviour");
let node: TestNode;

beforeAll(async () => {
  node = await TestNode.start({ workers: 1 });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(() => node.stop());

const REQUEST = `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n\r\n`;
const codeIn = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1];

async function publish(upstream: RudeUpstream): Promise<void> {
  await node.publish(
    upstreamSnapshot(
      [upstream.url],
      { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } },
      { connectTimeoutMs: 500, sendTimeoutMs: 500, readTimeoutMs: 150 },
    ),
  );
}

const circuitIsOpen = (upstream: RudeUpstream) =>
  node.targets.read().some(({ key: target, gate }) => target === keyOf(`1 ${upstream.url}`) && gate === GATE_OPEN);

describe("an upstream that misbehaves costs its own call, opens its circuit, and is metered once", () => {
  it.each<[string, string, number, string]>([
    ["no HTTP at all", "hello, I am not HTTP\r\n\r\n", 502, "upstream_invalid_response"],
    ["no HTTP at all, and much of it", "hello ".repeat(20_000), 502, "upstream_invalid_response"],
    ["an endless header", `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(100_000)}`, 502, "upstream_invalid_response"],
    ["a header without end", "HTTP/1.1 200 OK\r\nX-A: 1\r\n", 504, "upstream_timeout"],
    [
      "a header with a NUL",
      "HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 0\r\n\r\n",
      502,
      "upstream_invalid_response",
    ],
    ["endless fields", `HTTP/1.1 200 OK\r\n${"X-A: 1\r\n".repeat(5_000)}`, 502, "upstream_invalid_response"],
    [
      "a bare CR in a field",
      "HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
      502,
      "upstream_invalid_response",
    ],
    [
      "a folded field",
      "HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 0\r\n\r\n",
      502,
      "upstream_invalid_response",
    ],
    ["a status of two digits", "HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n", 502, "upstream_invalid_response"],
    ["a status of four digits", "HTTP/1.1 2000 Odd\r\nContent-Length: 0\r\n\r\n", 502, "upstream_invalid_response"],
  ])("%s", async (_name, bytes, status, code) => {
    const upstream = await RudeUpstream.answering(bytes, (socket) => setTimeout(() => socket.end(), 200));
    await publish(upstream);
    const before = node.outcomes().upstream_unreachable ?? 0;
    const answer = await sendRaw(node.settings.port, REQUEST);
    expect(answer.slice(0, 200)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(codeIn(answer)).toBe(code);
    await expect.poll(() => circuitIsOpen(upstream)).toBe(true);
    expect((node.outcomes().upstream_unreachable ?? 0) - before).toBe(1);
    await upstream.stop();
  });
});

const NEXT = "GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** Whatever it is a client of, it stays in step: what comes next on its connection is the answer to its next call. */
async function expectInStep(
  method: string,
  bytes: string,
  next = NEXT,
  endOfHead = "\r\n",
): Promise<{ answer: string; outcomes: Record<string, number> }> {
  const upstream = await RudeUpstream.answering(bytes);
  await publish(upstream);
  const before = node.outcomes();
  const request = REQUEST.replace("GET", method).replace(/\r\n$/, endOfHead);
  const answer = await readAll(node.settings.port, request + next);
  await expect.poll(() => circuitIsOpen(upstream)).toBe(true);
  await upstream.stop();
  const outcomes = node.outcomes();
  const changed = Object.keys(outcomes).map((name) => [name, (outcomes[name] ?? 0) - (before[name] ?? 0)] as const);
  return {
    answer,
    outcomes: Object.fromEntries(changed.filter(([name, count]) => count !== 0 && name !== "unrouted")),
  };
}

const FINAL = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET";
const interim: readonly (readonly [string, string])[] = [
  ["100 alone", "HTTP/1.1 100 Continue\r\n\r\n"],
  ["100 before the answer", `HTTP/1.1 100 Continue\r\n\r\n${FINAL}`],
  ["100 with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 6\r\n\r\nSECRET"],
  ["103 before the answer", `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${FINAL}`],
  ["103, a thousand times", `${"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1_000)}${FINAL}`],
];

describe("an interim response, which nginx takes for the final one, is followed by 502 and by nothing of the upstream's:", () => {
  it.each(interim)("%s", async (_name, bytes) => {
    const { answer, outcomes } = await expectInStep("GET", bytes);
    const statuses = [...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses[0]).toBeLessThan(200);
    // nginx waits for the rest of what is none, and then answers the next call or closes.
    expect([[502], [502, 404]]).toContainEqual(statuses.slice(1));
    expect(answer).toContain('"code":"upstream_invalid_response"');
    expect(answer).not.toContain("SECRET");
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
  });

  it.each(interim)("HEAD, whose connection is closed instead: %s", async (_name, bytes) => {
    const { answer, outcomes } = await expectInStep("HEAD", bytes);
    expect(answer).not.toMatch(/HTTP\/1.1 [2-5]/);
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
  });
});

describe("where nothing can follow, the connection is closed without a byte of the upstream's:", () => {
  it.each([
    [
      "101 that nobody asked for",
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${FINAL}`,
    ],
    ["status 009", "HTTP/1.1 009 Odd\r\nContent-Length: 6\r\n\r\nSECRET"],
    ["status 000", "HTTP/1.1 000 Odd\r\nContent-Length: 6\r\n\r\nSECRET"],
  ])("%s", async (_name, bytes) => {
    const { answer, outcomes } = await expectInStep("GET", bytes);
    expect(answer).toBe("");
    expect(outcomes).toEqual({ upstream_unreachable: 1 });
  });

  it("a bad chunk, before anything was sent", async () => {
    const { answer, outcomes } = await expectInStep(
      "GET",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nSECRET\r\n0\r\n\r\n",
    );
    expect(answer).toBe("");
    expect(outcomes).toEqual({ upstream_error: 1 });
  });

  it("HEAD answered with no HTTP at all gets the head of a 502 and no body", async () => {
    const { answer } = await expectInStep("HEAD", "SECRET\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 502 [^]*\r\n\r\nHTTP\/1.1 404 /);
    expect(answer.split("\r\n\r\n")[1]).toMatch(/^HTTP\/1.1 404 /);
  });
});

/** What nginx itself takes for no answer since 1.23. */
function isRefusedByNginx(answer: string): boolean {
  return answer.startsWith("HTTP/1.1 502 ") && codeIn(answer) === "upstream_invalid_response";
}

describe("an answer whose length is none is broken off or refused, and its length is not passed on:", () => {
  it.each([
    ["words", "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nhello"],
    ["a negative number", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"],
    ["more than there is", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"],
    [
      "two that differ, of which the last counts",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 10\r\n\r\nhello",
    ],
  ])("%s", async (_name, bytes) => {
    const { answer, outcomes } = await expectInStep("GET", bytes, "", "Connection: close\r\n\r\n");
    expect(answer).not.toMatch(/Content-Length: (abc|-5)/i);
    if (isRefusedByNginx(answer)) {
      expect(outcomes).toEqual({ upstream_unreachable: 1 });
      return;
    }
    // Neither the last chunk nor the whole length: the client can tell.
    expect(answer).not.toContain("0\r\n\r\n");
    expect(outcomes).toEqual({ upstream_error: 1 });
  });
});

it("a reset before the answer: 502, and the circuit opens", async () => {
  const upstream = await RudeUpstream.start((socket) => socket.once("data", () => socket.resetAndDestroy()));
  await publish(upstream);
  const before = node.outcomes().upstream_unreachable ?? 0;
  const answer = await sendRaw(node.settings.port, REQUEST);
  expect(answer).toMatch(/^HTTP\/1.1 502 /);
  expect(codeIn(answer)).toBe("upstream_invalid_response");
  await expect.poll(() => circuitIsOpen(upstream)).toBe(true);
  expect((node.outcomes().upstream_unreachable ?? 0) - before).toBe(1);
  await upstream.stop();
});

it("HEAD is a success when it is answered, and does not open the circuit", async () => {
  const upstream = await RudeUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  await publish(upstream);
  const before = node.outcomes();
  const head = REQUEST.replace("GET", "HEAD").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  for (let call = 0; call < 3; call += 1) {
    expect(await readAll(node.settings.port, head)).toMatch(/^HTTP\/1.1 200 [^]*Content-Length: 5\r\n/);
  }
  await expect.poll(() => node.outcomes()).toEqual({ ...before, success: (before.success ?? 0) + 3 });
  expect(circuitIsOpen(upstream)).toBe(false);
  await upstream.stop();
});

it.each(["/shop/v1/items", "@problem", "/-gatehouse-problem-"])(
  "an upstream cannot send the call elsewhere inside the gateway, such as to %s",
  async (place) => {
    const upstream = await RudeUpstream.answering(
      `HTTP/1.1 200 OK\r\nX-Accel-Redirect: ${place}\r\nX-Accel-Limit-Rate: 1\r\nContent-Length: 5\r\n\r\nhello`,
    );
    await publish(upstream);
    const answer = await sendRaw(node.settings.port, REQUEST);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/hello$/);
    expect(answer).not.toContain("X-Accel");
    expect(upstream.connections).toBe(1);
    await upstream.stop();
  },
);

describe("what an upstream sends beyond its answer reaches nobody", () => {
  it.each([
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhelloSECRET"],
    ["more than its length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloSECRET"],
    [
      "a second answer",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET",
    ],
    ["two lengths that differ", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 5\r\n\r\nhelloSECRET"],
    [
      "a length and chunks, of which the chunks count",
      "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nSECRET",
    ],
  ])("%s", async (_name, bytes) => {
    const upstream = await RudeUpstream.answering(bytes);
    await publish(upstream);
    for (let client = 0; client < 5; client += 1) {
      const answer = await sendRaw(node.settings.port, REQUEST);
      expect(answer).not.toContain("SECRET");
      if (client === 0 && isRefusedByNginx(answer)) {
        await upstream.stop();
        return;
      }
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
      expect(answer).toContain("hello");
      // One framing, which is nginx's own.
      expect(answer.match(/^(Content-Length|Transfer-Encoding): /gim)).toHaveLength(1);
    }
    // Never the same connection twice: what may still come on it is for nobody.
    expect(upstream.connections).toBe(5);
    await upstream.stop();
  });
});
