import type { Decision } from "../../contract/decision";
import type { GatewayErrorCode } from "../../contract/errors";
import { signerName } from "../../contract/key-format";
import { CREDENTIAL_REVOKED } from "../../contract/shared-memory";
import { judgeCredential } from "../shared/judge-key";
import { mayHaveBody } from "../shared/may-have-body";
import type { Credential, PolicyHost, PolicyRequest } from "../types";
import { isNewNonce } from "./nonce";
import { signatureBase, variableOf } from "./signature-base";
import { parseSignatureInput, type SignatureInput } from "./signature-input";

export interface HmacAuthPlan {
  readonly [key: string]: unknown;
  readonly components: readonly string[];
  readonly maxAgeSeconds: number;
  readonly clockSkewSeconds: number;
  readonly checksBody: boolean;
  readonly maxBodyBytes: number;
  /** Detail of a refusal. */
  readonly tooLarge: string;
  readonly takesNonceOnce: boolean;
  readonly forwardsSignature: boolean;
  /** Whether another authenticator of the chain may still find a credential. */
  readonly isOptional: boolean;
  readonly challenge?: string;
}

/** What a signature that holds says. */
interface Verified {
  readonly credential: Credential;
  readonly nonce: string;
  readonly coversDigest: boolean;
}

const ALGORITHM = "hmac-sha256";
const DIGEST_ALGORITHM = "sha-256=:";
/** Of 32 bytes in base64. */
const DIGEST_LENGTH = 44;

/** What the check apart gets and gives: it takes no arguments, and nothing waits while it runs. */
let current:
  { plan: HmacAuthPlan; request: PolicyRequest; host: PolicyHost; input: string; signature: string } | undefined;
let verified: Verified | undefined;

/** HTTP Message Signatures (RFC 9421) with hmac-sha256. */
export function run(plan: HmacAuthPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { challenge } = plan;
  const input = host.variable("http_signature_input");
  const signature = host.variable("http_signature");
  if (request.credential !== undefined) {
    keepFromUpstream(plan, input, signature, host);
    return undefined;
  }
  if (input === undefined && signature === undefined) {
    return plan.isOptional ? undefined : { kind: "refuse", code: "signature_missing", challenge };
  }
  current = { plan, request, host, input: input ?? "", signature: signature ?? "" };
  verified = undefined;
  code = "signature_malformed";
  host.runApart(verify);
  current = undefined;
  // In a local: another request may come while this one waits for its body.
  const held = takeVerified();
  if (held === undefined) {
    return { kind: "refuse", code, challenge };
  }
  const refusal = judgeCredential(held.credential, challenge, request, host) ?? checkBody(plan, held, host);
  if (refusal !== undefined) {
    return refusal;
  }
  // Last, so that nothing refused uses a nonce up.
  const wrong = plan.takesNonceOnce ? judgeNonce(plan, held, host) : undefined;
  if (wrong === undefined) {
    keepFromUpstream(plan, input, signature, host);
  }
  return wrong;
}

/** Why nothing was verified. */
let code: GatewayErrorCode = "signature_malformed";

function takeVerified(): Verified | undefined {
  const held = verified;
  verified = undefined;
  return held;
}

function verify(): void {
  if (current === undefined) {
    return;
  }
  const { plan, request, host, input: text } = current;
  const input = parseSignatureInput(text, host);
  const signature = input === undefined ? undefined : readBytes(current.signature, `${input.label}=:`, host);
  if (input === undefined || signature === undefined || !isSound(input, host)) {
    return;
  }
  if (!coversAll(plan, input, host)) {
    code = "signature_incomplete";
    return;
  }
  if (!isCurrent(plan, input, host.nowSeconds())) {
    code = "signature_expired";
    return;
  }
  const credential = host.findCredential(signerName(input.keyId ?? ""));
  if (credential?.signingKey === undefined) {
    code = credential?.state === CREDENTIAL_REVOKED ? "key_revoked" : "signature_key_unknown";
    return;
  }
  const base = signatureBase(input.components, input.parameters, request, host);
  if (base === undefined || !host.isSigned(credential.signingKey, base, signature)) {
    code = "signature_wrong";
    return;
  }
  verified = { credential, nonce: input.nonce ?? "", coversDigest: input.components.includes("content-digest") };
}

/** The bytes between a beginning and a colon at the end, when they are 32. */
function readBytes(field: string, beginning: string, host: PolicyHost): string | undefined {
  const end = beginning.length + DIGEST_LENGTH;
  if (field.length !== end + 1 || host.cut(field, 0, beginning.length) !== beginning || host.cut(field, end) !== ":") {
    return undefined;
  }
  const bytes = host.decodeBase64(host.cut(field, beginning.length, end));
  return bytes;
}

function isSound(input: SignatureInput, host: PolicyHost): boolean {
  if (input.created === undefined || input.keyId === undefined) {
    return false;
  }
  const fields = ["http_signature", "http_signature_input"];
  for (const name of input.components) {
    if (host.cut(name, 0, 1) !== "@") {
      fields.push(variableOf(name, host));
    }
  }
  // Of a field that came twice we read the first, and the upstream perhaps the last.
  return (input.algorithm === undefined || input.algorithm === ALGORITHM) && !host.isAnyRepeated(fields);
}

function coversAll({ components, takesNonceOnce }: HmacAuthPlan, input: SignatureInput, host: PolicyHost): boolean {
  for (const name of components) {
    if (!covers(input.components, name) && !(name === "@query" && isWithoutQuery(host))) {
      return false;
    }
  }
  return !takesNonceOnce || (input.nonce !== undefined && input.nonce !== "");
}

/** By itself, or by one that it is part of. */
function covers(covered: readonly string[], name: string): boolean {
  if (covered.includes(name)) {
    return true;
  }
  const isOfTarget = name === "@path" || name === "@query";
  if (isOfTarget && covered.includes("@request-target")) {
    return true;
  }
  const isOfUri = isOfTarget || name === "@authority" || name === "@scheme" || name === "@request-target";
  return isOfUri && covered.includes("@target-uri");
}

function isWithoutQuery(host: PolicyHost): boolean {
  return (host.variable("request_uri") ?? "").indexOf("?") < 0;
}

/** Written so that what is no number is not current. */
function isCurrent(plan: HmacAuthPlan, { created = 0, expires }: SignatureInput, now: number): boolean {
  const isInTime = created >= now - plan.maxAgeSeconds && created <= now + plan.clockSkewSeconds;
  return isInTime && (expires === undefined || expires > now);
}

/** RFC 9530. */
function checkBody(plan: HmacAuthPlan, { coversDigest }: Verified, host: PolicyHost): Decision | undefined {
  const { challenge } = plan;
  if (!plan.checksBody || (!coversDigest && !mayHaveBody(host))) {
    return undefined;
  }
  // Digits, as nginx has checked.
  const length = host.variable("http_content_length");
  // Of a body that does not say its length, before it comes into memory: it may be as large as the node takes.
  if ((length !== undefined ? Number(length) : host.readBodyBytes()) > plan.maxBodyBytes) {
    return { kind: "refuse", code: "body_too_large", detail: plan.tooLarge };
  }
  const body = host.readBody();
  if (!coversDigest) {
    return body === "" ? undefined : { kind: "refuse", code: "signature_incomplete", challenge };
  }
  const digest = readDigest(host.variable("http_content_digest") ?? "", host);
  const isRight = digest !== undefined && host.isSha256(body, digest);
  return isRight ? undefined : { kind: "refuse", code: "content_digest_wrong", challenge };
}

/** Of several digests the first SHA-256. */
function readDigest(field: string, host: PolicyHost): string | undefined {
  const start = field.indexOf(DIGEST_ALGORITHM);
  const before = start > 0 ? host.cut(field, start - 1, start) : ",";
  if (start < 0 || (before !== "," && before !== " ")) {
    return undefined;
  }
  const end = start + DIGEST_ALGORITHM.length + DIGEST_LENGTH;
  const digest = readBytes(host.cut(field, start, end + 1), DIGEST_ALGORITHM, host);
  return digest;
}

function judgeNonce(plan: HmacAuthPlan, { credential, nonce }: Verified, host: PolicyHost): Decision | undefined {
  const isNew = isNewNonce(credential.id, nonce, plan.maxAgeSeconds + plan.clockSkewSeconds, host);
  if (isNew === undefined) {
    return { kind: "refuse", code: "limit_state_exhausted" };
  }
  return isNew ? undefined : { kind: "refuse", code: "signature_replayed", challenge: plan.challenge };
}

function keepFromUpstream(
  plan: HmacAuthPlan,
  input: string | undefined,
  signature: string | undefined,
  host: PolicyHost,
): void {
  if (plan.forwardsSignature) {
    return;
  }
  if (input !== undefined) {
    host.setRequestField("Signature-Input", undefined);
  }
  if (signature !== undefined) {
    host.setRequestField("Signature", undefined);
  }
}
