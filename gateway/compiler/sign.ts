import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { BUNDLE_FORMAT, manifestSchema, type Manifest, type SignedManifest } from "../contract/bundle";
import {
  BUNDLE_FILE_FORMAT,
  credentialListSchema,
  type CredentialList,
  type SignedCredentials,
} from "../contract/bundle-file";

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
  assertSigned(signed.manifest, signed.signature, publicKeyPem);
  const decoded = manifestSchema.safeParse(parseJson(signed.manifest));
  if (!decoded.success) {
    throw new ManifestRefused(`not a manifest of format ${BUNDLE_FORMAT}: ${firstIssue(decoded.error.issues)}`);
  }
  if (!decoded.data.empty && !decoded.data.chunks.some((chunk) => chunk.kind === "api-version")) {
    throw new ManifestRefused("it has no API versions and does not say that this is meant");
  }
  return decoded.data;
}

/** Signs the credentials of a gateway without a control plane, as signManifest does. */
export function signCredentials(list: CredentialList, privateKeyPem: string): SignedCredentials {
  const { manifest: credentials, signature } = signManifest(JSON.stringify(list), privateKeyPem);
  return { credentials, signature };
}

/** @throws ManifestRefused */
export function verifyCredentials(signed: SignedCredentials, publicKeyPem: string): CredentialList {
  assertSigned(signed.credentials, signed.signature, publicKeyPem);
  const decoded = credentialListSchema.safeParse(parseJson(signed.credentials));
  if (!decoded.success) {
    throw new ManifestRefused(
      `not a list of credentials of format ${BUNDLE_FILE_FORMAT}: ${firstIssue(decoded.error.issues)}`,
    );
  }
  return decoded.data;
}

function assertSigned(text: string, signature: string, publicKeyPem: string): void {
  if (!verify(null, Buffer.from(text, "utf8"), createPublicKey(publicKeyPem), Buffer.from(signature, "base64"))) {
    throw new ManifestRefused("the signature does not match the pinned key");
  }
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
