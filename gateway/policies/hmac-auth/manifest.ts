import { z } from "zod";
import type { PolicyManifest } from "../manifest";

const MOST_COMPONENTS = 16;

const component = z
  .string()
  .max(128)
  .regex(
    /^(@(method|target-uri|authority|scheme|request-target|path|query)|[a-z][a-z0-9-]*)$/,
    "@method, @target-uri, @authority, @scheme, @request-target, @path, @query, or a header field's name in lower case",
  );

export const config = z.strictObject({
  /** What a signature must cover, at least (RFC 9421 §2). */
  components: z.array(component).min(1).max(MOST_COMPONENTS).default(["@method", "@authority", "@path", "@query"]),
  /** How long a signature counts. */
  maxAgeSeconds: z.number().int().min(1).max(3600).default(300),
  /** How far a signer's clock may be ahead. */
  clockSkewSeconds: z.number().int().min(0).max(300).default(30),
  /** `digest`: a body needs a Content-Digest that is signed and right; `any`: bodies are not looked at. */
  body: z.enum(["digest", "any"]).default("digest"),
  /** The largest body that is held against its digest, in bytes. */
  maxBodyBytes: z.number().int().min(1).max(10_485_760).default(1_048_576),
  /** `once`: each signature needs a nonce, which counts once on a node; `any`: nonces are not looked at. */
  nonce: z.enum(["once", "any"]).default("any"),
  /** Whether the upstream gets Signature and Signature-Input. */
  forwardsSignature: z.boolean().default(false),
});

export const manifest = {
  name: "hmac-auth",
  title: "Request signing",
  summary: "Takes requests signed with an application's secret (RFC 9421), which itself is never sent.",
  scopes: ["api-version", "operation"],
  requires: [],
  challenge: 'Signature realm="gatehouse"',
  before: ["subscription", "rate-limit"],
  after: ["cors", "key-auth", "basic-auth"],
  config,
  errorCodes: [
    ...(["signature_missing", "signature_malformed", "signature_incomplete", "signature_expired"] as const),
    ...(["signature_key_unknown", "signature_wrong", "signature_replayed", "content_digest_wrong"] as const),
    ...(["key_expired", "key_revoked", "body_too_large", "limit_state_exhausted"] as const),
  ],
} as const satisfies PolicyManifest<typeof config>;
