import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What a text is encrypted for: a text of one purpose cannot be read as another's. */
export type Purpose = "signing-key" | "idempotent-answer" | "certificate-key" | "request-signing";

/**
 * Encrypts a text for storage with AES-256-GCM, under a key derived from GATEHOUSE_SECRET (HKDF, RFC 5869).
 * @returns "v1.<nonce>.<tag>.<text>", each base64url
 */
export function seal(text: string, purpose: Purpose, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", deriveKey(purpose, secret), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return ["v1", ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
}

/** @throws Error when it was sealed with another secret or for another purpose, or was changed */
export function unseal(sealed: string, purpose: Purpose, secret: string): string {
  const [version, nonce, tag, body] = sealed.split(".");
  if (version !== "v1" || nonce === undefined || tag === undefined || body === undefined) {
    throw new Error("a stored secret has an unknown form");
  }
  const decipher = createDecipheriv("aes-256-gcm", deriveKey(purpose, secret), Buffer.from(nonce, "base64url"));
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  try {
    return Buffer.concat([decipher.update(Buffer.from(body, "base64url")), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Error("a stored secret does not open: GATEHOUSE_SECRET is not the one it was stored with", { cause });
  }
}

function deriveKey(purpose: Purpose, secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "gatehouse", purpose, 32));
}
