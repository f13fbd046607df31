/** What tokens are verified with, as plain types, for the worker; key-sets.ts has the schema. */
export type SignatureAlgorithm =
  "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "EdDSA";

/** A public key, and what it verifies: no algorithm of another kind is ever tried with it. */
export interface VerificationKey {
  /** `kid`; "" for none. */
  readonly id: string;
  readonly algorithms: readonly SignatureAlgorithm[];
  /** SubjectPublicKeyInfo (RFC 5280 §4.1), DER in base64. */
  readonly spki: string;
}

/** The keys that one address serves. */
export interface KeySet {
  readonly uri: string;
  readonly keys: readonly VerificationKey[];
}

/** `key-sets.json` */
export interface KeySetFile {
  readonly keySets: readonly KeySet[];
}
