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

/** Bytes of a name that a pointer tells. */
const LONGEST_NAME = 64;
const FIRST_CONTINUING = 0x80;
const LAST_CONTINUING = 0xbf;

/**
 * RFC 6901 §3. Of a longer name only the beginning: callers choose the names, and there is a pointer for whatever stands beneath one, so that
 * its length would count as often as it has parts.
 */
export function escapePointer(name: string): string {
  const told = name.length > LONGEST_NAME ? `${beginningOf(name)}…` : name;
  if (told.indexOf("~") < 0 && told.indexOf("/") < 0) {
    return told;
  }
  let escaped = "";
  for (let index = 0; index < told.length; index += 1) {
    const character = told.charAt(index);
    escaped = `${escaped}${character === "~" ? "~0" : character === "/" ? "~1" : character}`;
  }
  return escaped;
}

/** Not up to the middle of a character, which in the worker has several bytes. */
function beginningOf(name: string): string {
  let end = LONGEST_NAME;
  while (end > 0 && isContinuing(name.charCodeAt(end))) {
    end -= 1;
  }
  return name.slice(0, end);
}

function isContinuing(code: number): boolean {
  return code >= FIRST_CONTINUING && code <= LAST_CONTINUING;
}
