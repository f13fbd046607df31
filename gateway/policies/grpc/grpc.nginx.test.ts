import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueCertificate } from "../../agent/certificates/issue-certificate";
import type { AttachedPolicy, LimitSnapshot, Snapshot } from "../../compiler/snapshot";
import { upstreamSettingsSchema, type UpstreamSettingsInput } from "../../compiler/upstream-settings";
import { findFreePort } from "../../testing/free-port";
import { callGrpc, GrpcEcho, openGrpc } from "../../testing/grpc";
import { makeKey } from "../../testing/make-key";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { waitFor } from "../../testing/wait-for";

const OK = 0;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
const ECHO = "/shop.v1.Catalogue/Echo";
const key = makeKey("grpc");
const grpc: AttachedPolicy = { policy: "grpc", config: {} };
const validity = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) };
const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-grpc-"));
let node: TestNode;
let plain: GrpcEcho;
let secure: GrpcEcho;
let session: ClientHttp2Session;

beforeAll(async () => {
  const issued = issueCertificate({ names: ["localhost"], ...validity });
  const upstreamCaFile = path.join(directory, "ca.pem");
  writeFileSync(upstreamCaFile, issued.certificate);
  plain = await GrpcEcho.start();
  secure = await GrpcEcho.start({ cert: issued.certificate, key: issued.privateKey });
  const [h2cPort, tlsPort] = [await findFreePort(), await findFreePort()];
  node = await TestNode.start({ workers: 1, h2cPort, tlsPort, upstreamCaFile });
  await node.putCredentials([credentialFor(key)]);
  session = await openGrpc(`http://127.0.0.1:${h2cPort}`);
});

beforeEach(() => {
  plain.seen.length = 0;
});

afterAll(async () => {
  session.destroy();
  await node.stop();
  await plain.stop();
  await secure.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Published {
  readonly limits?: readonly LimitSnapshot[];
  readonly policies?: readonly AttachedPolicy[];
  readonly settings?: UpstreamSettingsInput;
  /** Policies of the environment and of the plan. */
  readonly around?: readonly AttachedPolicy[];
}

async function publish(
  urls: readonly string[],
  { limits = [], policies = [], settings = {}, around = [] }: Published = {},
) {
  const operations: Snapshot["apiVersions"][number]["operations"] = [
    { id: 21, key: "Echo", method: "POST", path: ECHO },
  ];
  const upstream = {
    id: 1,
    targets: urls.map((url) => ({ url, weight: 1 })),
    settings: upstreamSettingsSchema.parse(settings),
  };
  const version = { basePath: "", operations, upstream, policies: [grpc, ...policies] };
  await node.publish({ ...shopSnapshot([], { limits, version, plan: { policies: around } }), policies: around });
}

const call = (fields: Record<string, string> = {}, target = ECHO) =>
  callGrpc(session, target, { "x-api-key": key, ...fields });

async function unary(fields: Record<string, string> = {}, target = ECHO) {
  const started = call(fields, target);
  started.send("hello");
  started.end();
  return started.status;
}

/** What is counted for what happens meanwhile. */
async function outcomesOf(work: () => Promise<unknown>, calls = 1): Promise<Record<string, number>> {
  const before = node.outcomes();
  const sum = (outcomes: Record<string, number>) => Object.values(outcomes).reduce((total, count) => total + count, 0);
  await work();
  await waitFor("the call to be counted", () => sum(node.outcomes()) >= sum(before) + calls);
  return Object.fromEntries(
    Object.entries(node.outcomes())
      .map(([outcome, count]): [string, number] => [outcome, count - (before[outcome] ?? 0)])
      .filter(([, count]) => count > 0),
  );
}

describe("a gRPC call", () => {
  it.each(["plain", "over TLS"])(
    "goes to an upstream %s, with its metadata and trailers, message by message both ways",
    async (kind) => {
      await publish([kind === "plain" ? plain.url : secure.url], {
        policies: [{ policy: "security-headers", config: {} }],
      });
      const started = call({ "x-trace": "abc" });
      for (let message = 0; message < 20; message += 1) {
        started.send(`message ${message}`);
        expect(await started.hear()).toBe(`message ${message}`);
      }
      started.end();
      const { code, message, headers } = await started.status;
      expect([code, message]).toEqual([OK, "as asked"]);
      expect(headers).toMatchObject({
        ":status": 200,
        "content-type": "application/grpc",
        "x-content-type-options": "nosniff",
      });
      const seen = (kind === "plain" ? plain : secure).seen.at(-1);
      expect(seen).toMatchObject({ ":path": ECHO, te: "trailers", "x-trace": "abc", "x-forwarded-proto": "http" });
      expect(seen?.["x-request-id"]).toBe(headers["x-request-id"]);
      expect(seen?.["x-api-key"]).toBeUndefined();
    },
  );

  it("streams as ever where the environment and the plan bound the size of requests", async () => {
    const policies = [{ policy: "request-size", config: { maxBodyBytes: 10, chunked: "refuse" } }];
    await publish([plain.url], { around: policies });
    const started = call();
    started.send("longer than that");
    expect(await started.hear()).toBe("longer than that");
    started.end();
    expect((await started.status).code).toBe(OK);
  });

  it("comes over TLS too, and keeps the path of its target", async () => {
    await publish([`${plain.url}/base`]);
    const secureSession = await openGrpc(`https://localhost:${node.settings.tlsPort}`, {
      rejectUnauthorized: false,
    } as object);
    const started = callGrpc(secureSession, ECHO, { "x-api-key": key });
    started.end();
    expect((await started.status).code).toBe(OK);
    expect(plain.seen.at(-1)).toMatchObject({ ":path": `/base${ECHO}`, "x-forwarded-proto": "https" });
    secureSession.close();
  });

  it("is counted by the status in its trailers, and by that of a head without a body", async () => {
    await publish([plain.url]);
    const counted = await outcomesOf(async () => {
      const heads: Record<string, string>[] = [{}, { "x-trailers-only": "1" }];
      for (const trailersOnly of heads) {
        for (const status of [0, 5, 16, 13, 14]) {
          expect((await unary({ "x-status": String(status), ...trailersOnly })).code).toBe(status);
        }
      }
    }, 10);
    expect(counted).toEqual({ success: 2, client_error: 4, upstream_error: 4 });
  });

  it("that its client cancels ends at once, and is the client's doing: no circuit opens", async () => {
    await publish([plain.url], { settings: { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } } });
    const counted = await outcomesOf(async () => {
      const started = call({ "x-hold": "1" });
      started.send("one");
      await started.hear();
      started.cancel();
    });
    expect(counted).toEqual({ client_closed: 1 });
    expect((await unary()).code).toBe(OK);
  });

  it("opens the circuit by its status, and is then refused as one that may be tried again", async () => {
    await publish([plain.url], {
      settings: { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60, statuses: [503] } },
    });
    expect((await unary({ "x-status": "14" })).code).toBe(UNAVAILABLE);
    const refused = await waitFor("the circuit to be open", async () => {
      const answer = await unary();
      return answer.code === UNAVAILABLE ? answer : undefined;
    });
    expect(refused.message).toContain("(upstream_circuit_open)");
    expect(refused.headers["grpc-retry-pushback-ms"]).toMatch(/^\d+000$/);
  });

  it("goes to another target when one does not take the connection", async () => {
    await publish([`http://localhost:${await findFreePort()}`, plain.url]);
    for (let round = 0; round < 4; round += 1) {
      const started = call();
      started.send("hello");
      expect(await started.hear()).toBe("hello");
      started.end();
      expect((await started.status).code).toBe(OK);
    }
  });
});

describe("a refusal is one that clients of gRPC understand: a head without a body, with a status and the gateway's code", () => {
  it("of a wrong key", async () => {
    await publish([plain.url]);
    const counted = await outcomesOf(async () => {
      const { code, message, headers } = await unary({ "x-api-key": "wrong" });
      expect([code, headers[":status"], headers["content-type"]]).toEqual([UNAUTHENTICATED, 200, "application/grpc"]);
      expect(message).toMatch(/\(key_\w+\)/);
      expect(headers["x-request-id"]).toBeDefined();
    });
    expect(counted).toEqual({ unauthenticated: 1 });
  });

  it("of a limit that is used up", async () => {
    const limits: LimitSnapshot[] = [
      { id: 1, name: "few", algorithm: "fixed-window", quota: 1, windowSeconds: 3600, scope: "subscription" },
    ];
    await publish([plain.url], { limits });
    await unary();
    const refused = await unary();
    expect([refused.code, refused.message.includes("(rate_limit_exceeded)")]).toEqual([RESOURCE_EXHAUSTED, true]);
  });

  it("of a method that there is not, and of an upstream that does not answer", async () => {
    await publish([`http://localhost:${await findFreePort()}`]);
    const unrouted = await outcomesOf(async () => {
      expect((await unary({}, "/shop.v1.Catalogue/Nothing")).code).toBe(UNIMPLEMENTED);
    });
    expect(unrouted).toEqual({ unrouted: 1 });
    const counted = await outcomesOf(async () => {
      const { code, message } = await unary();
      expect([code, message.includes("(upstream_unreachable)")]).toEqual([UNAVAILABLE, true]);
    });
    expect(counted).toEqual({ upstream_unreachable: 1 });
  });

  it("and what is no gRPC is refused as HTTP", async () => {
    await publish([plain.url]);
    const answer = await fetch(`${node.url}${ECHO}`, { method: "POST", headers: { "X-API-Key": key }, body: "{}" });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([415, "media_type_unsupported"]);
  });
});

describe("a chain with gRPC", () => {
  it("does not compile with a policy that speaks only HTTP", async () => {
    await expect(publish([plain.url], { policies: [{ policy: "response-cache", config: {} }] })).rejects.toThrow(
      '\\"grpc\\" and \\"response-cache\\" cannot be in one chain',
    );
  });
});
