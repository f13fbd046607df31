/**
 * API keys: `gh_live_` + 32 base62 characters (190 bits) + 6 base62 characters of CRC-32 over all that stands before them.
 * The prefix lets secret scanners find leaked keys; the checksum lets the gateway tell a mistyped key from an unknown one without a
 * lookup (the same idea as GitHub's token format).
 */
export const KEY_PREFIX = "gh_live_";
/** Signing secrets have the same form behind another prefix. */
export const SIGNING_PREFIX = "gh_sign_";
export const KEY_RANDOM_LENGTH = 32;
export const KEY_CHECKSUM_LENGTH = 6;
export const KEY_LENGTH = 46;
export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The request field that carries a key, where an API names no other. */
export const KEY_HEADER = "X-API-Key";

/** What the credential index knows a signing secret by: its public id, told apart from every key. */
export function signerName(keyId: string): string {
  return `signature:${keyId}`;
}

/** Six base62 digits, most significant first, of an unsigned 32-bit CRC. */
export function encodeChecksum(crc32: number): string {
  let rest = crc32;
  let text = "";
  for (let digit = 0; digit < KEY_CHECKSUM_LENGTH; digit += 1) {
    const index = rest % 62;
    text = BASE62.charAt(index) + text;
    rest = (rest - index) / 62;
  }
  return text;
}

/**
 * Whether a presented key has the form and the checksum of a Gatehouse key.
 * @param crc32 unsigned CRC-32 (IEEE) of a string's bytes: zlib on Node, ngx.crc32_long in the worker
 */
export function isWellFormedKey(key: string, crc32: (text: string) => number): boolean {
  if (key.length !== KEY_LENGTH || key.slice(0, KEY_PREFIX.length) !== KEY_PREFIX) {
    return false;
  }
  const body = key.slice(0, KEY_LENGTH - KEY_CHECKSUM_LENGTH);
  return key.slice(KEY_LENGTH - KEY_CHECKSUM_LENGTH) === encodeChecksum(crc32(body));
}
