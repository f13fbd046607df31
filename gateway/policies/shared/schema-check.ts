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
  /** Shared by all attempts of a request. */
  readonly budget: Budget;
  /** Of the value above which something wants to know it. */
  evaluated?: Evaluated | undefined;
}

export interface Budget {
  /** How often a value may still be held against a schema; below nothing the request is refused, whatever else is found. */
  steps: number;
  /** How many schemas within schemas, of values within values, are being asked at this moment. */
  level: number;
}

/** A caller who has mended these learns of the rest. */
export const MOST_ERRORS = 20;

export const TOO_MANY_STEPS = "takes too many steps to check";

/** More take LuaJIT's whole stack. */
const MOST_LEVELS = 800;

/** A schema is asked. @returns false when that is too much; else leaveSchema must follow */
export function enterSchema({ budget }: SchemaCheck): boolean {
  budget.steps -= 1;
  if (budget.level >= MOST_LEVELS) {
    budget.steps = -1;
  }
  if (budget.steps < 0) {
    return false;
  }
  budget.level += 1;
  return true;
}

export function leaveSchema({ budget }: SchemaCheck): void {
  budget.level -= 1;
}

/** So many bytes of a value's text take as long as a step. */
const BYTES_PER_STEP = 8;

/** "" when there are no steps left: a value that nests would be gone through as often as it does. */
export function textOf(check: SchemaCheck, value: unknown): string {
  if (check.budget.steps < 0) {
    return "";
  }
  const text = check.json.textOf(value);
  check.budget.steps -= Math.floor(text.length / BYTES_PER_STEP);
  return text;
}

/** A pattern that is still at it after this time goes back and forth in a text that is made for that. */
const SLOW_MS = 2;
/** What it then takes, within PCRE's own bound. Not by its time: a worker that had to wait for the processor is not at fault. */
const STEPS_OF_SLOW = 20_000;

export function matches(check: SchemaCheck, text: string, pattern: string): boolean {
  const { budget, host } = check;
  if (budget.steps < 0) {
    return false;
  }
  const before = host.monotonicMs();
  const isMatch = host.matchesPattern(text, pattern);
  if (host.monotonicMs() - before > SLOW_MS) {
    budget.steps -= STEPS_OF_SLOW;
  }
  return isMatch;
}

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
