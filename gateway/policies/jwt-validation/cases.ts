import { signatureAlgorithms, type SignatureAlgorithm } from "../../contract/key-sets";
import { encode, makeIssuer, makeIssuers, signBytes, signToken, type TestIssuer } from "../../testing/sign-token";
import type { CaseStep, Expectation, PolicyCase, Scene } from "../case";
import { readJsonWebKey } from "../config/json-web-keys";

const NOW = 1_700_000_000;
const SKEW = 60;
const issuers = makeIssuers();
const es256 = issuers.ES256;
const stranger = makeIssuer("ES256", "stranger");
const every = [issuers.RS256, es256, issuers.ES384, issuers.EdDSA];
const jwks = { keys: every.map(({ jwk }) => jwk) };
const only = { jwks: { keys: [es256.jwk] } };
const scene: Partial<Scene> = { nowSeconds: NOW };

const MISSING = 'Bearer realm="gatehouse"';
const INVALID = 'Bearer realm="gatehouse", error="invalid_token"';
const forbidden = (scopes: string) => `Bearer realm="gatehouse", error="insufficient_scope", scope="${scopes}"`;
const refusal = (code: string, challenge = INVALID) => ({ kind: "refuse", code, challenge }) as never;

const claims = { iss: "https://issuer.example", sub: "user 7", exp: NOW + 300, iat: NOW - 1 };
const HELD = { decision: "pass", requestFields: "" } as const;

/** A request with a token, and what comes of it. */
function sends(token: string, expect: Expectation | string, more: Partial<Scene> = {}): CaseStep {
  return {
    scene: { ...more, variables: { http_authorization: `Bearer ${token}` } },
    expect: typeof expect === "string" ? { decision: refusal(expect), claims: "" } : expect,
  };
}

const token = (more: object = {}, header: Readonly<Record<string, unknown>> = {}, issuer: TestIssuer = es256) =>
  signToken(issuer, { ...claims, ...more }, header);
/** Signed once: with ES256 the same claims make another token each time. */
const ending = token({ exp: NOW });
const parts = token().split(".") as [string, string, string];
const asBytes = (text: string) => Buffer.from(text, "base64url");

/** The same token with one bit of a part the other way round: one for each bit. */
function allBits(part: 0 | 1 | 2): string[] {
  return Array.from({ length: asBytes(parts[part]).length * 8 }, (_unused, bit) => {
    const bytes = asBytes(parts[part]);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return parts.map((text, index) => (index === part ? bytes.toString("base64url") : text)).join(".");
  });
}

/** Whether header and claims are plain JSON still; the others are refused on nginx (jwt-validation.nginx.test.ts). */
function isObject(text: string): boolean {
  try {
    return text.split(".", 2).every((part) => {
      const json = asBytes(part).toString("latin1");
      return /^[ -~]*$/.test(json) && typeof JSON.parse(json) === "object";
    });
  } catch {
    return false;
  }
}

function codeOfHeader(text: string): string {
  const header = JSON.parse(asBytes(text.split(".", 1)[0] ?? "").toString()) as Readonly<Record<string, unknown>>;
  if (header["alg"] === undefined) {
    return "token_malformed";
  }
  if (header["alg"] !== "ES256") {
    return "token_algorithm_denied";
  }
  return header["kid"] === undefined || header["kid"] === "es256" ? "token_signature_wrong" : "token_key_unknown";
}

/** Signed by the right key over whatever is given. */
function signedText(text: string): string {
  return `${text}.${signBytes(es256, text).toString("base64url")}`;
}

/** Another character at the end that stands for the same bytes. */
function withLooseEnd(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) ^ 1]}`;
}

function otherAlgorithms(algorithm: SignatureAlgorithm): SignatureAlgorithm[] {
  return signatureAlgorithms.filter((other) => other !== algorithm);
}

const verificationKeyOf = (issuer: TestIssuer) => {
  const read = readJsonWebKey(issuer.jwk);
  return read.kind === "key" ? [read.key] : [];
};

const [longest, tooLong] = around(8192);

export const cases: readonly PolicyCase[] = [
  {
    name: "takes a token of every algorithm, and leaves its claims",
    config: { jwks },
    scene,
    steps: signatureAlgorithms.map((algorithm) =>
      sends(token({ plan: 7, admin: true, big: 9_007_199_254_740_991 }, {}, issuers[algorithm]), {
        ...HELD,
        claims: `admin=true; big=9007199254740991; exp=1700000300; iat=1699999999; iss=https://issuer.example; plan=7; sub=user 7`,
      }),
    ),
  },
  {
    name: "refuses a token whose header names another algorithm than it was signed with",
    config: { jwks },
    scene,
    steps: signatureAlgorithms.flatMap((algorithm) =>
      otherAlgorithms(algorithm).map((alg) => {
        const issuer = issuers[algorithm];
        const isForKey = /^[RP]S/.test(algorithm) && /^[RP]S/.test(alg);
        return sends(token({}, { alg }, issuer), isForKey ? "token_signature_wrong" : "token_key_unknown");
      }),
    ),
  },
  {
    name: "refuses whatever is unsigned, signed with a secret, or with an algorithm that is not taken",
    config: { jwks, algorithms: ["RS256", "EdDSA"] },
    scene,
    steps: [
      ...["none", "None", "NONE", "HS256", "HS512", "ES256", "RS384", "ES512", "RS1", "", "rs256"].flatMap((alg) => [
        sends(token({}, { alg }), "token_algorithm_denied"),
        sends(`${encode({ alg })}.${parts[1]}.`, "token_algorithm_denied"),
      ]),
      sends(token({}, {}, issuers.EdDSA), HELD),
    ],
  },
  {
    name: "refuses a token if any one bit of it is another",
    config: only,
    scene,
    steps: [
      ...allBits(2).map((text) => sends(text, "token_signature_wrong")),
      ...allBits(1)
        .filter(isObject)
        .map((text) => sends(text, "token_signature_wrong")),
      ...allBits(0)
        .filter(isObject)
        .map((text) => sends(text, codeOfHeader(text))),
      sends(parts.join("."), HELD),
    ],
  },
  {
    name: "refuses what is no compact JWS, in the one form that it has",
    config: only,
    scene,
    steps: [
      ...["x", ".", "..", "...", parts[0], `${parts[0]}.${parts[1]}`, `${parts.join(".")}.`, `${parts.join(".")}.x`],
      ...[`${parts[0]}..${parts[2]}`, `.${parts[1]}.${parts[2]}`, ` ${parts.join(".")}`, `${parts.join(".")} `],
      ...[
        `${parts[0]}=.${parts[1]}.${parts[2]}`,
        `${parts.join(".")}==`,
        `${parts.join(".")}AAA`,
        `${parts.join(".")}+`,
      ],
      withLooseEnd(parts.join(".")),
      ...["[]", "{}", "1", '"x"', "null", '{"alg":"ES256"', '{"alg":7}', '{"alg":"ES256","kid":7}', '{"alg":null}'].map(
        (header) => signedText(`${encode(header)}.${parts[1]}`),
      ),
      ...["[]", "{}", "[1]", "1", '"x"', "null", "", '{"exp":', '{"exp":1700000300} x'].map((payload) =>
        signedText(`${parts[0]}.${encode(payload)}`),
      ),
      signedText(`${withLooseEnd(encode('{"alg":"ES256"}'))}.${parts[1]}`),
      ...[{ crit: ["exp"] }, { crit: [] }, { crit: ["b64"], b64: false }].map((header) => token({}, header)),
      ...["exp", "nbf", "iat"].flatMap((name) =>
        ["1700000300", true, {}, [1_700_000_300], null].map((value) => token({ [name]: value })),
      ),
      token({ filling: "x".repeat(8192) }),
    ].map((text) => sends(text, "token_malformed")),
  },
  {
    name: "takes a token of 8 KiB, and none that is longer",
    config: only,
    scene,
    steps: [sends(longest, HELD), sends(tooLong, "token_malformed")],
  },
  {
    name: "asks for a token, and takes no other scheme for one",
    config: only,
    scene,
    steps: [
      { expect: { decision: refusal("token_missing", MISSING) } },
      ...["", "Basic dTpw", "Bearer", "bearer ", "Bearerx y", parts.join(".")].map((http_authorization) => ({
        scene: { variables: { http_authorization } },
        expect: { decision: refusal("token_missing", MISSING) },
      })),
      { scene: { variables: { http_authorization: `bEARER ${parts.join(".")}` } }, expect: HELD },
    ],
  },
  {
    name: "lets requests without a token pass where it is not required, but none with a wrong one",
    config: { ...only, isRequired: false, forward: false },
    scene,
    steps: [
      { expect: { ...HELD, claims: "" } },
      sends(token({}, {}, stranger), "token_key_unknown"),
      sends(parts.join("."), { decision: "pass", requestFields: "Authorization:" }),
    ],
  },
  {
    name: "finds the token in another field, with Bearer or without, and only if it was sent once",
    config: { ...only, header: "X-Token", forward: false },
    scene,
    steps: [
      ...["", "Bearer ", "bearer "].map((scheme) => ({
        scene: { variables: { http_x_token: `${scheme}${parts.join(".")}` } },
        expect: { decision: "pass" as const, requestFields: "X-Token:" },
      })),
      { scene: { repeated: ["http_x_token"] }, expect: { decision: refusal("token_malformed"), claims: "" } },
      sends(parts.join("."), { decision: refusal("token_missing", MISSING) }),
    ],
  },
  {
    name: "knows a key by its name, and without one by the algorithm",
    config: { jwks: { keys: [...every, stranger].map(({ jwk }) => jwk) } },
    scene,
    steps: [
      sends(token({}, { kid: undefined }), HELD),
      sends(token({}, { kid: undefined }, stranger), HELD),
      sends(token({}, { kid: "stranger" }), "token_signature_wrong"),
      sends(token({}, { kid: "nobody" }), { decision: refusal("token_key_unknown"), keyWishes: 0 }),
      sends(token({}, { kid: "" }), HELD),
      sends(token({}, { kid: "eddsa" }), "token_key_unknown"),
    ],
  },
  {
    name: "refuses a token from the second at which it expires, with the skew, and not before, also one that was taken before",
    config: only,
    scene,
    steps: [
      sends(ending, HELD),
      sends(ending, HELD, { nowSeconds: NOW + SKEW - 0.001 }),
      sends(ending, "token_expired", { nowSeconds: NOW + SKEW }),
      sends(token({ exp: undefined }), "token_expired"),
    ],
  },
  {
    name: "takes tokens that never expire where it is told to",
    config: { ...only, requiresExpiry: false },
    scene,
    steps: [sends(token({ exp: undefined }), HELD), sends(token({ exp: NOW - SKEW }), "token_expired")],
  },
  {
    name: "refuses a token before its time, and one of the future, as far as the skew does not explain it",
    config: { ...only, clockSkewSeconds: 5 },
    scene,
    steps: [
      sends(token({ nbf: NOW + 5 }), HELD),
      sends(token({ nbf: NOW + 6 }), "token_not_yet_valid"),
      sends(token({ iat: NOW + 5 }), HELD),
      sends(token({ iat: NOW + 6 }), "token_not_yet_valid"),
      sends(token({ iat: undefined }), HELD),
    ],
  },
  {
    name: "takes one issuer, to the letter, and any of the audiences",
    config: { ...only, issuer: claims.iss, audiences: ["orders", "stock"] },
    scene,
    steps: [
      ...["orders", "stock", ["x", "stock"], ["orders", 7]].map((aud) => sends(token({ aud }), HELD)),
      ...[undefined, "Orders", "", [], ["x"], {}, { orders: 1 }, null, 7].map((aud) =>
        sends(token({ aud }), "token_audience_wrong"),
      ),
      ...[undefined, `${claims.iss}/`, "", [claims.iss], null].map((iss) =>
        sends(token({ iss, aud: "orders" }), "token_issuer_wrong"),
      ),
    ],
  },
  {
    name: "refuses with 403 a token that holds and lacks a claim, or all of its values",
    config: {
      ...only,
      requiredClaims: [{ name: "tenant" }, { name: "role", values: ["admin", 7, true] }],
      requiredScopes: ["read"],
    },
    scene,
    steps: [
      ...["admin", 7, true, ["x", "admin"], ["7"]].map((role) =>
        sends(token({ tenant: {}, role, scope: "read" }), HELD),
      ),
      ...[undefined, "Admin", false, 7.5, [], ["x"], { admin: 1 }, null].map((role) =>
        sends(token({ tenant: "a", role }), {
          decision: refusal("token_claim_missing", forbidden("read")),
          claims: "",
        }),
      ),
      ...[undefined, null].map((tenant) =>
        sends(token({ tenant, role: 7 }), { decision: refusal("token_claim_missing", forbidden("read")) }),
      ),
    ],
  },
  {
    name: "reads scopes as a list with spaces or as an array, from scope or scp",
    config: { ...only, requiredScopes: ["orders:read", "orders:write"] },
    scene,
    steps: [
      ...[
        { scope: "orders:write x orders:read" },
        { scope: ["orders:read", "orders:write"] },
        { scp: "orders:read orders:write" },
        { scp: ["orders:read", "orders:write"] },
      ].map((scopes) => sends(token(scopes), HELD)),
      ...[
        {},
        { scope: "orders:read" },
        { scope: "orders:read orders:writer" },
        { scope: "orders:read,orders:write" },
        { scope: ["orders:read orders:write"] },
        { scope: 7 },
        { scope: "x", scp: "orders:read orders:write" },
      ].map((scopes) =>
        sends(token(scopes), {
          decision: refusal("token_scope_missing", forbidden("orders:read orders:write")),
          claims: "",
        }),
      ),
    ],
  },
  {
    name: "leaves claims as one text each, and none that is a list, an object, nothing or a number that others are taken for",
    config: only,
    scene,
    steps: [
      sends(
        signToken(es256, {
          exp: NOW + 1,
          a: "",
          b: -5,
          c: 0.5,
          d: 1_000_000_000_000_007,
          e: 9_007_199_254_740_993,
          f: [1],
          g: { h: 1 },
          i: null,
          j: false,
          k: 1e15,
        }),
        { ...HELD, claims: "a=; b=-5; c=0.5; d=1000000000000007; exp=1700000001; j=false; k=1000000000000000" },
      ),
    ],
  },
  {
    name: "goes by the keys that are served, asks for others when a token names one that is not there, and forgets with them",
    config: { jwksUri: "https://issuer.example/keys" },
    scene,
    steps: [
      sends(parts.join("."), { decision: { kind: "refuse", code: "token_keys_unavailable" }, keyWishes: 0 }),
      sends(parts.join("."), HELD, { keySets: { "https://issuer.example/keys": verificationKeyOf(es256) } }),
      sends(token({}, {}, stranger), { decision: refusal("token_key_unknown"), keyWishes: 1 }),
      sends(token({}, {}, stranger), HELD, { keySets: { "https://issuer.example/keys": verificationKeyOf(stranger) } }),
      sends(parts.join("."), { decision: refusal("token_key_unknown"), claims: "", keyWishes: 1 }),
    ],
  },
];

/** The longest token that is no longer than so many characters, and the next one. */
function around(characters: number): [string, string] {
  const withFilling = (length: number) => token({ filling: "x".repeat(length) });
  let length = 0;
  for (let step = 4096; step >= 1; step /= 2) {
    length += withFilling(length + step).length <= characters ? step : 0;
  }
  return [withFilling(length), withFilling(length + 1)];
}
