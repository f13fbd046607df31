import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signatureAlgorithms } from "../../contract/key-sets";
import { codeOf, one, PolicyBench } from "../../testing/policy-bench";
import { shopSnapshot } from "../../testing/snapshots";
import { encode, makeIssuer, makeIssuers, signToken } from "../../testing/sign-token";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { FakeUpstream } from "../../testing/fake-upstream";
import { sendRaw } from "../../testing/send-raw";
import { waitFor } from "../../testing/wait-for";
import { readJsonWebKeySet } from "../config/json-web-keys";

/** Tokens of an issuer that signs with node:crypto, against real nodes that verify with nginx's libcrypto. */
const URI = "https://issuer.example/keys";
const issuers = makeIssuers();
const es256 = issuers.ES256;
const jwks = { keys: [issuers.RS256, es256, issuers.ES384, issuers.EdDSA].map(({ jwk }) => jwk) };

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.start();
});

afterAll(() => bench.stop());

const now = () => Math.floor(Date.now() / 1000);
const valid = (more: object = {}) => ({ iss: "https://issuer.example", aud: "shop", exp: now() + 300, ...more });
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

async function refusal(response: Response): Promise<string> {
  return `${response.status} ${await codeOf(response)}`;
}

const keysOf = (...given: readonly { readonly jwk: unknown }[]) =>
  (readJsonWebKeySet({ keys: given.map(({ jwk }) => jwk) }) ?? []).flatMap((read) =>
    read.kind === "key" ? [read.key] : [],
  );

describe("a token", () => {
  it.each(signatureAlgorithms.map((name) => [name]))("signed with %s is taken, also the second time", async (name) => {
    await bench.attach(one("jwt-validation", { jwks, issuer: "https://issuer.example", audiences: ["shop"] }));
    const token = signToken(issuers[name], valid());
    for (const _time of [1, 2]) {
      bench.upstream.seen.length = 0;
      const response = await bench.call(undefined, bearer(token));
      expect(response.status).toBe(200);
      expect(bench.upstream.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
    }
    const [first, second, signature = ""] = token.split(".");
    const other = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    const wrong = await bench.call(undefined, bearer(`${first}.${second}.${other}`));
    expect(await refusal(wrong)).toBe("401 token_signature_wrong");
  });

  it("is refused with any one bit of it changed, wherever it is", async () => {
    await bench.attach(one("jwt-validation", { jwks: { keys: [es256.jwk] } }));
    const token = signToken(es256, valid());
    const parts = token.split(".");
    const changed = parts.flatMap((part, index) => {
      const { length } = Buffer.from(part, "base64url");
      return Array.from({ length: length * 8 }, (_unused, bit) => {
        const bytes = Buffer.from(part, "base64url");
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return parts.map((text, place) => (place === index ? bytes.toString("base64url") : text)).join(".");
      });
    });
    for (let start = 0; start < changed.length; start += 32) {
      const some = changed.slice(start, start + 32);
      const answers = await Promise.all(some.map((text) => bench.call(undefined, bearer(text))));
      expect(answers.map(({ status }) => status)).toEqual(some.map(() => 401));
    }
    expect((await bench.call(undefined, bearer(token))).status).toBe(200);
  });

  it.each<[string, string, string]>([
    ["nothing", "", "401 token_missing"],
    ["no algorithm", `${encode({ alg: "none" })}.${encode(valid())}.`, "401 token_algorithm_denied"],
    ["another key type", signToken(es256, valid(), { alg: "EdDSA", kid: "eddsa" }), "401 token_signature_wrong"],
    ["another key", signToken(makeIssuer("ES256", "x"), valid()), "401 token_key_unknown"],
    ["its key's name for another key", signToken(makeIssuer("ES256", "es256"), valid()), "401 token_signature_wrong"],
    ["an old date", signToken(es256, valid({ exp: now() - 61 })), "401 token_expired"],
    ["a date to come", signToken(es256, valid({ nbf: now() + 90 })), "401 token_not_yet_valid"],
    ["another issuer", signToken(es256, valid({ iss: "x" })), "401 token_issuer_wrong"],
    ["another audience", signToken(es256, valid({ aud: "x" })), "401 token_audience_wrong"],
    ["no tenant", signToken(es256, valid({ scope: "read" })), "403 token_claim_missing"],
    ["no scope", signToken(es256, valid({ tenant: "a", scope: "write" })), "403 token_scope_missing"],
  ])("with %s is refused, and nothing of it is told", async (_what, token, expected) => {
    await bench.attach(
      one("jwt-validation", {
        jwks,
        issuer: "https://issuer.example",
        audiences: ["shop"],
        requiredClaims: [{ name: "tenant" }],
        requiredScopes: ["read"],
      }),
    );
    const response = await bench.call(undefined, token === "" ? {} : bearer(token));
    const challenge = response.headers.get("WWW-Authenticate");
    const text = await response.text();
    expect(`${response.status} ${(JSON.parse(text) as { code: string }).code}`).toBe(expected);
    expect(challenge).toBe(
      {
        "401": `Bearer realm="gatehouse"${token === "" ? "" : ', error="invalid_token"'}`,
        "403": 'Bearer realm="gatehouse", error="insufficient_scope", scope="read"',
      }[expected.slice(0, 3)],
    );
    expect(token.split(".").filter((part) => part !== "" && `${text}${challenge}`.includes(part))).toEqual([]);
  });

  it("is one: several Authorization fields, or of the field that was named, are refused", async () => {
    const token = signToken(es256, valid());
    await bench.attach(one("jwt-validation", { jwks }));
    const twice = (name: string) =>
      `GET /shop/v1/items/7 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${bench.key}\r\n${name}: Bearer ${token}\r\n${name}: Bearer x\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(bench.node.settings.port, twice("Authorization"))).toMatch(/^HTTP\/1.1 400 /);
    await bench.attach(one("jwt-validation", { jwks, header: "X-Token" }));
    expect(await sendRaw(bench.node.settings.port, twice("X-Token"))).toMatch(/^HTTP\/1.1 401 /);
  });

  it("stays with the gateway where it shall, and is all it takes where there is no key", async () => {
    bench.upstream.seen.length = 0;
    await bench.attach([
      { policy: "key-auth", config: {}, enabled: false },
      { policy: "jwt-validation", config: { jwks, forward: false } },
    ]);
    const response = await fetch(`${bench.node.url}/shop/v1/items/7`, bearer(signToken(es256, valid())));
    expect(response.status).toBe(200);
    expect(bench.upstream.seen[0]?.headers.authorization).toBeUndefined();
    const without = await fetch(`${bench.node.url}/shop/v1/items/7`, { headers: { "X-API-Key": bench.key } });
    expect(await refusal(without)).toBe("401 token_missing");
  });

  it("stops counting at its end although it was taken before", async () => {
    await bench.attach(one("jwt-validation", { jwks, clockSkewSeconds: 0 }));
    const token = signToken(es256, valid({ exp: now() + 2 }));
    expect((await bench.call(undefined, bearer(token))).status).toBe(200);
    await waitFor("the token to expire", async () => (await bench.call(undefined, bearer(token))).status === 401);
    expect(await refusal(await bench.call(undefined, bearer(token)))).toBe("401 token_expired");
  });
});

describe("served keys", () => {
  it("turn over without a release: the old key's tokens end with it", async () => {
    const [before, after] = [makeIssuer("ES256", "before"), makeIssuer("EdDSA", "after")];
    await bench.attach(one("jwt-validation", { jwksUri: URI }));
    const status = async (token: string) => refusalOrOk(await bench.call(undefined, bearer(token)));
    const [old, fresh] = [signToken(before, valid()), signToken(after, valid())];
    expect(await status(old)).toBe("503 token_keys_unavailable");
    bench.node.putKeySets([{ uri: URI, keys: keysOf(before) }]);
    await allWorkers(async () => (await status(old)) === "200");
    const wishes = bench.node.control.keySetWishes;
    expect(await status(fresh)).toBe("401 token_key_unknown");
    expect(bench.node.control.keySetWishes).toBe(wishes + 1);
    bench.node.putKeySets([{ uri: URI, keys: keysOf(before, after) }]);
    await allWorkers(async () => (await status(fresh)) === "200" && (await status(old)) === "200");
    bench.node.putKeySets([{ uri: URI, keys: keysOf(after) }]);
    await allWorkers(async () => (await status(old)) === "401 token_key_unknown");
    expect(await status(fresh)).toBe("200");
  });
});

describe("claims", () => {
  it("tell callers apart: each value has the quota of a limit for itself, exactly, whichever worker counts", async () => {
    const limits = [
      {
        id: 71,
        name: "tenant",
        algorithm: "fixed-window",
        quota: 50,
        windowSeconds: 3600,
        scope: "claim",
        claim: "tenant",
      },
    ] as const;
    await bench.node.publish({
      ...shopSnapshot([bench.upstream.url], { limits, version: { policies: one("jwt-validation", { jwks }) } }),
    });
    const tokens = ["a", "b", 7, "7", undefined, ["a"]].map((tenant) => signToken(es256, valid({ tenant })));
    const counts = await Promise.all(
      tokens.map(async (token) => {
        const answers = await Promise.all(
          Array.from({ length: 80 }, () => bench.call(undefined, bearer(token)).then(({ status }) => status)),
        );
        return answers.filter((status) => status === 200).length;
      }),
    );
    expect(counts.slice(0, 2)).toEqual([50, 50]);
    // A number is the same as its text, and a claim that is not there, or is a list, is the empty value.
    expect(counts[2]! + counts[3]!).toBe(50);
    expect(counts[4]! + counts[5]!).toBe(50);
  });

  it("keep to their target where an upstream hashes by one, whichever worker asks", async () => {
    const upstreams = await Promise.all(
      ["a", "b", "c"].map((name) => FakeUpstream.start((_request, response) => response.end(name))),
    );
    const { plans, ...rest } = upstreamSnapshot(
      upstreams.map(({ url }) => url),
      { balancing: { algorithm: "hash", by: { from: "claim", name: "tenant" } } },
    );
    const apiVersions = rest.apiVersions.map((version) => ({ ...version, policies: one("jwt-validation", { jwks }) }));
    await bench.node.publish({ ...rest, plans, apiVersions });
    const targetsOf = async (tenant: unknown) => {
      const answers = Array.from({ length: 8 }, async () =>
        (await bench.call(undefined, bearer(signToken(es256, valid({ tenant }))))).text(),
      );
      return new Set(await Promise.all(answers));
    };
    const found = await Promise.all(Array.from({ length: 12 }, (_unused, index) => targetsOf(`tenant ${index}`)));
    expect(found.map(({ size }) => size)).toEqual(found.map(() => 1));
    expect(new Set(found.flatMap((set) => [...set])).size).toBe(3);
    expect((await targetsOf(undefined)).size).toBeGreaterThan(1);
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
  });
});

async function refusalOrOk(response: Response): Promise<string> {
  return response.ok ? `${response.status}` : refusal(response);
}

/** Connections of a client stay with one worker: many in a row say the same only when all of them do. */
async function allWorkers(isSo: () => Promise<boolean>): Promise<void> {
  await waitFor("every worker to have the keys", async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, isSo));
    return answers.every((answer) => answer);
  });
}
