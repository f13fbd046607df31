import type { Decision } from "../../contract/decision";
import { judgeKey } from "../shared/judge-key";
import { closeQuery, openQuery, readParameter, removeParameter } from "../shared/query";
import type { PolicyHost, PolicyRequest } from "../types";

/** Where a key may stand. */
export interface KeyPlace {
  readonly in: "header" | "query" | "bearer";
  /** Of the field to take away from the upstream ("" when nginx.conf does it), or of the parameter. */
  readonly name: string;
  /** nginx variable that holds the header field: reading one field by name never meets a truncated header table. */
  readonly variable: string;
}

export interface KeyAuthPlan {
  readonly [key: string]: unknown;
  /** One to four, in the order of search. */
  readonly places: readonly KeyPlace[];
  /** Whether another authenticator of the chain may still find a credential. */
  readonly isOptional: boolean;
  readonly challenge?: string;
}

const BEARER = "bearer ";

/** Every place is emptied, also behind the one where the key was found: no key reaches the upstream. */
export function run(plan: KeyAuthPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { places, challenge } = plan;
  let key = takeKey(places[0], request, host);
  if (places.length > 1) {
    const second = takeKey(places[1], request, host);
    const third = takeKey(places[2], request, host);
    const fourth = takeKey(places[3], request, host);
    key = key ?? second ?? third ?? fourth;
  }
  if (request.credential !== undefined) {
    return undefined;
  }
  if (key === undefined) {
    return plan.isOptional ? undefined : { kind: "refuse", code: "key_missing", challenge };
  }
  return judgeKey(key, challenge, request, host);
}

/** An empty one is none. */
function takeKey(place: KeyPlace | undefined, request: PolicyRequest, host: PolicyHost): string | undefined {
  if (place === undefined) {
    return undefined;
  }
  if (place.in === "query") {
    return takeParameter(place.name, request, host);
  }
  const value = host.variable(place.variable);
  if (value === undefined) {
    return undefined;
  }
  if (place.in === "header") {
    if (place.name !== "") {
      host.setRequestField(place.name, undefined);
    }
    return value === "" ? undefined : value;
  }
  if (value.slice(0, BEARER.length).toLowerCase() !== BEARER) {
    return undefined;
  }
  host.setRequestField(place.name, undefined);
  const key = value.slice(BEARER.length);
  return key === "" ? undefined : key;
}

function takeParameter(name: string, request: PolicyRequest, host: PolicyHost): string | undefined {
  if (request.query === "") {
    return undefined;
  }
  const query = openQuery(request.query, host);
  const value = readParameter(query, name);
  if (value === undefined) {
    return undefined;
  }
  request.query = closeQuery(removeParameter(query, name));
  return value === "" ? undefined : value;
}
