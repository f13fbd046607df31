import { crc32 as zlibCrc32 } from "node:zlib";
import {
  encodeChecksum,
  KEY_PREFIX,
  KEY_RANDOM_LENGTH,
  signerName,
  SIGNING_PREFIX,
} from "@/gateway/contract/key-format";
import { sha256Hex } from "@/lib/crypto/hash";
import { randomBase62 } from "@/lib/crypto/random-id";

export interface NewKey {
  /** Shown once. Never stored, but for a signing secret, which nodes need. */
  readonly key: string;
  readonly hash: string;
  /** For telling keys apart: the fixed part and four characters of 190 random bits. */
  readonly prefix: string;
}

export function newKey(): NewKey {
  const key = makeText(KEY_PREFIX);
  return { key, hash: sha256Hex(key), prefix: prefixOf(key, KEY_PREFIX) };
}

/** A secret to sign requests with: it is found by its public id, which every signature names. */
export function newSigningSecret(publicId: string): NewKey {
  const key = makeText(SIGNING_PREFIX);
  return { key, hash: sha256Hex(signerName(publicId)), prefix: prefixOf(key, SIGNING_PREFIX) };
}

function makeText(prefix: string): string {
  const body = prefix + randomBase62(KEY_RANDOM_LENGTH);
  return body + encodeChecksum(zlibCrc32(body));
}

function prefixOf(key: string, prefix: string): string {
  return key.slice(0, prefix.length + 4);
}
