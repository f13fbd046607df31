import { z } from "zod";
import type { KeySetFile, SignatureAlgorithm, VerificationKey } from "./key-set-types";

export type { KeySet, KeySetFile, SignatureAlgorithm, VerificationKey } from "./key-set-types";

/** Digital signatures of RFC 7518 §3 and RFC 8037. Not HMAC: whoever could verify it could sign. */
export const signatureAlgorithms = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"] as const),
] as const satisfies readonly SignatureAlgorithm[];

export const verificationKeySchema = z.strictObject({
  id: z.string(),
  algorithms: z.array(z.enum(signatureAlgorithms)).min(1),
  spki: z.base64(),
}) satisfies z.ZodType<VerificationKey>;

export const keySetFileSchema = z.strictObject({
  keySets: z.array(z.strictObject({ uri: z.string(), keys: z.array(verificationKeySchema).min(1) })),
}) satisfies z.ZodType<KeySetFile>;
