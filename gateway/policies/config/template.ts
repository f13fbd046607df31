import type { PlanScope } from "../manifest";
import type { Place, Template } from "../shared/template";
import { fieldVariable } from "./field-name";
import { findPathParameter } from "./path-parameter";
import { refuseConfig } from "./refuse-config";

/** As many as shared/template.ts fills in. */
const MOST_PLACES = 4;

const PLAIN = ["requestId", "subscription", "application", "plan", "path", "query"] as const;

/** For people: what a template may hold. */
export const PLACEHOLDERS =
  "{requestId}, {subscription}, {application}, {plan}, {clientAddress}, {path}, {query}, {path.NAME} and {header.NAME}";

/**
 * Reads a text with placeholders in braces; `{{` and `}}` are braces.
 * @throws ZodError on a placeholder that there is not, or that means nothing here
 */
export function parseTemplate(text: string, scope: PlanScope, place: readonly PropertyKey[]): Template {
  const texts = [""];
  const places: Place[] = [];
  for (const [part] of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (part === "{" || part === "}") {
      refuseConfig(place, `a single brace: write {{ or }} for the character, or one of ${PLACEHOLDERS}`);
    }
    if (part.startsWith("{") && part !== "{{") {
      places.push(parsePlace(part.slice(1, -1), scope, place));
      texts.push("");
    } else {
      texts.push(`${texts.pop() ?? ""}${part === "{{" || part === "}}" ? part.slice(1) : part}`);
    }
  }
  if (places.length > MOST_PLACES) {
    refuseConfig(place, `at most ${MOST_PLACES} placeholders in one text`);
  }
  return { texts, places };
}

function parsePlace(name: string, scope: PlanScope, place: readonly PropertyKey[]): Place {
  const plain = PLAIN.find((known) => known === name);
  if (plain !== undefined) {
    return { kind: plain };
  }
  if (name === "clientAddress") {
    return { kind: "variable", variable: "remote_addr" };
  }
  const [, source, key = ""] = /^(path|header)\.(.+)$/.exec(name) ?? [];
  if (source === "path") {
    return { kind: "parameter", parameter: findPathParameter(key, scope, place) };
  }
  if (source === "header" && /^[A-Za-z][A-Za-z0-9-]*$/.test(key)) {
    return { kind: "variable", variable: fieldVariable(key) };
  }
  return refuseConfig(place, `there is no {${name}}: only ${PLACEHOLDERS}`);
}
