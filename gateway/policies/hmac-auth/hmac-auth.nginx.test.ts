import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AttachedPolicy } from "../../compiler/snapshot";
import { signerName } from "../../contract/key-format";
import { codeOf, PolicyBench } from "../../testing/policy-bench";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";

/** Signed requests against a real node, by a signer that knows RFC 9421 and nothing of the gateway. */
const KEY_ID = "key_0123456789abcdef";
const SECRET = "gh_sign_0123456789abcdefghijklmnopqrstuv012345";
/** By whom the secret of a subscription with a quota of its own is found. */
const OTHER_KEY_ID = "key_other";
const TARGET = "/shop/v1/items/7?a=1&b=%7E";
const WITH_BODY = ["@method", "@authority", "@path", "@query", "content-digest"];

let bench: PolicyBench;

const entryOf = (keyId: string, credential: number, overrides = {}) => ({
  ...credentialFor(signerName(keyId), { sequence: 1 + credential, credential, ...overrides }),
  signingKey: Buffer.from(SECRET).toString("hex"),
});

beforeAll(async () => {
  bench = await PolicyBench.start();
  const quotas = [{ limit: 900, quota: 1 }];
  await bench.node.putCredentials([
    credentialFor(bench.key),
    entryOf(KEY_ID, 2),
    entryOf(OTHER_KEY_ID, 3, {
      subscriptions: [
        { id: 1, plan: 1, quotas },
        { id: 2, plan: 9 },
      ],
    }),
  ]);
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly body?: string;
  readonly covered?: readonly string[];
  readonly parameters?: string;
  readonly keyId?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const now = () => Math.floor(Date.now() / 1000);

function sign(sent: Sent): Record<string, string> {
  const { method = "GET", target = TARGET, keyId = KEY_ID, secret = SECRET, headers = {} } = sent;
  const covered = sent.covered ?? (sent.body === undefined ? WITH_BODY.slice(0, 4) : WITH_BODY);
  const url = new URL(target, bench.node.url);
  const digest = `sha-256=:${createHash("sha256")
    .update(sent.body ?? "")
    .digest("base64")}:`;
  const values: Readonly<Record<string, string>> = {
    "@method": method,
    "@authority": url.host,
    "@path": url.pathname,
    "@query": url.search === "" ? "?" : url.search,
    "@target-uri": url.href,
    "content-digest": digest,
    ...headers,
  };
  const parameters = sent.parameters ?? `;created=${now()};keyid="${keyId}"`;
  const input = `(${covered.map((name) => `"${name}"`).join(" ")})${parameters}`;
  const lines = [...covered.map((name) => `"${name}": ${values[name] ?? ""}`), `"@signature-params": ${input}`];
  const signature = createHmac("sha256", secret).update(lines.join("\n")).digest("base64");
  return {
    ...headers,
    ...(sent.body !== undefined && { "Content-Digest": digest, "Content-Type": "application/json" }),
    "Signature-Input": `sig1=${input}`,
    Signature: `sig1=:${signature}:`,
  };
}

function send(sent: Sent, changed: { target?: string; body?: string; headers?: Record<string, string> } = {}) {
  const body = changed.body ?? sent.body;
  return fetch(`${bench.node.url}${changed.target ?? sent.target ?? TARGET}`, {
    method: sent.method ?? "GET",
    headers: { ...sign(sent), ...changed.headers },
    ...(body !== undefined && { body }),
  });
}

async function refusal(response: Response): Promise<string> {
  return `${response.status} ${await codeOf(response)}`;
}

const signedOnly = (config = {}): AttachedPolicy[] => [
  { policy: "key-auth", config: {}, enabled: false },
  { policy: "hmac-auth", config },
];

describe("hmac-auth in place of key-auth", () => {
  it("lets signed requests through with their application's subscription, and keeps the signature from the upstream", async () => {
    await bench.attach(signedOnly());
    for (const sent of [{}, { target: "/shop/v1/items/7" }, { covered: ["@method", "@target-uri"] }]) {
      const response = await send(sent);
      expect(response.status, JSON.stringify(sent)).toBe(200);
    }
    const body = JSON.stringify({ name: "z".repeat(200_000) });
    const posted = await send({ method: "POST", target: "/shop/v1/items", body });
    expect(await posted.json()).toMatchObject({ bytes: body.length });
    expect(bench.upstream.seen.map(({ url }) => url)).toEqual([
      "/items/7?a=1&b=%7E",
      "/items/7",
      TARGET.slice(8),
      "/items",
    ]);
    for (const { headers } of bench.upstream.seen) {
      expect([headers.signature, headers["signature-input"]]).toEqual([undefined, undefined]);
    }
  });

  it("tells by its code why it refuses, and the upstream sees none of it", async () => {
    await bench.attach(
      signedOnly({ components: ["@method", "@authority", "@path", "@query", "x-team"], maxBodyBytes: 50 }),
    );
    const covered = ["@method", "@authority", "@path", "@query", "x-team"];
    const team = { covered, headers: { "x-team": "a" } };
    const at = (seconds: number, keyId = KEY_ID) => `;created=${now() + seconds};keyid="${keyId}"`;
    const body = { ...team, method: "POST", target: "/shop/v1/items" };
    const digest = { ...body, covered: [...covered, "content-digest"], body: "{}" };
    const refused: Record<string, Promise<Response>> = {
      missing: fetch(`${bench.node.url}${TARGET}`),
      malformed: send(team, { headers: { Signature: "sig1=:x:" } }),
      incomplete: send({ ...team, covered: covered.slice(1) }),
      late: send({ ...team, parameters: at(-400) }),
      early: send({ ...team, parameters: at(100) }),
      unknown: send({ ...team, parameters: at(0, "key_nobody") }),
      secret: send({ ...team, secret: "guessed" }),
      field: send(team, { headers: { "x-team": "b" } }),
      query: send(team, { target: `${TARGET}&c=1` }),
      path: send(team, { target: TARGET.replace("7", "8") }),
      unsignedBody: send(body, { body: "{}" }),
      body: send(digest, { body: "[]" }),
      large: send({ ...digest, body: "x".repeat(51) }),
    };
    const codes = Object.entries(refused).map(
      async ([name, response]) => [name, await refusal(await response)] as const,
    );
    expect(Object.fromEntries(await Promise.all(codes))).toEqual({
      missing: "401 signature_missing",
      malformed: "401 signature_malformed",
      incomplete: "401 signature_incomplete",
      late: "401 signature_expired",
      early: "401 signature_expired",
      unknown: "401 signature_key_unknown",
      secret: "401 signature_wrong",
      field: "401 signature_wrong",
      query: "401 signature_wrong",
      path: "401 signature_wrong",
      unsignedBody: "401 signature_incomplete",
      body: "401 content_digest_wrong",
      large: "413 body_too_large",
    });
    expect(bench.upstream.seen).toEqual([]);
    expect((await send(team)).status).toBe(200);
  });

  it("refuses a field that it covers and that came twice", async () => {
    await bench.attach(signedOnly());
    const headers = new Headers(sign({ covered: [...WITH_BODY.slice(0, 4), "x-team"], headers: { "x-team": "a" } }));
    headers.delete("x-team");
    const host = new URL(bench.node.url).host;
    const twice = [...headers.entries(), ["X-Team", "a"], ["X-Team", "b"], ["Host", host]].flat();
    const call = request(new URL(TARGET, bench.node.url), { headers: twice }).end();
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    expect(await json(answer)).toMatchObject({ code: "signature_malformed" });
  });

  it("takes a nonce once, whichever worker it comes to", async () => {
    await bench.attach(signedOnly({ nonce: "once" }));
    const sent = { parameters: `;created=${now()};keyid="${KEY_ID}";nonce="once-${now()}"` };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(sent)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const other = answers.find(({ status }) => status !== 200);
    expect(other && (await codeOf(other))).toBe("signature_replayed");
    expect(bench.upstream.seen).toHaveLength(1);
  });

  it("charges no limit for what it refuses", async () => {
    const snapshot = shopSnapshot([bench.upstream.url], {
      version: { policies: signedOnly() },
      limits: [
        { id: 77, name: "two", algorithm: "fixed-window", quota: 2, windowSeconds: 3600, scope: "subscription" },
      ],
    });
    await bench.node.publish(snapshot);
    for (let call = 0; call < 5; call += 1) {
      expect((await send({ secret: "guessed" })).status).toBe(401);
    }
    const statuses = [];
    for (let call = 0; call < 3; call += 1) {
      statuses.push((await send({})).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  it("reads a secret behind subscriptions and quotas of their own", async () => {
    await bench.attach(signedOnly());
    expect((await send({ keyId: OTHER_KEY_ID })).status).toBe(200);
  });
});

describe("hmac-auth beside key-auth", () => {
  it("is an alternative: either is enough, and neither is refused with both challenges", async () => {
    await bench.attach([{ policy: "hmac-auth", config: {} }]);
    expect((await bench.call()).status).toBe(200);
    expect((await send({})).status).toBe(200);
    const refused = await fetch(`${bench.node.url}${TARGET}`);
    expect(refused.headers.get("www-authenticate")).toBe('ApiKey realm="gatehouse", Signature realm="gatehouse"');
    expect(await codeOf(refused)).toBe("signature_missing");
  });

  it("does not make a key of a secret's name", async () => {
    const headers = { "X-API-Key": signerName(KEY_ID) };
    expect(await refusal(await bench.call(undefined, { headers }))).toBe("401 key_malformed");
  });

  it("refuses a secret from the moment it is revoked", async () => {
    await bench.attach(signedOnly());
    expect((await send({})).status).toBe(200);
    const { signingKey: _erased, ...entry } = entryOf(KEY_ID, 2, { state: "revoked", subscriptions: [] });
    await bench.node.putCredentials([{ ...entry, sequence: 9 }]);
    expect(await refusal(await send({}))).toBe("401 key_revoked");
  });
});
