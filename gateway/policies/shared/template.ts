import type { PolicyHost, PolicyRequest } from "../types";
import { readPathParameter, type PathParameter } from "./path-parameter";

/** A text with places to be filled in per request: one text more than places, at most four places. */
export interface Template {
  readonly texts: readonly string[];
  readonly places: readonly Place[];
}

export type Place =
  | { readonly kind: "requestId" | "subscription" | "application" | "plan" | "path" | "query" }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "parameter"; readonly parameter: PathParameter };

/** Written out, because LuaJIT does not compile a loop inside a request's path. */
export function fillTemplate(
  template: Template,
  request: PolicyRequest,
  host: PolicyHost,
  /** Whether what the client wrote freely is escaped, for a place in an address. */
  escapes = false,
): string {
  const { texts, places } = template;
  const text = texts[0] ?? "";
  const first = places[0];
  if (first === undefined) {
    return text;
  }
  const one = `${text}${valueOf(first, request, host, escapes)}${texts[1] ?? ""}`;
  const second = places[1];
  if (second === undefined) {
    return one;
  }
  const two = `${one}${valueOf(second, request, host, escapes)}${texts[2] ?? ""}`;
  const third = places[2];
  if (third === undefined) {
    return two;
  }
  const three = `${two}${valueOf(third, request, host, escapes)}${texts[3] ?? ""}`;
  const fourth = places[3];
  return fourth === undefined ? three : `${three}${valueOf(fourth, request, host, escapes)}${texts[4] ?? ""}`;
}

/** What is not known of this request is "". */
function valueOf(place: Place, request: PolicyRequest, host: PolicyHost, escapes: boolean): string {
  if (place.kind === "variable") {
    const value = host.variable(place.variable) ?? "";
    return escapes ? host.escapeUri(value) : value;
  }
  if (place.kind === "parameter") {
    return readPathParameter(request.path, place.parameter);
  }
  if (place.kind === "requestId") {
    return request.id;
  }
  if (place.kind === "path") {
    return request.path;
  }
  if (place.kind === "query") {
    return request.query;
  }
  const id = idOf(place.kind, request);
  return id === 0 ? "" : `${id}`;
}

function idOf(kind: "subscription" | "application" | "plan", request: PolicyRequest): number {
  if (kind === "subscription") {
    return request.subscription;
  }
  if (kind === "application") {
    return request.credential === undefined ? 0 : request.credential.application;
  }
  return request.plan === undefined ? 0 : request.plan.id;
}
