import { createPublicKey, type KeyObject } from "node:crypto";
import { signatureAlgorithms, type SignatureAlgorithm, type VerificationKey } from "../../contract/key-sets";

/** Of a key set; a token without a key's name costs a try with some of them. */
export const MOST_KEYS = 32;

const SMALLEST_RSA_BITS = 2048;
/** A larger modulus, or exponent, makes each verification dear: nobody's keys are like that. */
const LARGEST_RSA_BITS = 8192;
const LARGEST_EXPONENT = 4_294_967_295n;
const RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const;
/** Members of a private key (RFC 7518 §6), and of a secret one. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** One key of a set, or why it cannot be used. */
export type ReadKey =
  | { readonly kind: "key"; readonly key: VerificationKey }
  /** Not for signatures, or of a kind that is not verified here: harmless. */
  | { readonly kind: "other"; readonly reason: string }
  /** Private, weak or broken. */
  | { readonly kind: "bad"; readonly reason: string };

/** Reads a JSON Web Key (RFC 7517) as a public key to verify signatures with. */
export function readJsonWebKey(value: unknown): ReadKey {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return bad("a key is an object");
  }
  const jwk = value as Readonly<Record<string, unknown>>;
  const secret = PRIVATE_MEMBERS.find((name) => Object.hasOwn(jwk, name));
  if (secret !== undefined || jwk["kty"] === "oct") {
    return bad(`a public key only: this one has "${secret ?? "kty"}", which nobody but its owner may know`);
  }
  const { kid = "" } = jwk;
  if (typeof kid !== "string" || kid.length > 200) {
    return bad("kid is a text of at most 200 characters");
  }
  if (jwk["use"] !== undefined && jwk["use"] !== "sig") {
    return { kind: "other", reason: "it is not for signatures" };
  }
  const operations = jwk["key_ops"];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    return { kind: "other", reason: "it is not for verifying" };
  }
  const fitting = algorithmsOf(jwk);
  if (fitting.length === 0) {
    return {
      kind: "other",
      reason: `neither RSA, P-256, P-384 nor Ed25519, or for none of ${signatureAlgorithms.join(", ")}`,
    };
  }
  return readPublicKey(jwk, kid, fitting);
}

/** The keys of a JSON Web Key Set (RFC 7517 §5), in order; undefined for what is none. */
export function readJsonWebKeySet(value: unknown): readonly ReadKey[] | undefined {
  const keys = typeof value === "object" && value !== null ? (value as { readonly keys?: unknown }).keys : undefined;
  return Array.isArray(keys) ? keys.map(readJsonWebKey) : undefined;
}

/** By the kind of the key alone, and `alg` where it names one: what a token says of itself never widens it. */
function algorithmsOf(jwk: Readonly<Record<string, unknown>>): readonly SignatureAlgorithm[] {
  const { alg } = jwk;
  return algorithmsOfKind(jwk).filter((algorithm) => alg === undefined || alg === algorithm);
}

function algorithmsOfKind({ kty, crv }: Readonly<Record<string, unknown>>): readonly SignatureAlgorithm[] {
  if (kty === "RSA") {
    return RSA;
  }
  if (kty === "EC") {
    return crv === "P-256" ? ["ES256"] : crv === "P-384" ? ["ES384"] : [];
  }
  return kty === "OKP" && crv === "Ed25519" ? ["EdDSA"] : [];
}

function readPublicKey(
  jwk: Readonly<Record<string, unknown>>,
  id: string,
  algorithms: readonly SignatureAlgorithm[],
): ReadKey {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as never, format: "jwk" });
  } catch {
    return bad("its members make no key");
  }
  const { modulusLength = 0, publicExponent = 3n } = key.asymmetricKeyDetails ?? {};
  if (jwk["kty"] === "RSA" && (modulusLength < SMALLEST_RSA_BITS || modulusLength > LARGEST_RSA_BITS)) {
    return bad(`an RSA key has ${SMALLEST_RSA_BITS} to ${LARGEST_RSA_BITS} bits, not ${modulusLength}`);
  }
  if (publicExponent < 3n || publicExponent > LARGEST_EXPONENT || publicExponent % 2n === 0n) {
    return bad("the exponent of an RSA key is odd, at least 3 and below 2^32");
  }
  const spki = key.export({ type: "spki", format: "der" }).toString("base64");
  return { kind: "key", key: { id, algorithms, spki } };
}

function bad(reason: string): ReadKey {
  return { kind: "bad", reason };
}
