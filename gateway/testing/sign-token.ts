import { constants, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { signatureAlgorithms, type SignatureAlgorithm, type VerificationKey } from "../contract/key-sets";

/** An issuer of tokens: signs with node:crypto, which knows nothing of the worker's libcrypto calls. */
export interface TestIssuer {
  readonly privateKey: KeyObject;
  /** As a key set holds it. */
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly algorithm: SignatureAlgorithm;
  readonly id: string;
}

export function makeIssuer(algorithm: SignatureAlgorithm, id: string): TestIssuer {
  const { privateKey, publicKey } = makePair(algorithm);
  return { privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid: id, use: "sig" }, algorithm, id };
}

/** One for each algorithm; those of RSA share a key, since it takes long to make. */
export function makeIssuers(): Readonly<Record<SignatureAlgorithm, TestIssuer>> {
  const rsa = makeIssuer("RS256", "rsa");
  return Object.fromEntries(
    signatureAlgorithms.map((algorithm) => [
      algorithm,
      /^[RP]S/.test(algorithm) ? { ...rsa, algorithm } : makeIssuer(algorithm, algorithm.toLowerCase()),
    ]),
  ) as Record<SignatureAlgorithm, TestIssuer>;
}

/** A JWS in compact form. @param header in addition to `alg` and `kid`; undefined takes one out */
export function signToken(issuer: TestIssuer, claims: unknown, header: Readonly<Record<string, unknown>> = {}): string {
  const text = `${encode({ alg: issuer.algorithm, kid: issuer.id, ...header })}.${encode(claims)}`;
  return `${text}.${signBytes(issuer, text).toString("base64url")}`;
}

export function signBytes({ algorithm, privateKey }: TestIssuer, text: string): Buffer {
  return sign(digestOf(algorithm), Buffer.from(text), { key: privateKey, ...optionsOf(algorithm) });
}

export function encode(part: unknown): string {
  return Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
}

/** What the worker's host does with libcrypto. */
export function isSignedBy(key: VerificationKey, algorithm: string, text: string, signature: Buffer): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key.spki, "base64"), format: "der", type: "spki" });
  const name = algorithm as SignatureAlgorithm;
  return verify(digestOf(name), Buffer.from(text), { key: publicKey, ...optionsOf(name) }, signature);
}

function makePair(algorithm: SignatureAlgorithm) {
  switch (algorithm) {
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "ES384":
      return generateKeyPairSync("ec", { namedCurve: "P-384" });
    case "EdDSA":
      return generateKeyPairSync("ed25519");
    default:
      return generateKeyPairSync("rsa", { modulusLength: 2048 });
  }
}

function digestOf(algorithm: SignatureAlgorithm): string | null {
  return algorithm === "EdDSA" ? null : `sha${algorithm.slice(2)}`;
}

function optionsOf(algorithm: SignatureAlgorithm) {
  return {
    dsaEncoding: "ieee-p1363" as const,
    ...(algorithm.startsWith("PS") && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  };
}
