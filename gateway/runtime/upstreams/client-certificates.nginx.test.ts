import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { issueCertificate } from "../../agent/certificates/issue-certificate";
import type { Snapshot } from "../../compiler/snapshot";
import type { ClientCertificate } from "../../contract/certificates";
import { makeKey } from "../../testing/make-key";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { waitFor } from "../../testing/wait-for";

const DAY_MS = 86_400_000;
const notBefore = new Date(Date.now() - 2 * DAY_MS);
const notAfter = new Date(Date.now() + DAY_MS);
const authority = issueCertificate({ names: ["Test CA"], notBefore, notAfter, isAuthority: true });
const issuer = { name: "Test CA", privateKey: authority.key };
const key = makeKey("mutual");
/** Names of the certificates that calls came with, and the connections they came on. */
const seen: { caller: string; port: number }[] = [];
let node: TestNode;
let server: Server;

function client(name: string, ends = notAfter, isTrusted = true): ClientCertificate {
  const issued = issueCertificate({ names: [name], notBefore, notAfter: ends, ...(isTrusted && { issuer }) });
  return { name, chain: issued.certificate, privateKey: issued.privateKey, notAfter: ends.getTime() / 1000 };
}

/** API versions v1, v2, … of one upstream server; each presents the certificate that is named for it, "" = none. */
function snapshot(...names: string[]): Snapshot {
  const shop = shopSnapshot([]);
  const apiVersions = names.map((name, index) => ({
    id: index + 1,
    api: "shop",
    version: `v${index + 1}`,
    basePath: `/shop/v${index + 1}`,
    operations: [{ id: 11 + index, key: "listItems", method: "GET", path: "/items" }],
    upstream: {
      id: index + 1,
      targets: [{ url: `https://localhost:${(server.address() as AddressInfo).port}`, weight: 1 }],
      settings: name === "" ? {} : { tls: { clientCertificate: name } },
    },
  }));
  const plans = shop.plans.map((plan) => ({ ...plan, apiVersionIds: apiVersions.map(({ id }) => id) }));
  return { ...shop, apiVersions, plans };
}

async function call(version: number): Promise<{ status: number; code: string }> {
  const response = await fetch(`${node.url}/shop/v${version}/items`, { headers: { "X-API-Key": key } });
  const text = await response.text();
  return { status: response.status, code: response.ok ? text : (JSON.parse(text) as { code: string }).code };
}

beforeAll(async () => {
  const own = issueCertificate({ names: ["localhost"], notBefore, notAfter, issuer });
  server = createServer(
    {
      cert: own.certificate,
      key: own.privateKey,
      ca: authority.certificate,
      requestCert: true,
      keepAliveTimeout: 30_000,
    },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const caller = String(socket.getPeerCertificate().subject.CN);
      seen.push({ caller, port: socket.remotePort ?? 0 });
      response.end(caller);
    },
  );
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const upstreamCaFile = path.join(tmpdir(), `gatehouse-client-ca-${process.pid}.pem`);
  writeFileSync(upstreamCaFile, authority.certificate);
  node = await TestNode.start({ workers: 1, upstreamCaFile });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  server.closeAllConnections();
  server.close();
});

it("a certificate that has not come to the node: no call goes out without it, until it is there", async () => {
  await node.publish(snapshot("late"));
  expect(await call(1)).toEqual({ status: 502, code: "upstream_certificate_missing" });
  expect(seen).toEqual([]);
  node.putCertificates([], [client("late")]);
  await waitFor("the certificate to be used, without a release", async () => (await call(1)).status === 200);
  expect(new Set(seen.map(({ caller }) => caller))).toEqual(new Set(["late"]));
});

it("API versions with different certificates never share a connection to the server they have in common", async () => {
  node.putCertificates([], [client("orders"), client("books")]);
  await node.publish(snapshot("orders", "books"));
  await waitFor("both to be in place", async () => (await call(1)).status === 200 && (await call(2)).status === 200);
  seen.length = 0;
  for (let round = 0; round < 10; round += 1) {
    const both = [call(1), call(2), call(2), call(1)];
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual(["orders", "books", "books", "orders"]);
  }
  const callersOf = new Map<number, Set<string>>();
  seen.forEach(({ caller, port }) => callersOf.set(port, (callersOf.get(port) ?? new Set()).add(caller)));
  expect([...callersOf.values()].every((callers) => callers.size === 1)).toBe(true);
  // They were kept, or it would say nothing.
  expect(callersOf.size).toBeLessThan(seen.length);
});

it("another certificate under the same name is presented on new connections only", async () => {
  node.putCertificates([], [client("orders")]);
  await node.publish(snapshot("orders"));
  await waitFor("the first", async () => (await call(1)).code === "orders");
  const replaced = { ...client("renewed"), name: "orders" };
  node.putCertificates([], [replaced]);
  await waitFor("the second", async () => (await call(1)).code === "renewed");
  seen.length = 0;
  await Promise.all(Array.from({ length: 10 }, () => call(1)));
  expect(new Set(seen.map(({ caller }) => caller))).toEqual(new Set(["renewed"]));
});

it.each([
  ["is expired", () => client("bad", new Date(Date.now() - DAY_MS))],
  ["nobody trusts", () => client("bad", notAfter, false)],
])("a certificate that %s: 502 that says so", async (_name, make) => {
  node.putCertificates([], [make()]);
  await node.publish(snapshot("bad", ""));
  seen.length = 0;
  await waitFor("the certificate", async () => (await call(1)).code !== "upstream_certificate_missing");
  expect(await call(1)).toEqual({ status: 502, code: "upstream_certificate_refused" });
  // Who presents none is refused too, and that is another matter.
  expect(await call(2)).toEqual({ status: 502, code: "upstream_invalid_response" });
  expect(seen).toEqual([]);
});
