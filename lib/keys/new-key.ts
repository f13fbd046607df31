import { crc32 as zlibCrc32 } from "node:zlib";
import { encodeChecksum, KEY_PREFIX, KEY_RANDOM_LENGTH } from "@/gateway/contract/key-format";
import { sha256Hex } from "@/lib/crypto/hash";
import { randomBase62 } from "@/lib/crypto/random-id";

export interface NewKey {
  /** Shown once, never stored. */
  readonly key: string;
  readonly hash: string;
  /** For telling keys apart: the fixed part and four characters of 190 random bits. */
  readonly prefix: string;
}

export function newKey(): NewKey {
  const body = KEY_PREFIX + randomBase62(KEY_RANDOM_LENGTH);
  const key = body + encodeChecksum(zlibCrc32(body));
  return { key, hash: sha256Hex(key), prefix: key.slice(0, KEY_PREFIX.length + 4) };
}
