import * as ffi from "ffi";
import { C } from "./c-functions";

/** SHA256_CTX: 112 bytes in every OpenSSL. */
const state = ffi.new("uint32_t[28]");

/**
 * In three steps: since 3.0 OpenSSL's function for all at once looks up the algorithm by its name in each call, which costs more than the digest.
 * @param digest 32 bytes, written to
 */
export function sha256(text: string, digest: CData): void {
  C.SHA256_Init(state);
  C.SHA256_Update(state, text, text.length);
  C.SHA256_Final(digest, state);
}
