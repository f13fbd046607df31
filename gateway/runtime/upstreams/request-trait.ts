import type { RequestTrait } from "../../contract/bundle-types";
import type { Context } from "../contexts";
import { readVariable, variableNamed, type Variable } from "../host/request";
import { REMOTE_ADDRESS } from "../host/variables";

/** How to read what a decision sticks to. */
export interface TraitReader {
  /** Undefined: the claim. */
  readonly variable: Variable | undefined;
  /** Undefined, too: the subscription. */
  readonly claim: string | undefined;
}

export function traitReader(trait: RequestTrait): TraitReader {
  switch (trait.from) {
    case "subscription":
      return { variable: undefined, claim: undefined };
    case "address":
      return { variable: REMOTE_ADDRESS, claim: undefined };
    case "header":
    case "cookie":
    case "query":
      return { variable: fieldVariable(trait.from, trait.name), claim: undefined };
    case "claim":
      return { variable: undefined, claim: trait.name };
  }
}

/** nginx's name for a part of the request. */
export function fieldVariable(from: "header" | "cookie" | "query", name: string): Variable {
  if (from === "header") {
    const [underscored] = string.gsub(string.lower(name), "-", "_");
    return variableNamed(`http_${underscored}`);
  }
  return variableNamed(from === "cookie" ? `cookie_${name}` : `arg_${name}`);
}

/** The text that a request carries, undefined when it carries none. */
export function readTrait(request: CData, context: Context, reader: TraitReader): string | undefined {
  if (reader.claim !== undefined) {
    const { claims } = context;
    const claim = claims === undefined ? "" : claims[reader.claim];
    return claim === "" ? undefined : claim;
  }
  if (reader.variable === undefined) {
    return context.subscription === 0 ? undefined : string.format("%d", context.subscription);
  }
  const text = readVariable(request, reader.variable);
  return text === "" ? undefined : text;
}
