import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile";
import type { UpstreamSettingsInput } from "../../compiler/upstream-settings";
import type { Chunk, Upstream } from "../../contract/bundle";
import type { ClientCertificate } from "../../contract/certificates";
import { makeKey } from "../../testing/make-key";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { waitFor } from "../../testing/wait-for";
import { issueCertificate, type IssuedCertificate } from "../certificates/issue-certificate";
import { CheckIdentities } from "./check-identities";
import { checkTarget } from "./check-target";
import { readUpstreamAuthorities } from "./upstream-authorities";

/** A check that is stricter than calls takes healthy targets out; one that is laxer leaves them in: of each server both are asked. */
const DAY_MS = 86_400_000;
const notBefore = new Date(Date.now() - 3 * DAY_MS);
const notAfter = new Date(Date.now() + DAY_MS);
const authority = issueCertificate({ names: ["Private CA"], notBefore, notAfter, isAuthority: true });
const issuer = { name: "Private CA", privateKey: authority.key };
const key = makeKey("checks");
const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-checks-"));
let node: TestNode;
let identities: CheckIdentities;

beforeAll(async () => {
  const upstreamCaFile = path.join(directory, "ca.pem");
  writeFileSync(upstreamCaFile, `# The authority of this network\n${authority.certificate}`);
  node = await TestNode.start({ workers: 1, upstreamCaFile });
  await node.putCredentials([credentialFor(key)]);
  identities = new CheckIdentities(readUpstreamAuthorities(upstreamCaFile));
});

afterAll(async () => {
  await node.stop();
  rmSync(directory, { recursive: true });
});

function issue(name: string, ends = notAfter, isTrusted = true): IssuedCertificate {
  return issueCertificate({ names: [name], notBefore, notAfter: ends, ...(isTrusted && { issuer }) });
}

/** Shows a certificate, and answers with the name that it was asked for. */
async function startTls(own: IssuedCertificate, requestCert = false): Promise<Server> {
  const { certificate: cert, privateKey } = own;
  const server = createServer(
    { cert, key: privateKey, ca: authority.certificate, requestCert },
    (request, response) => {
      const { servername } = request.socket as TLSSocket;
      response.end(String(servername));
    },
  );
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

interface Verdicts {
  readonly call: string;
  readonly check: string;
}

/** What a call through nginx and what a check says. @param host of the target */
async function ask(
  server: Server,
  host: string,
  tls: UpstreamSettingsInput["tls"],
  certificate?: ClientCertificate,
): Promise<Verdicts> {
  const { port } = server.address() as AddressInfo;
  const snapshot = upstreamSnapshot([`https://${host}:${port}`], { tls, healthCheck: { path: "/health" } });
  await node.publish(snapshot);
  const { healthCheck, targets, tlsName } = upstreamOf(snapshot);
  let call = "";
  await waitFor("a certificate of ours to be in place, if there is one", async () => {
    const response = await fetch(`${node.url}/shop/v1/items`, { headers: { "X-API-Key": key } });
    const text = await response.text();
    call = response.status === 200 ? `asked for ${text}` : String(response.status);
    return !text.includes("upstream_certificate_missing");
  });
  const context = identities.contextFor(certificate);
  const reason = await checkTarget(healthCheck!, targets[0]!, { address: "127.0.0.1", port }, { tlsName, context });
  server.closeAllConnections();
  server.close();
  return { call, check: reason ?? "well" };
}

function upstreamOf(snapshot: Parameters<typeof compile>[0]): Upstream {
  const result = compile(snapshot);
  const chunks = result.ok ? result.chunks.map(({ text }) => JSON.parse(text) as Chunk) : [];
  return chunks.flatMap((chunk) => (chunk.kind === "upstreams" ? chunk.upstreams : []))[0]!;
}

describe("a TLS target that takes calls is well:", () => {
  it.each([
    ["a certificate of a private authority", "localhost", "localhost", undefined, "localhost"],
    ["one for the name that the upstream says", "inner.test", "localhost", { serverName: "inner.test" }, "inner.test"],
    [
      "an address as a name, which no handshake mentions",
      "127.0.0.1",
      "127.0.0.1",
      { serverName: "127.0.0.1" },
      "false",
    ],
    ["an address, and a wildcard", "*.inner.test", "127.0.0.1", { serverName: "a.inner.test" }, "a.inner.test"],
  ])("%s", async (_name, subject, host, tls, asked) => {
    const server = await startTls(issue(subject));
    expect(await ask(server, host, tls)).toEqual({ call: `asked for ${asked}`, check: "well" });
  });
});

describe("a TLS target that takes no calls is not:", () => {
  it.each([
    ["nobody that we trust has signed for it", () => issue("localhost", notAfter, false), undefined, /self.signed/],
    ["another name", () => issue("other.test"), undefined, /certificate is not for localhost/],
    [
      "not the name that the upstream says",
      () => issue("localhost"),
      { serverName: "inner.test" },
      /not for inner\.test/,
    ],
    ["expired", () => issue("localhost", new Date(Date.now() - DAY_MS)), undefined, /expired/],
  ])("%s", async (_name, make, tls, reason) => {
    const { call, check } = await ask(await startTls(make()), "localhost", tls);
    expect(call).toBe("502");
    expect(check).toMatch(reason);
  });
});

describe("a TLS target that asks for a certificate", () => {
  const client = (isTrusted: boolean): ClientCertificate => {
    const { certificate: chain, privateKey } = issue("gateway", notAfter, isTrusted);
    return { name: "gateway", chain, privateKey, notAfter: notAfter.getTime() / 1000 };
  };
  const askWith = async (certificate: ClientCertificate) => {
    node.putCertificates([], [certificate]);
    return ask(await startTls(issue("localhost"), true), "localhost", { clientCertificate: "gateway" }, certificate);
  };

  it("is well when it takes ours", async () => {
    expect(await askWith(client(true))).toEqual({ call: "asked for localhost", check: "well" });
  });

  it("is not when it does not", async () => {
    const { call, check } = await askWith(client(false));
    expect(call).toBe("502");
    expect(check).not.toBe("well");
  });

  it("is not when ours cannot be used, which is said and does no harm", () => {
    expect(identities.contextFor({ ...client(true), privateKey: "none" })).toMatch(
      /^its client certificate cannot be used: /,
    );
  });
});
