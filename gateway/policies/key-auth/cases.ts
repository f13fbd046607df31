import { signerName } from "../../contract/key-format";
import { CREDENTIAL_ACTIVE, CREDENTIAL_REVOKED, CREDENTIAL_SIGNING } from "../../contract/shared-memory";
import type { PolicyCase } from "../case";
import type { Credential } from "../types";

/** Well-formed: prefix, 32 characters, checksum (`makeKey` of gateway/testing makes such keys). */
const KEY = "gh_live_000000000000000000000000000000002LB0ao";
const OTHER_KEY = "gh_live_000000000000000000000000000000010A3AhQ";
const NOW = 1_700_000_000;

const credential = (overrides: Partial<Credential> = {}): Credential => ({
  id: 5,
  application: 3,
  state: CREDENTIAL_ACTIVE,
  expiresAt: 0,
  subscriptions: [{ id: 9, plan: 2 }],
  ...overrides,
});

const known = (overrides: Partial<Credential> = {}) => ({
  nowSeconds: NOW,
  credentials: [{ key: KEY, credential: credential(overrides) }],
  variables: { http_x_api_key: KEY },
});

const refusal = (code: "key_missing" | "key_malformed" | "key_unknown" | "key_expired" | "key_revoked") =>
  ({ kind: "refuse", code }) as const;

export const cases: readonly PolicyCase[] = [
  {
    name: "lets a known key pass and leaves its credential for the next policy",
    scene: known(),
    steps: [{ expect: { decision: "pass", credential: 5 } }],
  },
  {
    name: "refuses a request without a key, or with an empty one, as missing",
    scene: known(),
    steps: [
      { scene: { variables: {} }, expect: { decision: refusal("key_missing"), credential: 0 } },
      { scene: { variables: { http_x_api_key: "" } }, expect: { decision: refusal("key_missing"), credential: 0 } },
    ],
  },
  {
    name: "tells a mistyped key from one that nobody has",
    scene: known(),
    steps: [
      { scene: { variables: { http_x_api_key: OTHER_KEY } }, expect: { decision: refusal("key_unknown") } },
      {
        scene: { variables: { http_x_api_key: OTHER_KEY.replace("AhQ", "AhR") } },
        expect: { decision: refusal("key_malformed"), credential: 0 },
      },
      { scene: { variables: { http_x_api_key: KEY.slice(0, -1) } }, expect: { decision: refusal("key_malformed") } },
      { scene: { variables: { http_x_api_key: `${KEY} ` } }, expect: { decision: refusal("key_malformed") } },
      { scene: { variables: { http_x_api_key: KEY.toLowerCase() } }, expect: { decision: refusal("key_malformed") } },
      { scene: { variables: { http_x_api_key: "secret" } }, expect: { decision: refusal("key_malformed") } },
    ],
  },
  {
    name: "takes no signing secret's name for a key",
    scene: {
      credentials: [
        { key: signerName("key_1"), credential: credential({ state: CREDENTIAL_SIGNING }), signingKey: "c2VjcmV0" },
      ],
      variables: { http_x_api_key: signerName("key_1") },
    },
    steps: [{ expect: { decision: refusal("key_malformed"), credential: 0 } }],
  },
  {
    name: "refuses a revoked key, and still leaves its credential for the meter",
    scene: known({ state: CREDENTIAL_REVOKED }),
    steps: [{ expect: { decision: refusal("key_revoked"), credential: 5 } }],
  },
  {
    name: "refuses a key from the very second at which it expires, and not before",
    scene: known({ expiresAt: NOW }),
    steps: [
      { scene: { nowSeconds: NOW - 0.001 }, expect: { decision: "pass" } },
      { scene: { nowSeconds: NOW }, expect: { decision: refusal("key_expired"), credential: 5 } },
      { scene: { nowSeconds: NOW + 1000 }, expect: { decision: refusal("key_expired") } },
    ],
  },
  {
    name: "calls a key that is both revoked and expired revoked: renewing would not help",
    scene: known({ state: CREDENTIAL_REVOKED, expiresAt: NOW - 1 }),
    steps: [{ expect: { decision: refusal("key_revoked") } }],
  },
  {
    name: "reads the configured field, and no other",
    config: { header: "X-Partner-Key" },
    scene: known(),
    steps: [
      { expect: { decision: refusal("key_missing") } },
      { scene: { variables: { http_x_partner_key: KEY } }, expect: { decision: "pass", credential: 5 } },
    ],
  },
  {
    name: "looks in several places in order, and empties them all",
    config: {
      places: [{ in: "header", name: "X-Partner-Key" }, { in: "bearer" }, { in: "query", name: "api_key" }],
    },
    scene: { ...known(), variables: {} },
    steps: [
      {
        scene: { variables: { http_x_partner_key: KEY, http_authorization: `Bearer ${OTHER_KEY}` } },
        request: { query: `?a=1&api_key=${OTHER_KEY}&b=2` },
        expect: {
          decision: "pass",
          credential: 5,
          requestFields: "X-Partner-Key:; Authorization:",
          query: "?a=1&b=2",
        },
      },
      {
        scene: { variables: { http_authorization: `bearer ${KEY}` } },
        expect: { decision: "pass", credential: 5, requestFields: "Authorization:" },
      },
      {
        scene: { variables: { http_authorization: "Basic eDp5" } },
        request: { query: `?api_key=${KEY}` },
        expect: { decision: "pass", credential: 5, requestFields: "", query: "" },
      },
      { scene: { variables: {} }, expect: { decision: refusal("key_missing") } },
    ],
  },
  {
    name: "finds a key in the query under any way to write its name, and leaves no copy of it",
    config: { places: [{ in: "query", name: "api_key" }] },
    scene: { ...known(), variables: {} },
    steps: [
      {
        request: { query: `?%61pi_key=${KEY}&x=%2F&api_key=${KEY}&api_key` },
        expect: { decision: "pass", credential: 5, query: "?x=%2F" },
      },
      {
        request: { query: `?xapi_key=${KEY}&y=api_key=${KEY}` },
        expect: { decision: refusal("key_missing"), query: `?xapi_key=${KEY}&y=api_key=${KEY}` },
      },
      { request: { query: "?api_key=" }, expect: { decision: refusal("key_missing"), query: "" } },
    ],
  },
  {
    name: "leaves a request without a key to the next authenticator, but not one with a wrong key",
    planScope: {
      basePath: "",
      operation: undefined,
      authentication: { isLast: false, challenge: "ApiKey, Basic" },
    },
    scene: known(),
    steps: [
      { scene: { variables: {} }, expect: { decision: "pass", credential: 0 } },
      {
        scene: { variables: { http_x_api_key: OTHER_KEY } },
        expect: { decision: { kind: "refuse", code: "key_unknown", challenge: "ApiKey, Basic" } },
      },
    ],
  },
];
