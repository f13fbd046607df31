import { createHash } from "node:crypto";

/** SHA-256, lower-case hex. Enough for tokens and keys: they are random, so there is nothing to guess. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
