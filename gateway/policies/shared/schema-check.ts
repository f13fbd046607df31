import type { JsonReader, PolicyHost } from "../types";
import type { Evaluated } from "./evaluated";
import type { SchemaNode } from "./schema-node";

export interface SchemaError {
  readonly detail: string;
  readonly pointer: string;
}

/** A judgement under way. */
export interface SchemaCheck {
  readonly nodes: readonly SchemaNode[];
  readonly json: JsonReader;
  readonly host: PolicyHost;
  readonly errors: SchemaError[];
  /** Shared by all attempts of a request: how often a value may still be held against a schema. */
  readonly budget: { steps: number };
  /** Of the value above which something wants to know it. */
  evaluated?: Evaluated | undefined;
}

/** A caller who has mended these learns of the rest. */
export const MOST_ERRORS = 20;

export const TOO_MANY_STEPS = "takes too many steps to check";

export function report(check: SchemaCheck, pointer: string, detail: string): void {
  if (check.errors.length < MOST_ERRORS) {
    check.errors.push({ detail, pointer });
  }
}

/** RFC 6901 §3. */
export function escapePointer(name: string): string {
  if (name.indexOf("~") < 0 && name.indexOf("/") < 0) {
    return name;
  }
  let escaped = "";
  for (let index = 0; index < name.length; index += 1) {
    const character = name.charAt(index);
    escaped = `${escaped}${character === "~" ? "~0" : character === "/" ? "~1" : character}`;
  }
  return escaped;
}
