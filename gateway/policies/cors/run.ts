import type { Decision } from "../../contract/decision";
import type { PolicyHost, PolicyRequest, PolicyResponse } from "../types";

/** Origins below a domain: what stands before the star, and after it. */
export interface WildcardOrigin {
  readonly scheme: string;
  readonly domain: string;
}

export interface CorsPlan {
  readonly [key: string]: unknown;
  /** Origin → true. */
  readonly origins: Readonly<Record<string, boolean>>;
  /** At most four. */
  readonly wildcards: readonly WildcardOrigin[];
  readonly isForAll: boolean;
  /** Fields of a preflight's answer: name and value, alternating. */
  readonly preflight: readonly string[];
  /** Whether a preflight is allowed the request fields it asks for, whatever they are. */
  readonly allowsAskedFields: boolean;
  /** Value of Access-Control-Expose-Headers, "" = none. */
  readonly expose: string;
  readonly allowsCredentials: boolean;
}

export function run(plan: CorsPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const origin = host.variable("http_origin");
  if (origin === undefined) {
    return undefined;
  }
  const isListed = plan.origins[origin] === true || matchesWildcard(plan.wildcards, origin);
  if (!isListed && !plan.isForAll) {
    return undefined;
  }
  const allowed = isListed ? origin : "*";
  request.corsOrigin = allowed;
  // The response step of the narrower scope then speaks, and of the wider one is silent.
  request.corsPlan = plan;
  if (request.method !== "OPTIONS" || host.variable("http_access_control_request_method") === undefined) {
    request.isShaped = true;
    return undefined;
  }
  return { kind: "answer", status: 204, headers: preflightHeaders(plan, allowed, host) };
}

/** Written out, because LuaJIT does not compile a loop inside a request's path. */
function matchesWildcard(wildcards: readonly WildcardOrigin[], origin: string): boolean {
  return (
    (wildcards.length > 0 && isBelow(wildcards[0], origin)) ||
    (wildcards.length > 1 && isBelow(wildcards[1], origin)) ||
    (wildcards.length > 2 && isBelow(wildcards[2], origin)) ||
    (wildcards.length > 3 && isBelow(wildcards[3], origin))
  );
}

function isBelow(wildcard: WildcardOrigin | undefined, origin: string): boolean {
  if (wildcard === undefined) {
    return false;
  }
  const { scheme, domain } = wildcard;
  const end = origin.length - domain.length;
  if (end <= scheme.length || origin.slice(0, scheme.length) !== scheme || origin.slice(end) !== domain) {
    return false;
  }
  const name = origin.slice(scheme.length, end);
  return name.indexOf("/") < 0 && name.indexOf(":") < 0 && name.indexOf("@") < 0;
}

function preflightHeaders(plan: CorsPlan, origin: string, host: PolicyHost): string[] {
  const headers = ["Access-Control-Allow-Origin", origin];
  for (const text of plan.preflight) {
    headers.push(text);
  }
  const asked = host.variable("http_access_control_request_headers");
  if (asked !== undefined && plan.allowsAskedFields) {
    headers.push("Access-Control-Allow-Headers", asked);
  }
  return headers;
}

/** The upstream's own word on CORS gives way to ours, and caches are told that the answer depends on the origin. */
export function respond(plan: CorsPlan, request: PolicyRequest, response: PolicyResponse): void {
  if (request.corsPlan !== plan) {
    return;
  }
  response.setField("Access-Control-Allow-Origin", request.corsOrigin);
  if (plan.expose === "") {
    response.removeField("Access-Control-Expose-Headers");
  } else {
    response.setField("Access-Control-Expose-Headers", plan.expose);
  }
  if (plan.allowsCredentials) {
    response.setField("Access-Control-Allow-Credentials", "true");
  } else {
    response.removeField("Access-Control-Allow-Credentials");
  }
  const vary = response.field("Vary");
  if (vary === undefined || vary === "") {
    response.setField("Vary", "Origin");
  } else if (vary !== "*" && vary !== "Origin") {
    response.setField("Vary", `${vary}, Origin`);
  }
}
