import type { Decision } from "../../contract/decision";
import { isWellFormedKey } from "../../contract/key-format";
import { CREDENTIAL_REVOKED } from "../../contract/shared-memory";
import type { Credential, PolicyHost, PolicyRequest } from "../types";

/** Finds the credential of a presented API key and leaves it, or says why it may not be used. */
export function judgeKey(
  key: string,
  challenge: string | undefined,
  request: PolicyRequest,
  host: PolicyHost,
): Decision | undefined {
  const credential = host.findCredential(key);
  // A signing secret is found by a name that anybody may know.
  if (credential === undefined || credential.signingKey !== undefined) {
    return { kind: "refuse", code: isWellFormedKey(key, host.crc32) ? "key_unknown" : "key_malformed", challenge };
  }
  return judgeCredential(credential, challenge, request, host);
}

export function judgeCredential(
  credential: Credential,
  challenge: string | undefined,
  request: PolicyRequest,
  host: PolicyHost,
): Decision | undefined {
  // Left for the meter and the request log even when the key is refused below: its owner wants to see that.
  request.credential = credential;
  if (credential.state === CREDENTIAL_REVOKED) {
    return { kind: "refuse", code: "key_revoked", challenge };
  }
  if (credential.expiresAt !== 0 && credential.expiresAt <= host.nowSeconds()) {
    return { kind: "refuse", code: "key_expired", challenge };
  }
  return undefined;
}
