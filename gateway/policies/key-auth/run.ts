import type { Decision } from "../../contract/decision";
import { isWellFormedKey } from "../../contract/key-format";
import { CREDENTIAL_REVOKED } from "../../contract/shared-memory";
import type { PolicyHost, PolicyRequest } from "../types";

export interface KeyAuthPlan {
  readonly [key: string]: unknown;
  /** nginx variable that holds the header field: reading one field by name never meets a truncated header table. */
  readonly variable: string;
}

export function run(plan: KeyAuthPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const key = host.variable(plan.variable);
  if (key === undefined || key === "") {
    return { kind: "refuse", code: "key_missing" };
  }
  const credential = host.findCredential(key);
  if (credential === undefined) {
    return { kind: "refuse", code: isWellFormedKey(key, host.crc32) ? "key_unknown" : "key_malformed" };
  }
  // Left for the meter and the request log even when the key is refused below: its owner wants to see that.
  request.credential = credential;
  if (credential.state === CREDENTIAL_REVOKED) {
    return { kind: "refuse", code: "key_revoked" };
  }
  if (credential.expiresAt !== 0 && credential.expiresAt <= host.nowSeconds()) {
    return { kind: "refuse", code: "key_expired" };
  }
  return undefined;
}
