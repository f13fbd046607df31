import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { BUNDLE_FORMAT, manifestSchema, type Manifest, type SignedManifest } from "../contract/bundle";

/** A manifest that must not be run; the message says why, in words for the console. */
export class ManifestRefused extends Error {
  override readonly name = "ManifestRefused";
}

/**
 * Signs the exact text of a manifest with Ed25519 (RFC 8032).
 * @param privateKeyPem PKCS #8 PEM
 */
export function signManifest(manifest: string, privateKeyPem: string): SignedManifest {
  const signature = sign(null, Buffer.from(manifest, "utf8"), createPrivateKey(privateKeyPem));
  return { manifest, signature: signature.toString("base64") };
}

/**
 * Verifies the signature before it looks at a single field, then decodes strictly.
 * @param publicKeyPem SPKI PEM, pinned at enrolment
 * @throws ManifestRefused
 */
export function verifyManifest(signed: SignedManifest, publicKeyPem: string): Manifest {
  const text = Buffer.from(signed.manifest, "utf8");
  if (!verify(null, text, createPublicKey(publicKeyPem), Buffer.from(signed.signature, "base64"))) {
    throw new ManifestRefused("the signature does not match the pinned key");
  }
  const decoded = manifestSchema.safeParse(parseJson(signed.manifest));
  if (!decoded.success) {
    throw new ManifestRefused(`not a manifest of format ${BUNDLE_FORMAT}: ${firstIssue(decoded.error.issues)}`);
  }
  if (!decoded.data.empty && !decoded.data.chunks.some((chunk) => chunk.kind === "api-version")) {
    throw new ManifestRefused("it has no API versions and does not say that this is meant");
  }
  return decoded.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestRefused("it is not JSON");
  }
}

function firstIssue(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const issue = issues[0];
  return issue === undefined ? "unknown" : `${issue.path.map(String).join(".") || "document"}: ${issue.message}`;
}
