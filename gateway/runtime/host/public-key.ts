import * as ffi from "ffi";
import type { VerificationKey } from "../../contract/key-set-types";
import { C } from "./c-functions";

/** How libcrypto calls the kinds of keys (obj_mac.h). */
const RSA = 6;
const EC = 408;
const ED25519 = 1087;
/** rsa.h: RSASSA-PSS, with a salt as long as the digest (RFC 7518 §3.5). */
const PSS_PADDING = 6;
const SALT_AS_DIGEST = -1;
/** Bytes of r, and of s (RFC 7518 §3.4). */
const P256_BYTES = 32;
const P384_BYTES = 48;

interface Algorithm {
  readonly kind: number;
  /** Undefined where the algorithm brings its own. */
  readonly digest: CData | undefined;
  readonly isPss: boolean;
  /** Of half a signature that is two numbers side by side; 0 = it goes to libcrypto as it is. */
  readonly halfBytes: number;
}

const ALGORITHMS = new LuaTable<string, Algorithm>();

function define(name: string, kind: number, digest: CData | undefined, isPss: boolean, halfBytes: number): void {
  ALGORITHMS.set(name, { kind, digest, isPss, halfBytes });
}

/** Parsed once, by their text; emptied when it is full. A NULL of libcrypto is kept as undefined, and tried again. */
const MOST_KEYS = 256;
let publicKeys = new LuaTable<string, CData>();
let keyCount = 0;

let context: CData | undefined;
const keyContext = ffi.new("void *[1]") as unknown as CArray<CData>;

/** Whether a signature is the text's, by a key that is for this algorithm. */
export function isSignedBy(this: void, key: VerificationKey, name: string, text: string, signature: string): boolean {
  const algorithm = findAlgorithm(name);
  const publicKey = findPublicKey(key.spki);
  if (algorithm === undefined || publicKey === undefined || C.EVP_PKEY_get_base_id(publicKey) !== algorithm.kind) {
    return false;
  }
  const bytes = algorithm.halfBytes === 0 ? signature : derOf(signature, algorithm.halfBytes);
  if (bytes === undefined) {
    return false;
  }
  const isRight = verify(algorithm, publicKey, text, bytes);
  if (!isRight) {
    // nginx looks at the same queue for what went wrong with a connection.
    C.ERR_clear_error();
  }
  return isRight;
}

function findAlgorithm(name: string): Algorithm | undefined {
  if (ALGORITHMS.get("RS256") === undefined) {
    // Not before the first token: the file is also loaded where there is no libcrypto yet.
    define("RS256", RSA, C.EVP_sha256(), false, 0);
    define("RS384", RSA, C.EVP_sha384(), false, 0);
    define("RS512", RSA, C.EVP_sha512(), false, 0);
    define("PS256", RSA, C.EVP_sha256(), true, 0);
    define("PS384", RSA, C.EVP_sha384(), true, 0);
    define("PS512", RSA, C.EVP_sha512(), true, 0);
    define("ES256", EC, C.EVP_sha256(), false, P256_BYTES);
    define("ES384", EC, C.EVP_sha384(), false, P384_BYTES);
    define("EdDSA", ED25519, undefined, false, 0);
  }
  return ALGORITHMS.get(name);
}

function verify(algorithm: Algorithm, publicKey: CData, text: string, signature: string): boolean {
  context = context ?? C.EVP_MD_CTX_new();
  const begun = C.EVP_DigestVerifyInit(context, keyContext, algorithm.digest, undefined, publicKey) === 1;
  const isReady =
    begun &&
    (!algorithm.isPss ||
      (C.EVP_PKEY_CTX_set_rsa_padding(keyContext[0], PSS_PADDING) === 1 &&
        C.EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext[0], SALT_AS_DIGEST) === 1));
  const result = isReady ? C.EVP_DigestVerify(context, signature, signature.length, text, text.length) : 0;
  C.EVP_MD_CTX_reset(context);
  return result === 1;
}

function findPublicKey(spki: string): CData | undefined {
  const known = publicKeys.get(spki);
  if (known !== undefined) {
    return known;
  }
  const bytes = ffi.new(`unsigned char[${spki.length}]`);
  const length = C.EVP_DecodeBlock(bytes, spki, spki.length);
  if (length <= 0) {
    return undefined;
  }
  const place = ffi.new("const unsigned char *[1]") as unknown as CArray<CData>;
  place[0] = bytes;
  const parsed = C.d2i_PUBKEY(undefined, place, length);
  if (parsed === undefined) {
    C.ERR_clear_error();
    return undefined;
  }
  if (keyCount >= MOST_KEYS) {
    publicKeys = new LuaTable();
    keyCount = 0;
  }
  const key = ffi.gc(parsed, C.EVP_PKEY_free);
  publicKeys.set(spki, key);
  keyCount += 1;
  return key;
}

/** Two numbers of a fixed size → ECDSA-Sig-Value (RFC 3279 §2.2.3), which is shorter than 128 bytes here. Undefined for another size, or a zero. */
function derOf(signature: string, halfBytes: number): string | undefined {
  if (signature.length !== 2 * halfBytes) {
    return undefined;
  }
  const first = integerOf(string.sub(signature, 1, halfBytes));
  const second = integerOf(string.sub(signature, halfBytes + 1));
  if (first === undefined || second === undefined) {
    return undefined;
  }
  return `${string.char(0x30, first.length + second.length)}${first}${second}`;
}

/** INTEGER: as short as can be, and not negative. */
function integerOf(bytes: string): string | undefined {
  const [from] = string.find(bytes, "[^%z]");
  if (from === undefined) {
    return undefined;
  }
  const short = string.sub(bytes, from);
  const high = string.byte(short);
  const digits = high < 0x80 ? short : `\0${short}`;
  return `${string.char(0x02, digits.length)}${digits}`;
}
