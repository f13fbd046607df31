import { z } from "zod";
import { signedManifestSchema } from "./bundle";
import { credentialEntrySchema } from "./credentials";

/**
 * A release as files, for a gateway without a control plane: a directory (manifest.json, credentials.json, public-key.pem, chunks/), or all
 * of it in one JSON document, which is what the portal gives out.
 */
export const BUNDLE_FILE_FORMAT = 1;

/** Every credential of the environment at one moment. */
export const credentialListSchema = z.strictObject({
  format: z.literal(BUNDLE_FILE_FORMAT),
  environment: z.string(),
  /** Grows with every change: an older list would bring revoked keys back. */
  sequence: z.number().int().nonnegative(),
  entries: z.array(credentialEntrySchema),
});

/** Signed like the manifest: who may write the file may otherwise make keys. */
export const signedCredentialsSchema = z.strictObject({
  credentials: z.string(),
  /** Ed25519 over the UTF-8 bytes of `credentials`, base64. */
  signature: z.string(),
});

export const bundleFileSchema = z.strictObject({
  format: z.literal(BUNDLE_FILE_FORMAT),
  /** SPKI PEM. A node pins the first one that it sees, or the one that it is told. */
  publicKey: z.string(),
  manifest: signedManifestSchema,
  credentials: signedCredentialsSchema,
  /** Text of each chunk by its SHA-256. */
  chunks: z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string()),
});

export type CredentialList = z.infer<typeof credentialListSchema>;
export type SignedCredentials = z.infer<typeof signedCredentialsSchema>;
export type BundleFile = z.infer<typeof bundleFileSchema>;
