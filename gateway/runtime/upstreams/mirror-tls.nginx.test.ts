import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { issueCertificate } from "../../agent/certificates/issue-certificate";
import type { Snapshot } from "../../compiler/snapshot";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { allCopiesCounted, mirrorResults, type MirrorResults } from "../../testing/mirror-results";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const DAY_MS = 86_400_000;
const notBefore = new Date(Date.now() - DAY_MS);
const notAfter = new Date(Date.now() + DAY_MS);
const key = makeKey("mirror-tls");
const authority = issueCertificate({ names: ["Test Authority"], notBefore, notAfter, isAuthority: true });
const issuer = { name: "Test Authority", privateKey: authority.key };

interface Seen {
  readonly asked: string;
  readonly caller: string;
  readonly port: number;
}

let node: TestNode;
let main: FakeUpstream;
let server: Server;
let before: [MirrorResults, MirrorResults];
const seen: Seen[] = [];

beforeAll(async () => {
  const own = issueCertificate({ names: ["localhost", "one.test", "two.test"], notBefore, notAfter, issuer });
  const options = { cert: own.certificate, key: own.privateKey, ca: authority.certificate, keepAliveTimeout: 30_000 };
  server = createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket & { servername?: string };
    const caller = socket.getPeerCertificate().subject as { CN?: string } | undefined;
    seen.push({ asked: socket.servername ?? "", caller: String(caller?.CN), port: socket.remotePort ?? 0 });
    response.end("ok");
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const upstreamCaFile = path.join(tmpdir(), `gatehouse-mirror-ca-${process.pid}.pem`);
  writeFileSync(upstreamCaFile, authority.certificate);
  node = await TestNode.start({ workers: 1, upstreamCaFile });
  await node.putCredentials([credentialFor(key)]);
  main = await FakeUpstream.start();
});

beforeEach(() => {
  seen.length = 0;
  before = [mirrorResults(node), mirrorResults(node, undefined, 2)];
});

afterAll(async () => {
  await node.stop();
  await main.stop();
  server.closeAllConnections();
  server.close();
});

interface MirrorTls {
  readonly serverName?: string;
  readonly clientCertificate?: string;
}

/** API versions /shop/v1 and /shop/v2, whose mirrors are one server under other names, or for other callers. */
function snapshot(...mirrors: readonly (MirrorTls | undefined)[]): Snapshot {
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const versions = mirrors.map((tls, index) => {
    const settings = { mirror: { pool: "shadow", percent: 100 }, ...(tls && { tls }) };
    const [version] = upstreamSnapshot([main.url, { url, pool: "shadow" }], settings).apiVersions;
    const id = index + 1;
    return {
      ...version!,
      id,
      version: `v${id}`,
      basePath: `/shop/v${id}`,
      operations: [{ id: 10 + id, key: "listItems", method: "GET", path: "/items" }],
      upstream: { ...version!.upstream, id },
    };
  });
  const { plans, ...rest } = upstreamSnapshot([main.url], {});
  return {
    ...rest,
    apiVersions: versions,
    plans: plans.map((plan) => ({ ...plan, apiVersionIds: versions.map(({ id }) => id) })),
  };
}

async function call(version = 1): Promise<void> {
  const response = await fetch(`${node.url}/shop/v${version}/items`, { headers: { "X-API-Key": key } });
  expect(response.status).toBe(200);
  await response.text();
}

async function callInTurns(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([call(1), call(2)]);
    await expect.poll(() => seen.length).toBe(2 * (round + 1));
  }
}

/** By connection. */
function valuesOf(field: "asked" | "caller"): Set<string>[] {
  const byPort = new Map<number, Set<string>>();
  seen.forEach((one) => byPort.set(one.port, (byPort.get(one.port) ?? new Set()).add(one[field])));
  return [...byPort.values()];
}

function client(name: string) {
  const issued = issueCertificate({ names: [name], notBefore, notAfter, issuer });
  return { name, chain: issued.certificate, privateKey: issued.privateKey, notAfter: notAfter.getTime() / 1000 };
}

it("a mirror over TLS is asked for by its name, and its certificate is verified against it", async () => {
  await node.publish(snapshot(undefined));
  await call();
  await expect.poll(() => mirrorResults(node, before[0])).toMatchObject({ mirrored: 1, failed: 0 });
  expect(seen.map(({ asked, caller }) => [asked, caller])).toEqual([["localhost", "undefined"]]);
});

it("a mirror with a certificate of another name gets nothing, and the copies are counted as failed", async () => {
  await node.publish(snapshot({ serverName: "other.test" }));
  await Promise.all([call(), call(), call()]);
  expect(await allCopiesCounted(node, before[0])).toMatchObject({ mirrored: 0, failed: 3 });
  expect(seen).toEqual([]);
});

it("a mirror that nobody vouches for gets nothing", async () => {
  const own = issueCertificate({ names: ["localhost"], notBefore, notAfter });
  const stranger = createServer({ cert: own.certificate, key: own.privateKey }, (_request, response) => {
    seen.push({ asked: "", caller: "", port: 0 });
    response.end("ok");
  });
  stranger.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(stranger.address() as AddressInfo).port}`;
  const mirror = { pool: "shadow", percent: 100 };
  await node.publish(upstreamSnapshot([main.url, { url, pool: "shadow" }], { mirror }));
  await call();
  expect(await allCopiesCounted(node, before[0])).toMatchObject({ mirrored: 0, failed: 1 });
  expect(seen).toEqual([]);
  stranger.closeAllConnections();
  stranger.close();
});

it("connections are kept, and never shared between two names at one address", async () => {
  await node.publish(snapshot({ serverName: "one.test" }, { serverName: "two.test" }));
  await callInTurns(10);
  expect(valuesOf("asked").every((names) => names.size === 1)).toBe(true);
  expect(new Set(seen.map(({ asked }) => asked))).toEqual(new Set(["one.test", "two.test"]));
  expect(valuesOf("asked").length).toBeLessThan(seen.length);
});

it("copies present the certificate that the upstream names, on connections that are for no other", async () => {
  node.putCertificates([], [client("orders"), client("books")]);
  await node.publish(snapshot({ clientCertificate: "orders" }, { clientCertificate: "books" }));
  await expect
    .poll(async () => {
      await Promise.all([call(1), call(2)]);
      return new Set(seen.map(({ caller }) => caller));
    })
    .toEqual(new Set(["orders", "books"]));
  await allCopiesCounted(node);
  seen.length = 0;
  await callInTurns(10);
  expect(valuesOf("caller").every((callers) => callers.size === 1)).toBe(true);
  expect(new Set(seen.map(({ caller }) => caller))).toEqual(new Set(["orders", "books"]));
  expect(valuesOf("caller").length).toBeLessThan(seen.length);
});
