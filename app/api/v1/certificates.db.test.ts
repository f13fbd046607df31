import { generateKeyPairSync } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueCertificate } from "@/gateway/agent/certificates/issue-certificate";
import { certificateSetSchema, type CertificateSet } from "@/gateway/contract/certificates";
import type { EnrolAnswer } from "@/gateway/contract/heartbeat";
import type { Certificate, Problem } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import { agentCall, bootstrapForTests, call, ENROL_TOKEN, makePerson, must } from "../_testing/client";

prepareTestDatabase();

const DAY_MS = 86_400_000;
const notBefore = new Date(Date.now() - DAY_MS);
const notAfter = new Date(Date.now() + 90 * DAY_MS);
const authority = issueCertificate({ names: ["Test Authority"], notBefore, notAfter, isAuthority: true });
const issuer = { name: "Test Authority", privateKey: authority.key };
let node: EnrolAnswer;

function issue(...names: string[]) {
  const { certificate, privateKey } = issueCertificate({ names, notBefore, notAfter, issuer });
  return { chain: certificate + authority.certificate, privateKey };
}

const path = (name = "") => `/environments/production/certificates${name === "" ? "" : `/${name}`}`;
const served = async (token = node.token) => (await agentCall<CertificateSet>("GET", "/certificates", token)).body;

async function problemsOf(body: unknown, name = "api"): Promise<string[]> {
  const answer = await call<Problem>("PUT", path(name), body);
  expect(answer.status).toBe(422);
  return answer.body.problems.map(({ code, place }) => `${code} ${place}`);
}

beforeAll(async () => {
  await bootstrapForTests();
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
});

beforeEach(() => database().certificate.deleteMany());

describe("a certificate", () => {
  it("goes to the nodes of its environment with its key, and its key to nobody else", async () => {
    const given = issue("api.example.com", "*.Example.com");
    const stored = await must<Certificate>("PUT", path("api"), given);
    expect(stored).toMatchObject({
      name: "api",
      use: "server",
      serverNames: ["api.example.com", "*.example.com"],
      issuer: "Test Authority",
      etag: '"1"',
    });
    const set = certificateSetSchema.parse(await served());
    expect(set.certificates).toEqual([
      {
        name: "api",
        serverNames: ["api.example.com", "*.example.com"],
        ...given,
        notAfter: Math.floor(notAfter.getTime() / 1000),
      },
    ]);
    const everywhere = [await call("GET", path()), await call("GET", path("api")), await call("GET", "/audit")];
    for (const { status, text } of everywhere) {
      expect([status, text.includes("PRIVATE KEY")]).toEqual([200, false]);
    }
    const row = await database().certificate.findFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("PRIVATE KEY");
    expect((await agentCall("GET", "/certificates", "ghn_nobody")).status).toBe(401);
  });

  it("for clients goes to the nodes as one that upstreams are presented with, and is shown for no name", async () => {
    const given = issue("Orders client");
    const stored = await must<Certificate>("PUT", path("orders"), { ...given, use: "client" });
    expect(stored).toMatchObject({ use: "client", serverNames: [] });
    const set = certificateSetSchema.parse(await served());
    expect(set.certificates).toEqual([]);
    expect(set.clientCertificates).toEqual([
      { name: "orders", ...given, notAfter: Math.floor(notAfter.getTime() / 1000) },
    ]);
  });

  it("is not for nodes of another environment", async () => {
    await must("PUT", path("api"), issue("api.example.com"));
    await must("POST", "/gateways", { slug: "dev", name: "Dev", environment: "dev", publicUrl: "http://dev.test" });
    const { token } = await must<{ token: string }>("POST", "/gateways/dev/enrolment-tokens", {});
    const other = (await agentCall<EnrolAnswer>("POST", "/enrol", token, { name: "dev", version: "1" })).body;
    expect((await served(other.token)).certificates).toEqual([]);
  });

  it("is replaced under its name, which nodes can tell, and removed", async () => {
    await must("PUT", path("api"), issue("api.example.com"));
    const first = await served();
    const stale = { headers: { "if-match": '"0"' } };
    expect((await call("PUT", path("api"), issue("api.example.com"), stale)).status).toBe(412);
    const replaced = await must<Certificate>("PUT", path("api"), issue("api.example.com"), {
      headers: { "if-match": '"1"' },
    });
    expect(replaced.etag).toBe('"2"');
    const second = await served();
    expect(second.version).not.toBe(first.version);
    expect((await served()).version).toBe(second.version);
    expect((await call("DELETE", path("api"))).status).toBe(204);
    expect((await served()).certificates).toEqual([]);
    expect((await call("DELETE", path("api"))).status).toBe(404);
  });

  it("is changed by admins only, and seen by who publishes or operates", async () => {
    const owner = { token: await makePerson("olga", "shop", "owner") };
    const consumer = { token: await makePerson("carl", "shop", "consumer") };
    expect((await call("PUT", path("api"), issue("a.example"), owner)).status).toBe(403);
    expect((await call("DELETE", path("api"), undefined, owner)).status).toBe(403);
    expect((await call("GET", path(), undefined, owner)).status).toBe(200);
    expect((await call("GET", path(), undefined, consumer)).status).toBe(403);
  });
});

describe("what clients would refuse is refused, all of it at once", () => {
  it("a key of another certificate, an authority in its place, an end in the past, a chain that does not hold together", async () => {
    const other = issue("other.example");
    expect(await problemsOf({ ...issue("api.example"), privateKey: other.privateKey })).toEqual([
      "key_mismatch /privateKey",
    ]);
    const old = { notBefore: new Date(0), notAfter: new Date(DAY_MS) };
    const expired = issueCertificate({ names: ["old.example"], ...old, isAuthority: true });
    expect(await problemsOf({ chain: expired.certificate, privateKey: other.privateKey })).toEqual([
      "certificate_is_authority /chain",
      "certificate_expired /chain",
      "key_mismatch /privateKey",
    ]);
    const stranger = issueCertificate({ names: ["Test Authority"], notBefore, notAfter, isAuthority: true });
    const [leaf] = issue("api.example").chain.split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(await problemsOf({ ...other, chain: `${leaf}${stranger.certificate}` })).toEqual([
      "chain_broken /chain",
      "key_mismatch /privateKey",
    ]);
  });

  it("what is no PEM, a key with a passphrase, and a weak one", async () => {
    const { chain } = issue("api.example");
    expect(await problemsOf({ chain: "hello", privateKey: "hello" }, "Not A Slug")).toEqual([
      "invalid_name path:certificate",
      "certificate_unreadable /chain",
      "key_unreadable /privateKey",
    ]);
    const sealed = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
    });
    const answer = await call<Problem>("PUT", path("api"), { chain, privateKey: sealed.privateKey });
    expect(answer.body.problems[0]?.message).toContain("has a passphrase");
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const pem = weak.export({ type: "pkcs8", format: "pem" });
    expect(await problemsOf({ chain, privateKey: pem })).toEqual(["key_weak /privateKey", "key_mismatch /privateKey"]);
  });

  it("a name that another certificate is shown for", async () => {
    await must("PUT", path("first"), issue("a.example", "b.example"));
    const answer = await call<Problem>("PUT", path("second"), issue("b.example", "c.example"));
    expect(answer.body.problems).toMatchObject([
      { code: "name_taken", message: 'The certificate "first" is already shown for b.example: replace that one.' },
    ]);
  });
});
