import * as ffi from "ffi";
import { C } from "./c-functions";
import { sha256 } from "./sha256";

const DIGEST_BYTES = 32;
const expected = ffi.new("unsigned char[32]");

export function isSigned(this: void, key: string, text: string, signature: string): boolean {
  if (signature.length !== DIGEST_BYTES) {
    return false;
  }
  C.HMAC(C.EVP_sha256(), key, key.length, text, text.length, expected, undefined);
  const difference = C.CRYPTO_memcmp(expected, signature, DIGEST_BYTES);
  return difference === 0;
}

export function isSha256(this: void, text: string, digest: string): boolean {
  if (digest.length !== DIGEST_BYTES) {
    return false;
  }
  sha256(text, expected);
  const difference = C.CRYPTO_memcmp(expected, digest, DIGEST_BYTES);
  return difference === 0;
}
