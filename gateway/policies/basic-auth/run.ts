import type { Decision } from "../../contract/decision";
import { judgeKey } from "../shared/judge-key";
import type { PolicyHost, PolicyRequest } from "../types";

export interface BasicAuthPlan {
  readonly [key: string]: unknown;
  readonly checksUser: boolean;
  /** Whether another authenticator of the chain may still find a credential. */
  readonly isOptional: boolean;
  readonly challenge?: string;
}

const BASIC = "basic ";

export function run(plan: BasicAuthPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { challenge } = plan;
  const sent = host.variable("http_authorization");
  const isBasic = sent !== undefined && sent.slice(0, BASIC.length).toLowerCase() === BASIC;
  if (isBasic) {
    host.setRequestField("Authorization", undefined);
  }
  if (request.credential !== undefined) {
    return undefined;
  }
  if (!isBasic || sent === undefined) {
    return plan.isOptional ? undefined : { kind: "refuse", code: "basic_missing", challenge };
  }
  const pair = host.decodeBase64(sent.slice(BASIC.length));
  const colon = pair === undefined ? -1 : pair.indexOf(":");
  if (pair === undefined || colon < 0) {
    return { kind: "refuse", code: "basic_malformed", challenge };
  }
  const refusal = judgeKey(pair.slice(colon + 1), challenge, request, host);
  if (refusal !== undefined || !plan.checksUser) {
    return refusal;
  }
  return isUser(pair.slice(0, colon), request) ? undefined : { kind: "refuse", code: "basic_user_mismatch", challenge };
}

function isUser(user: string, request: PolicyRequest): boolean {
  return request.credential !== undefined && user === `${request.credential.application}`;
}
