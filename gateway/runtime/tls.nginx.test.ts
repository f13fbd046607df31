import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { once } from "node:events";
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueCertificate, type IssuedCertificate } from "../agent/certificates/issue-certificate";
import type { ServedCertificate } from "../contract/certificates";
import { FakeUpstream } from "../testing/fake-upstream";
import { findFreePort } from "../testing/free-port";
import { makeKey } from "../testing/make-key";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";
import { waitFor } from "../testing/wait-for";

const key = makeKey("tls");
const notBefore = new Date(Date.now() - 86_400_000);
const notAfter = new Date(Date.now() + 30 * 86_400_000);
const authority = issueCertificate({ names: ["Authority"], notBefore, notAfter, isAuthority: true });
let node: TestNode;
let upstream: FakeUpstream;
let tlsPort: number;

beforeAll(async () => {
  upstream = await FakeUpstream.start((request, response) => {
    response.end(
      JSON.stringify({ proto: request.headers["x-forwarded-proto"], host: request.headers["x-forwarded-host"] }),
    );
  });
  tlsPort = await findFreePort();
  node = await TestNode.start({ workers: 2, tlsPort });
  await node.publish(
    shopSnapshot([upstream.url], { version: { policies: [{ policy: "security-headers", config: {} }] } }),
  );
  await node.putCredentials([credentialFor(key)]);
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

function issue(...names: string[]): IssuedCertificate {
  return issueCertificate({ names, notBefore, notAfter, issuer: { name: "Authority", privateKey: authority.key } });
}

function served(name: string, serverNames: string[]): ServedCertificate {
  const { certificate, privateKey } = issue(...serverNames);
  return { name, serverNames, chain: certificate + authority.certificate, privateKey, notAfter: 0 };
}

/** A handshake with the authority trusted, as a careful client makes it. */
async function handshake(servername: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port: tlsPort, host: "127.0.0.1", servername, ca: authority.certificate, ...options });
  await once(socket, "secureConnect");
  return socket;
}

/** Whom the node says to be, or why the client does not believe it. */
async function identity(servername: string, options: ConnectionOptions = {}): Promise<string> {
  try {
    const socket = await handshake(servername, options);
    const peer: PeerCertificate = socket.getPeerCertificate();
    socket.destroy();
    return peer.subjectaltname ?? "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Each worker takes a change up by itself: asks until both have certainly answered. */
async function shows(servername: string, expected: string): Promise<void> {
  let inARow = 0;
  await waitFor(`${servername} to be ${expected}`, async () => {
    inARow = (await identity(servername)) === expected ? inARow + 1 : 0;
    return inARow === 8;
  });
}

interface Http2Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function openHttp2(servername: string): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://127.0.0.1:${tlsPort}`, { servername, ca: authority.certificate });
  await once(session, "connect");
  return session;
}

async function callHttp2(session: ClientHttp2Session, headers: Record<string, string>): Promise<Http2Answer> {
  const stream = session.request({ ":path": "/shop/v1/items", "x-api-key": key, ...headers });
  const answered = once(stream, "response") as Promise<[IncomingHttpHeaders]>;
  let body = "";
  for await (const part of stream.setEncoding("utf8")) {
    body += String(part);
  }
  const [fields] = await answered;
  return { headers: fields, body };
}

describe("a certificate", () => {
  it("is shown for its names, exact before wildcard, one label for a star, with TLS 1.2 and 1.3", async () => {
    node.putCertificates([served("one", ["one.example", "api.shop.example"]), served("shop", ["*.shop.example"])]);
    await shows("one.example", "DNS:one.example, DNS:api.shop.example");
    await shows("api.shop.example", "DNS:one.example, DNS:api.shop.example");
    await shows("www.shop.example", "DNS:*.shop.example");
    await shows("WWW.shop.EXAMPLE", "DNS:*.shop.example");
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const socket = await handshake("one.example", { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    expect(await identity("one.example", { minVersion: "TLSv1.1", maxVersion: "TLSv1.1" })).toMatch(/ERR_SSL|EPROTO/);
  });

  it("of another name is not shown: the node's own says that there is none", async () => {
    for (const name of ["other.example", "a.b.shop.example", "shop.example"]) {
      expect(await identity(name)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    }
    expect(await identity("", { rejectUnauthorized: false })).toBe("DNS:localhost");
  });

  it("is changed without a reload and without breaking a connection", async () => {
    node.putCertificates([served("first", ["change.example"])]);
    await shows("change.example", "DNS:change.example");
    const session = await openHttp2("change.example");
    const masterBefore = node.nginxPid;
    const workersBefore = node.workerPids();
    node.putCertificates([served("second", ["change.example", "more.example"])]);
    await shows("change.example", "DNS:change.example, DNS:more.example");
    expect((await callHttp2(session, { ":authority": "change.example" })).headers[":status"]).toBe(200);
    expect([node.nginxPid, node.workerPids()]).toEqual([masterBefore, workersBefore]);
    session.close();
  });

  it("whose key cannot be read leaves the others, and what was there before", async () => {
    node.putCertificates([
      { ...served("broken", ["broken.example"]), privateKey: "no key" },
      served("sound", ["sound.example"]),
    ]);
    await shows("sound.example", "DNS:sound.example");
    expect(await identity("broken.example")).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("need not be shown again to a client that comes back", async () => {
    node.putCertificates([served("resumed", ["resumed.example"])]);
    await shows("resumed.example", "DNS:resumed.example");
    const first = await handshake("resumed.example");
    first.write("GET / HTTP/1.1\r\nHost: resumed.example\r\n\r\n");
    const [session] = (await once(first, "session")) as [Buffer];
    first.destroy();
    const second = await handshake("resumed.example", { session });
    expect(second.isSessionReused()).toBe(true);
    second.destroy();
  });
});

describe("a call over TLS", () => {
  beforeAll(async () => {
    node.putCertificates([served("a", ["a.example", "b.example"]), served("c", ["c.example"])]);
    await shows("a.example", "DNS:a.example, DNS:b.example");
    await shows("c.example", "DNS:c.example");
  });

  it("speaks HTTP/2 with who can, says so to the upstream, and asks browsers to stay with HTTPS", async () => {
    const session = await openHttp2("a.example");
    expect(session.alpnProtocol).toBe("h2");
    const { headers, body } = await callHttp2(session, { ":authority": "a.example" });
    expect(headers).toMatchObject({ ":status": 200, "strict-transport-security": "max-age=31536000" });
    expect(JSON.parse(body)).toEqual({ proto: "https", host: "a.example" });
    session.close();
    const plain = await fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key } });
    expect(plain.headers.get("strict-transport-security")).toBeNull();
    expect(await plain.json()).toMatchObject({ proto: "http" });
  });

  it("may be for another host of the same certificate, and is refused for a host of another", async () => {
    const session = await openHttp2("a.example");
    const statusFor = async (host: string) => (await callHttp2(session, { ":authority": host })).headers[":status"];
    expect(await statusFor("b.example")).toBe(200);
    expect(await statusFor("B.example:8443")).toBe(200);
    const refused = await callHttp2(session, { ":authority": "c.example" });
    expect(refused.headers[":status"]).toBe(421);
    expect(JSON.parse(refused.body)).toMatchObject({ code: "misdirected_request" });
    expect(await statusFor("unknown.example")).toBe(421);
    expect(upstream.seen.map(({ headers }) => headers["x-forwarded-host"])).not.toContain("c.example");
    session.close();
  });

  it("with a Host field beside its authority is refused", async () => {
    const session = await openHttp2("a.example");
    upstream.seen.length = 0;
    const { headers } = await callHttp2(session, { ":authority": "a.example", host: "c.example" });
    expect([headers[":status"], upstream.seen.length]).toEqual([400, 0]);
    session.close();
  });

  it("works with HTTP/1.1 as well", async () => {
    const socket = await handshake("c.example", { ALPNProtocols: ["http/1.1"] });
    socket.write(`GET /shop/v1/items HTTP/1.1\r\nHost: c.example\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`);
    let answer = "";
    for await (const part of socket.setEncoding("utf8")) {
      answer += String(part);
    }
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*"proto":"https"/);
  });
});
