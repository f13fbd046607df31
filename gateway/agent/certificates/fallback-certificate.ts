import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { issueCertificate } from "./issue-certificate";

const YEARS = 10;
const DAY_MS = 86_400_000;
const RENEW_BEFORE_MS = 365 * DAY_MS;

/**
 * What nginx shows to who asks for a name without a certificate, or for none: a self-signed certificate for "localhost", so that the handshake
 * succeeds and the client can say what is wrong. Made once for a state directory.
 */
export function ensureFallbackCertificate(file: string, nowMs = Date.now()): void {
  if (isUsable(file, nowMs)) {
    return;
  }
  const { certificate, privateKey } = issueCertificate({
    names: ["localhost"],
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + YEARS * 365 * DAY_MS),
  });
  writeFileSync(file, certificate + privateKey, { mode: 0o600 });
}

function isUsable(file: string, nowMs: number): boolean {
  if (!existsSync(file)) {
    return false;
  }
  try {
    return Date.parse(new X509Certificate(readFileSync(file)).validTo) - nowMs > RENEW_BEFORE_MS;
  } catch {
    return false;
  }
}
