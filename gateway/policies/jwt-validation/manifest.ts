import { z } from "zod";
import { signatureAlgorithms } from "../../contract/key-sets";
import { claimName } from "../../contract/limits";
import { fieldName } from "../config/field-name";
import { MOST_KEYS, readJsonWebKey } from "../config/json-web-keys";
import type { PolicyManifest } from "../manifest";

const MOST_AUDIENCES = 16;
const MOST_CLAIMS = 16;
const MOST_VALUES = 64;
const MOST_SCOPES = 32;

/** What an issuer serves can be put here as it is: keys for other purposes are passed over. */
const jsonWebKeys = z
  .array(z.record(z.string(), z.unknown()))
  .min(1)
  .max(MOST_KEYS)
  .superRefine((keys, context) => {
    const read = keys.map(readJsonWebKey);
    read.forEach((one, index) => {
      if (one.kind === "bad") {
        context.addIssue({ code: "custom", path: [index], message: `this key cannot be used: ${one.reason}` });
      }
    });
    const [other] = read;
    if (other?.kind === "other" && !read.some(({ kind }) => kind !== "other")) {
      context.addIssue({ code: "custom", path: [0], message: `none of the keys can be used: ${other.reason}` });
    }
  });

const requiredClaim = z.strictObject({
  name: claimName,
  /** One of these, where there are any; of a claim that is a list, one of its items. */
  values: z
    .array(z.union([z.string().min(1).max(500), z.int(), z.boolean()]))
    .max(MOST_VALUES)
    .default([]),
});

/** RFC 6749 §3.3. */
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, "a scope: printable, without spaces, quotes and backslashes");

export const config = z
  .strictObject({
    /** `iss` must be this, to the letter. */
    issuer: z.string().min(1).max(500).optional(),
    /** `aud` must hold one of these. */
    audiences: z.array(z.string().min(1).max(500)).max(MOST_AUDIENCES).default([]),
    /** The issuer's public keys, as a JSON Web Key Set. */
    jwks: z.object({ keys: jsonWebKeys }).optional(),
    /** Where the issuer serves them: each node fetches them by itself, and again as they change. */
    jwksUri: z
      .url({ protocol: /^https?$/, error: "an http or https address" })
      .max(2000)
      .refine((uri) => !/[\s#]|\/\/[^/]*@/.test(uri), "an address without user, password and fragment")
      .optional(),
    /** What a token may be signed with. */
    algorithms: z
      .array(z.enum(signatureAlgorithms))
      .min(1)
      .max(signatureAlgorithms.length)
      .default([...signatureAlgorithms]),
    /** The field that holds the token; behind "Bearer" in Authorization. */
    header: fieldName.default("Authorization"),
    requiredClaims: z.array(requiredClaim).max(MOST_CLAIMS).default([]),
    /** `scope` (or `scp`) must hold all of these. */
    requiredScopes: z.array(scope).max(MOST_SCOPES).default([]),
    /** How far the issuer's clock may be off. */
    clockSkewSeconds: z.number().int().min(0).max(600).default(60),
    /** Whether a token must say when it expires. */
    requiresExpiry: z.boolean().default(true),
    /** Whether the upstream gets the token. */
    forward: z.boolean().default(true),
    /** Whether a request without a token is refused; one with a token that does not hold always is. */
    isRequired: z.boolean().default(true),
  })
  .refine(({ jwks, jwksUri }) => (jwks === undefined) !== (jwksUri === undefined), {
    error: "the issuer's keys: either jwks or jwksUri",
    path: ["jwks"],
  });

export const manifest = {
  name: "jwt-validation",
  title: "Validate JWT",
  summary: "Takes requests with an access token (JWT) of an issuer that the API trusts, and hands its claims on.",
  scopes: ["api-version", "operation"],
  requires: [],
  before: ["subscription", "rate-limit"],
  after: ["cors", "ip-filter", "maintenance", "key-auth", "basic-auth", "hmac-auth"],
  config,
  errorCodes: [
    ...(["token_missing", "token_malformed", "token_algorithm_denied", "token_key_unknown"] as const),
    ...(["token_signature_wrong", "token_expired", "token_not_yet_valid", "token_issuer_wrong"] as const),
    ...(["token_audience_wrong", "token_claim_missing", "token_scope_missing", "token_keys_unavailable"] as const),
  ],
} as const satisfies PolicyManifest<typeof config>;
