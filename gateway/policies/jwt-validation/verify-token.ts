import type { GatewayErrorCode } from "../../contract/errors";
import type { VerificationKey } from "../../contract/key-set-types";
import type { PolicyHost } from "../types";

/** Either what is wrong with a token, or the JSON of its claims. */
export interface TokenResult {
  readonly code: GatewayErrorCode | undefined;
  readonly payload: unknown;
}

const LONGEST_TOKEN = 8192;
/** Of a token that names no key: each try costs what a verification costs. */
const MOST_TRIES = 4;

/**
 * Verifies a JWS in compact form (RFC 7515 §5.2). What the token says of itself only ever narrows what it is verified with: its algorithm must be one
 * that the API takes, and its key one that is for that algorithm.
 */
export function verifyToken(
  token: string,
  keys: readonly VerificationKey[],
  algorithms: readonly string[],
  host: PolicyHost,
): TokenResult {
  const first = token.indexOf(".");
  const second = first < 0 ? -1 : token.indexOf(".", first + 1);
  const isOfThree = second >= 0 && token.indexOf(".", second + 1) < 0;
  if (!isOfThree || token.length > LONGEST_TOKEN) {
    return failed("token_malformed");
  }
  const header = readObject(host.cut(token, 0, first), host);
  const payload = readObject(host.cut(token, first + 1, second), host);
  const signature = host.decodeBase64Url(host.cut(token, second + 1));
  if (header === undefined || payload === undefined || signature === undefined) {
    return failed("token_malformed");
  }
  const algorithm = host.json.member(header, "alg");
  const id = host.json.member(header, "kid");
  const isNamed = typeof id === "string";
  // What is critical must be understood (RFC 7515 §4.1.11), and nothing is.
  if (
    typeof algorithm !== "string" ||
    (id !== undefined && !isNamed) ||
    host.json.member(header, "crit") !== undefined
  ) {
    return failed("token_malformed");
  }
  if (!algorithms.includes(algorithm)) {
    return failed("token_algorithm_denied");
  }
  const code = verifySignature(isNamed ? id : "", algorithm, host.cut(token, 0, second), signature, keys, host);
  return { code, payload };
}

function verifySignature(
  id: string,
  algorithm: string,
  text: string,
  signature: string,
  keys: readonly VerificationKey[],
  host: PolicyHost,
): GatewayErrorCode | undefined {
  let tries = 0;
  for (const key of keys) {
    const isMeant = id === "" || key.id === "" || key.id === id;
    if (isMeant && tries < MOST_TRIES && isFor(key, algorithm)) {
      tries += 1;
      if (host.isSignedBy(key, algorithm, text, signature)) {
        return undefined;
      }
    }
  }
  return tries === 0 ? "token_key_unknown" : "token_signature_wrong";
}

function isFor(key: VerificationKey, algorithm: string): boolean {
  for (const known of key.algorithms) {
    if (known === algorithm) {
      return true;
    }
  }
  return false;
}

function readObject(part: string, host: PolicyHost): unknown {
  const text = host.decodeBase64Url(part);
  const value = text === undefined ? undefined : host.json.parse(text);
  const isObject = value !== undefined && host.json.kindOf(value) === "object";
  return isObject && host.json.names(value).length > 0 ? value : undefined;
}

function failed(code: GatewayErrorCode): TokenResult {
  return { code, payload: undefined };
}
