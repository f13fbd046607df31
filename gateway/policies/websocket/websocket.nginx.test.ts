import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "undici";
import { issueCertificate } from "../../agent/certificates/issue-certificate";
import type { AttachedPolicy, LimitSnapshot } from "../../compiler/snapshot";
import { bucketOf } from "../../contract/histogram";
import { EchoWebsocket } from "../../testing/echo-websocket";
import { makeKey } from "../../testing/make-key";
import { RudeUpstream } from "../../testing/rude-upstream";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { waitFor } from "../../testing/wait-for";

const LONGER_THAN_A_HANDSHAKE_MS = 300;
const key = makeKey("websocket");
const atOnce: LimitSnapshot = {
  id: 1,
  name: "at-once",
  algorithm: "concurrency",
  quota: 2,
  windowSeconds: 0,
  scope: "subscription",
};
const validity = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) };
const authority = issueCertificate({ ...validity, names: ["Test CA"], isAuthority: true });
const issuer = { name: "Test CA", privateKey: authority.key };
let directory: string;
let node: TestNode;
let echo: EchoWebsocket;
const opened: WebSocket[] = [];

beforeAll(async () => {
  echo = await EchoWebsocket.start();
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-wss-"));
  const upstreamCaFile = path.join(directory, "ca.pem");
  writeFileSync(upstreamCaFile, authority.certificate);
  node = await TestNode.start({ workers: 1, upstreamCaFile });
  await node.putCredentials([credentialFor(key)]);
});

afterEach(async () => {
  for (const socket of opened.splice(0)) {
    socket.close();
  }
  await waitFor("every WebSocket to be closed", () => echo.open === 0);
});

afterAll(async () => {
  await node.stop();
  await echo.stop();
  rmSync(directory, { recursive: true });
});

const websocket = (config = {}): AttachedPolicy[] => [{ policy: "websocket", config }];

async function publish(policies: readonly AttachedPolicy[], limits: readonly LimitSnapshot[] = []): Promise<void> {
  await node.publish(shopSnapshot([echo.url], { limits, version: { policies } }));
}

interface Opened {
  readonly socket: WebSocket;
  /** The next message. */
  readonly hear: () => Promise<string>;
  readonly closed: Promise<void>;
}

async function open(): Promise<Opened> {
  const socket = new WebSocket(`${node.url.replace("http", "ws")}/shop/v1/items`, { headers: { "X-API-Key": key } });
  opened.push(socket);
  const closed = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the handshake was refused")));
  });
  const hear = () =>
    new Promise<string>((resolve) =>
      socket.addEventListener("message", (event) => resolve(String(event.data)), { once: true }),
    );
  return { socket, hear, closed };
}

const successes = () => node.usage().find(({ outcome }) => outcome === "success");

describe("a WebSocket", () => {
  it("carries messages both ways, and is one call that is counted when it ends, with its bytes and the time of its handshake", async () => {
    await publish([...websocket(), { policy: "security-headers", config: {} }]);
    const before = successes();
    const { socket, hear, closed } = await open();
    const began = performance.now();
    let messages = 0;
    for (; messages < 50 || performance.now() - began < LONGER_THAN_A_HANDSHAKE_MS; messages += 1) {
      const answer = hear();
      socket.send(`${messages}`.padEnd(100, "."));
      expect(await answer).toBe(`${messages}`.padEnd(100, "."));
    }
    expect(echo.handshakes.at(-1)?.headers).toMatchObject({ upgrade: "websocket", "x-forwarded-proto": "http" });
    expect(echo.handshakes.at(-1)?.headers["x-api-key"]).toBeUndefined();
    expect(successes()?.requests ?? 0).toBe(before?.requests ?? 0);
    socket.close();
    await closed;
    const counted = await waitFor("the call to be counted", () => {
      const now = successes();
      return (now?.requests ?? 0) > (before?.requests ?? 0) ? now : undefined;
    });
    expect(counted.requests - (before?.requests ?? 0)).toBe(1);
    for (const bytes of [counted.bytesIn - (before?.bytesIn ?? 0), counted.bytesOut - (before?.bytesOut ?? 0)]) {
      expect(bytes).toBeGreaterThan(messages * 100);
      expect(bytes).toBeLessThan(messages * 110 + 1500);
    }
    expect(counted.latency.at(-1)?.[0] ?? 0).toBeLessThan(bucketOf(LONGER_THAN_A_HANDSHAKE_MS));
  });

  it("is held by a limit of calls at once for as long as it is open", async () => {
    await publish(websocket(), [atOnce]);
    const first = await open();
    await open();
    await expect(open()).rejects.toThrow("refused");
    opened.pop();
    first.socket.close();
    await first.closed;
    await waitFor("the place to be free again", () => open().catch(() => undefined));
  });

  it("to an upstream that speaks TLS carries messages both ways, and its handshake is verified like any call", async () => {
    const { certificate: cert, privateKey } = issueCertificate({ ...validity, names: ["localhost"], issuer });
    const secure = await EchoWebsocket.start({ cert, key: privateKey });
    await node.publish(shopSnapshot([secure.url], { version: { policies: websocket() } }));
    const { socket, hear, closed } = await open();
    const heard = hear();
    socket.send("over TLS");
    expect(await heard).toBe("over TLS");
    socket.close();
    await closed;
    const other = upstreamSnapshot([secure.url], { tls: { serverName: "other.test" } });
    const apiVersions = other.apiVersions.map((version) => ({ ...version, policies: websocket() }));
    await node.publish({ ...other, apiVersions });
    await expect(open()).rejects.toThrow("refused");
    await secure.stop();
  });

  it("outlives the publish of a release that has no WebSockets", async () => {
    await publish(websocket());
    const { socket, hear } = await open();
    await publish([]);
    const answer = hear();
    socket.send("still here");
    expect(await answer).toBe("still here");
    await expect(open()).rejects.toThrow("refused");
    opened.pop();
  });

  it("is closed when nothing came for the idle time", async () => {
    await publish(websocket({ idleTimeoutSeconds: 1 }));
    const { closed } = await open();
    const began = performance.now();
    await closed;
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it("is the success that its handshake was, also when the worker is killed", async () => {
    await publish(websocket());
    const before = node.outcomes();
    const { closed } = await open();
    node.killWorker();
    await closed;
    await node.countInterruptedCalls();
    expect(node.outcomes()).toEqual({ ...before, success: (before.success ?? 0) + 1 });
    await waitFor("another worker", () => open().catch(() => undefined));
  });

  it("is only for those whom the other policies let in", async () => {
    await publish(websocket());
    const answer = await sendRaw(
      node.settings.port,
      "GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it("needs the upstream: one that does not switch answers as it likes", async () => {
    const upstream = await RudeUpstream.answering("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
    await node.publish(shopSnapshot([upstream.url], { version: { policies: websocket() } }));
    const answer = await sendRaw(
      node.settings.port,
      `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 426 [\s\S]*no$/);
    await upstream.stop();
  });
});

describe("calls that are no handshake", () => {
  it("go on as without the policy, and no other protocol is passed on", async () => {
    await publish(websocket());
    for (const upgrade of [
      "",
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    ]) {
      const answer = await sendRaw(
        node.settings.port,
        `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n${upgrade}\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
      expect(answer).toContain('{"upgrade":null}');
    }
  });
});
