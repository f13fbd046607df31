import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { BASE62, encodeChecksum, KEY_PREFIX, KEY_RANDOM_LENGTH } from "../contract/key-format";

/** A well-formed key that depends on nothing but `seed`. */
export function makeKey(seed: string): string {
  const digest = createHash("sha256").update(seed).digest();
  let body = KEY_PREFIX;
  for (let index = 0; index < KEY_RANDOM_LENGTH; index += 1) {
    body += BASE62.charAt((digest[index] ?? 0) % BASE62.length);
  }
  return body + encodeChecksum(crc32(body));
}
