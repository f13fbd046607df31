import { createHash, createHmac } from "node:crypto";
import { signerName } from "../../contract/key-format";
import { CREDENTIAL_REVOKED, CREDENTIAL_SIGNING } from "../../contract/shared-memory";
import type { CaseRequest, PolicyCase, Scene } from "../case";

const NOW = 1_700_000_000;
const KEY_ID = "key_0123456789abcdef";
const SECRET = "gh_sign_000000000000000000000000000000002LB0ao";
const credential = { id: 5, application: 3, state: CREDENTIAL_SIGNING, expiresAt: 0, subscriptions: [] };
const known = { key: signerName(KEY_ID), credential, signingKey: Buffer.from(SECRET).toString("base64") };
const target = "/shop/v1/items/7?a=1";
/** What nginx says of a request, but for its signature. */
const sent = { request_uri: target, http_host: "API.example.com:443", scheme: "https", server_protocol: "HTTP/1.1" };
const scene: Partial<Scene> = { nowSeconds: NOW, credentials: [known], variables: sent };

/** The lines that the components stand for, but for the last, written out by hand: the policy must come to the same. */
const LINES = {
  "@method": "GET",
  "@authority": "api.example.com",
  "@path": "/shop/v1/items/7",
  "@query": "?a=1",
};
type Lines = Readonly<Record<string, string>>;

interface Signing {
  readonly lines?: Lines;
  /** Behind the components. */
  readonly parameters?: string;
  readonly secret?: string;
}

/** Variables of a request that is signed. */
function signed({ lines = LINES, parameters, secret = SECRET }: Signing = {}, others: Lines = {}): Lines {
  const list = Object.keys(lines).map((name) => `"${name}"`);
  const input = `(${list.join(" ")})${parameters ?? `;created=${NOW};keyid="${KEY_ID}"`}`;
  const base = [...Object.entries({ ...lines, "@signature-params": input })].map(
    ([name, value]) => `"${name}": ${value}`,
  );
  const signature = createHmac("sha256", secret).update(base.join("\n")).digest("base64");
  return { ...sent, ...others, http_signature_input: `sig1=${input}`, http_signature: `sig1=:${signature}:` };
}

const digestOf = (body: string) => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
const refusal = (code: string) => ({ kind: "refuse", code, challenge: CHALLENGE }) as never;
const CHALLENGE = 'Signature realm="gatehouse"';
const alone = { basePath: "", operation: undefined, authentication: { isLast: true, challenge: CHALLENGE } };
const REMOVED = "Signature-Input:; Signature:";
const held = { decision: "pass", credential: 5, requestFields: REMOVED } as const;
const created = (seconds: number) => `;created=${seconds};keyid="${KEY_ID}"`;
const body = '{"hello": "world"}';
const withDigest = (digest: string): Lines => ({ ...LINES, "@method": "POST", "content-digest": digest });
const post: CaseRequest = { method: "POST" };
const linesOf = (...all: Lines[]): readonly Lines[] => all;
/** How a request says that it has a body. */
const FRAMINGS: readonly Lines[] = [
  { http_content_length: "18" },
  { http_transfer_encoding: "chunked" },
  { server_protocol: "HTTP/2.0" },
];
const RFC_SECRET = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

export const cases: readonly PolicyCase[] = [
  {
    name: "takes the signature of RFC 9421, B.2.5",
    config: { components: ["date", "@authority", "content-type"], body: "any", maxAgeSeconds: 60 },
    scene: {
      nowSeconds: 1_618_884_475,
      credentials: [{ key: signerName("test-shared-secret"), credential, signingKey: RFC_SECRET }],
      variables: {
        http_host: "example.com",
        scheme: "http",
        request_uri: "/foo?param=Value&Pet=dog",
        http_date: "Tue, 20 Apr 2021 02:07:55 GMT",
        http_content_type: "application/json",
        http_signature_input:
          'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
        http_signature: "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
      },
    },
    steps: [{ request: post, expect: held }],
  },
  {
    name: "lets a signed request pass, leaves its credential, and keeps the signature from the upstream",
    planScope: alone,
    scene,
    steps: [
      { scene: { variables: signed() }, expect: held },
      { scene: { variables: signed({ parameters: `${created(NOW)};alg="hmac-sha256";tag="x"` }) }, expect: held },
    ],
  },
  {
    name: "hands the signature on where it shall",
    config: { forwardsSignature: true },
    scene: { ...scene, variables: signed() },
    steps: [{ expect: { ...held, requestFields: "" } }],
  },
  {
    name: "asks for a signature where it is the only way in, and leaves others to the next authenticator",
    planScope: alone,
    scene,
    steps: [
      { expect: { decision: refusal("signature_missing"), credential: 0 } },
      { request: { credential }, scene: { variables: signed({ secret: "x" }) }, expect: held },
    ],
  },
  {
    name: "is no hindrance to a request without one where another authenticator follows, but refuses a wrong one",
    planScope: { ...alone, authentication: { isLast: false, challenge: CHALLENGE } },
    scene,
    steps: [
      { expect: { decision: "pass", credential: 0, requestFields: "" } },
      { scene: { variables: signed({ secret: "another" }) }, expect: { decision: refusal("signature_wrong") } },
    ],
  },
  {
    name: "refuses whatever differs from what was signed, and blames no application for it",
    planScope: alone,
    scene,
    steps: [
      ...linesOf(
        { request_uri: "/shop/v1/items/8?a=1" },
        { request_uri: "/shop/v1/items/7?a=2" },
        { request_uri: "/shop/v1/items/7" },
        { http_host: "api.example.org" },
        { scheme: "http" },
        { http_signature: `sig1=:${Buffer.alloc(32).toString("base64")}:` },
        { http_signature_input: String(signed().http_signature_input).replace(String(NOW), String(NOW - 1)) },
      ).map((changed) => ({
        scene: { variables: { ...signed(), ...changed } },
        expect: { decision: refusal("signature_wrong"), credential: 0 },
      })),
      { request: post, scene: { variables: signed() }, expect: { decision: refusal("signature_wrong") } },
      { expect: { decision: "pass" } },
    ],
  },
  {
    name: "knows a target by every component that names it",
    config: { components: ["@path", "@query", "@authority", "@method"] },
    scene,
    steps: [
      {
        scene: {
          variables: signed({ lines: { "@method": "GET", "@target-uri": `https://api.example.com${target}` } }),
        },
        expect: held,
      },
      {
        scene: {
          variables: signed({
            lines: { "@method": "GET", "@authority": "api.example.com", "@scheme": "https", "@request-target": target },
          }),
        },
        expect: held,
      },
    ],
  },
  {
    name: "refuses a signature that leaves out what it must cover; an absent query needs no cover",
    planScope: alone,
    scene,
    steps: [
      ...Object.keys(LINES).map((left) => ({
        scene: {
          variables: signed({ lines: Object.fromEntries(Object.entries(LINES).filter(([name]) => name !== left)) }),
        },
        expect: { decision: refusal("signature_incomplete"), credential: 0 },
      })),
      {
        scene: {
          variables: signed(
            { lines: { "@method": "GET", "@authority": "api.example.com", "@path": "/shop/v1/items/7" } },
            { request_uri: "/shop/v1/items/7" },
          ),
        },
        expect: held,
      },
      {
        scene: {
          variables: signed({ lines: { ...LINES, "@query": "?" } }, { request_uri: "/shop/v1/items/7" }),
        },
        expect: held,
      },
    ],
  },
  {
    name: "takes a signature from its age's first second to its last, and no longer than it says itself",
    planScope: alone,
    config: { maxAgeSeconds: 60, clockSkewSeconds: 5 },
    scene,
    steps: [
      { scene: { variables: signed({ parameters: created(NOW - 60) }) }, expect: held },
      {
        scene: { variables: signed({ parameters: created(NOW - 61) }) },
        expect: { decision: refusal("signature_expired"), credential: 0 },
      },
      { scene: { variables: signed({ parameters: created(NOW + 5) }) }, expect: held },
      {
        scene: { variables: signed({ parameters: created(NOW + 6) }) },
        expect: { decision: refusal("signature_expired") },
      },
      { scene: { variables: signed({ parameters: `${created(NOW - 9)};expires=${NOW + 1}` }) }, expect: held },
      {
        scene: { variables: signed({ parameters: `${created(NOW - 9)};expires=${NOW}` }) },
        expect: { decision: refusal("signature_expired") },
      },
    ],
  },
  {
    name: "tells secrets that nobody has, that are revoked and that have expired",
    planScope: alone,
    scene,
    steps: [
      {
        scene: { variables: signed({ parameters: `;created=${NOW};keyid="key_other"` }) },
        expect: { decision: refusal("signature_key_unknown"), credential: 0 },
      },
      {
        scene: {
          variables: signed(),
          credentials: [{ key: known.key, credential: { ...credential, state: CREDENTIAL_REVOKED } }],
        },
        expect: { decision: refusal("key_revoked"), credential: 0 },
      },
      {
        scene: { credentials: [{ ...known, credential: { ...credential, expiresAt: NOW } }] },
        expect: { decision: refusal("key_expired"), credential: 5 },
      },
    ],
  },
  {
    name: "refuses what can be read in two ways, or is none of its signatures",
    planScope: alone,
    scene,
    steps: [
      ...linesOf(
        { http_signature_input: "" },
        { http_signature: "" },
        { http_signature: "sig1=:x:" },
        { http_signature: String(signed().http_signature).replace("sig1", "sig2") },
        { http_signature: `${signed().http_signature}, sig2=:AAAA:` },
        ...[
          `sig1=();created=${NOW}`,
          `sig1=();created=soon;keyid="${KEY_ID}"`,
          `sig1=("@method"  "@path");created=${NOW};keyid="${KEY_ID}"`,
          `sig1=("@method" "@method");created=${NOW};keyid="${KEY_ID}"`,
          `sig1=("@query-param";name="a");created=${NOW};keyid="${KEY_ID}"`,
          `sig1=("@method";created=${NOW};keyid="${KEY_ID}"`,
          `sig1=("@method"); created=${NOW};keyid="${KEY_ID}"`,
          `sig1=("@method");created=${NOW};keyid="${KEY_ID}`,
          `sig1=("@method");created=${NOW};keyid="${KEY_ID}", sig2=("@path");created=1`,
          `sig1=("@method");created=${NOW};keyid="${KEY_ID}";alg="rsa-pss-sha512"`,
          `sig1=("@method");keyid="${KEY_ID}"`,
        ].map((input) => ({ http_signature_input: input })),
      ).map((changed) => ({
        scene: { variables: { ...signed(), ...changed } },
        expect: { decision: refusal("signature_malformed"), credential: 0 },
      })),
      {
        scene: { variables: signed({ lines: { ...LINES, "@status": "200" } }) },
        expect: { decision: refusal("signature_wrong") },
      },
      {
        scene: { variables: signed({ lines: { ...LINES, "x-team": "a" } }), repeated: [] },
        expect: { decision: refusal("signature_wrong") },
      },
      {
        scene: { variables: signed({ lines: { ...LINES, "x-team": "a" } }, { http_x_team: "a" }) },
        expect: held,
      },
      { scene: { repeated: ["http_x_team"] }, expect: { decision: refusal("signature_malformed") } },
      { scene: { repeated: ["http_signature"] }, expect: { decision: refusal("signature_malformed") } },
    ],
  },
  {
    name: "holds a body against the digest that was signed",
    planScope: alone,
    scene: { ...scene, body },
    steps: [
      {
        request: post,
        scene: {
          variables: signed(
            { lines: withDigest(digestOf(body)) },
            { http_content_digest: digestOf(body), http_content_length: "18" },
          ),
        },
        expect: held,
      },
      { request: post, scene: { body: `${body} ` }, expect: { decision: refusal("content_digest_wrong") } },
      {
        request: post,
        scene: {
          variables: signed({ lines: withDigest("sha-512=:AA==:") }, { http_content_digest: "sha-512=:AA==:" }),
        },
        expect: { decision: refusal("content_digest_wrong"), credential: 5 },
      },
      {
        request: post,
        scene: {
          body,
          variables: signed(
            { lines: withDigest(`sha-512=:AA==:, ${digestOf(body)}`) },
            { http_content_digest: `sha-512=:AA==:, ${digestOf(body)}` },
          ),
        },
        expect: held,
      },
    ],
  },
  {
    name: "refuses a body that nobody signed, however it is sent, and one that is too large",
    planScope: alone,
    config: { maxBodyBytes: 20 },
    scene: { ...scene, body },
    steps: [
      ...FRAMINGS.map((framing) => ({
        scene: { variables: signed({}, framing) },
        expect: { decision: refusal("signature_incomplete"), credential: 5 },
      })),
      {
        scene: { variables: signed({}, { http_content_length: "21" }) },
        expect: { decision: { kind: "refuse", code: "body_too_large", detail: "The body may have at most 20 bytes." } },
      },
      {
        scene: { variables: signed({}, { http_transfer_encoding: "chunked" }), body: "123456789012345678901" },
        expect: { decision: { kind: "refuse", code: "body_too_large", detail: "The body may have at most 20 bytes." } },
      },
      { scene: { variables: signed({}, { server_protocol: "HTTP/2.0" }), body: "" }, expect: held },
    ],
  },
  {
    name: "leaves bodies alone where it shall",
    config: { body: "any" },
    scene: { ...scene, body, variables: signed({}, { http_content_length: "18" }) },
    steps: [{ expect: held }],
  },
  {
    name: "takes a nonce once for as long as its signature can be shown, and uses none up for what it refuses",
    planScope: alone,
    config: { nonce: "once", maxAgeSeconds: 60, clockSkewSeconds: 0 },
    scene,
    steps: [
      { scene: { variables: signed() }, expect: { decision: refusal("signature_incomplete") } },
      {
        scene: { variables: signed({ parameters: `${created(NOW)};nonce="n1"`, secret: "x" }) },
        expect: { decision: refusal("signature_wrong") },
      },
      { scene: { variables: signed({ parameters: `${created(NOW)};nonce="n1"` }) }, expect: held },
      { times: 2, expect: { decision: refusal("signature_replayed"), credential: 5 } },
      { scene: { nowSeconds: NOW + 60 }, expect: { decision: refusal("signature_replayed") } },
      { scene: { variables: signed({ parameters: `${created(NOW)};nonce="n2"` }) }, expect: held },
      {
        scene: { nowSeconds: NOW + 61, variables: signed({ parameters: `${created(NOW + 61)};nonce="n1"` }) },
        expect: held,
      },
    ],
  },
  {
    name: "refuses where there is no room to remember a nonce",
    config: { nonce: "once" },
    scene: { ...scene, counterRoom: 0, variables: signed({ parameters: `${created(NOW)};nonce="n1"` }) },
    steps: [{ expect: { decision: { kind: "refuse", code: "limit_state_exhausted" } } }],
  },
];
