import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeKey } from "../../testing/make-key";
import { RudeUpstream } from "../../testing/rude-upstream";
import { sendRaw } from "../../testing/send-raw";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";

const key = makeKey("tls");
const REQUEST = `GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nAuthorization: secret\r\n\r\n`;
let directory: string;
let node: TestNode;

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-tls-"));
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "2");
  node = await TestNode.start({ workers: 1, upstreamCaFile: path.join(directory, "ca.pem") });
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  rmSync(directory, { recursive: true });
});

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
}

/** @param signer "" = by itself */
function certificate(name: string, subject: string, signer: string, dates: string[] = ["-days", "2"]): Certificate {
  const extension = path.join(directory, `${name}.ext`);
  writeFileSync(extension, `subjectAltName=${subject}\n`);
  openssl("req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
  const signing = signer === "" ? ["-signkey", `${name}.key`] : ["-CA", `${signer}.pem`, "-CAkey", `${signer}.key`];
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    ...signing,
    "-set_serial",
    "1",
    "-extfile",
    extension,
    ...dates,
    "-out",
    `${name}.pem`,
  );
  const read = (suffix: string) => readFileSync(path.join(directory, `${name}.${suffix}`), "utf8");
  return { key: read("key"), cert: read("pem") };
}

/** OpenSSL signs none that is over already, so this one is over when it comes into use. */
async function expiredCertificate(): Promise<Certificate> {
  const made = certificate("old", "DNS:localhost", "ca", ["-days", "0"]);
  await setTimeout(1_500);
  return made;
}

async function startTls(own: Certificate, seen: string[]): Promise<Server> {
  const server = createTlsServer(own, (request, response) => {
    seen.push(String(request.headers.authorization));
    response.end("ok");
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function publish(url: string): Promise<void> {
  await node.publish(
    upstreamSnapshot([url], { circuitBreaker: { consecutiveFailures: 1, openSeconds: 60 } }, { readTimeoutMs: 300 }),
  );
}

const urlOf = (server: Server) => `https://localhost:${(server.address() as AddressInfo).port}`;

async function expectRefused(): Promise<void> {
  const before = node.outcomes();
  const answer = await sendRaw(node.settings.port, REQUEST);
  expect(answer).toMatch(/^HTTP\/1.1 502 /);
  expect(answer).toContain('"code":"upstream_unreachable"');
  expect(answer).not.toContain("BEGIN CERTIFICATE");
  // The circuit is open: the next caller is told so at once.
  expect(await sendRaw(node.settings.port, REQUEST)).toContain('"code":"upstream_circuit_open"');
  await expect
    .poll(() => node.outcomes())
    .toEqual({ ...before, upstream_unreachable: (before.upstream_unreachable ?? 0) + 2 });
}

it("an upstream with a certificate of the right name and authority is called", async () => {
  const seen: string[] = [];
  const server = await startTls(certificate("right", "DNS:localhost", "ca"), seen);
  await publish(urlOf(server));
  expect(await sendRaw(node.settings.port, REQUEST)).toMatch(/^HTTP\/1.1 200 /);
  expect(seen).toEqual(["secret"]);
  server.closeAllConnections();
  server.close();
});

it("tls.serverName is sent and verified in place of the target's host, which may be an address", async () => {
  const seen: string[] = [];
  const asked: unknown[] = [];
  const server = await startTls(certificate("named", "DNS:right.test", "ca"), seen);
  server.on("secureConnection", (socket: TLSSocket) => asked.push(socket.servername));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await node.publish(upstreamSnapshot([url], { tls: { serverName: "right.test" } }));
  expect(await sendRaw(node.settings.port, REQUEST)).toMatch(/^HTTP\/1.1 200 /);
  await node.publish(upstreamSnapshot([url], { tls: { serverName: "wrong.test" } }));
  expect(await sendRaw(node.settings.port, REQUEST)).toMatch(/^HTTP\/1.1 502 /);
  expect(seen).toEqual(["secret"]);
  expect(asked[0]).toBe("right.test");
  server.closeAllConnections();
  server.close();
});

describe("an upstream whose identity is not certain gets no request, and its circuit opens:", () => {
  it.each([
    ["self-signed", () => certificate("self", "DNS:localhost", "")],
    ["of another name", () => certificate("other", "DNS:other.test", "ca")],
    ["expired", expiredCertificate],
  ])("a certificate that is %s", async (_name, make) => {
    const seen: string[] = [];
    const server = await startTls(await make(), seen);
    await publish(urlOf(server));
    await expectRefused();
    expect(seen).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  it.each<[string, (socket: Socket) => void]>([
    ["a handshake that is reset", (socket) => socket.resetAndDestroy()],
    ["plain HTTP where TLS should be", (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")],
  ])("%s", async (_name, answer) => {
    let seen = "";
    const rude = await RudeUpstream.start((socket) =>
      socket.on("data", (part) => {
        seen += part.toString("latin1");
        answer(socket);
      }),
    );
    await publish(rude.url.replace("http://127.0.0.1", "https://localhost"));
    await expectRefused();
    expect(seen).not.toContain("secret");
    await rude.stop();
  });
});
