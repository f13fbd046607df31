import type { RouteFieldPlace } from "../../contract/bundle-types";
import { openQuery, readParameter, removeFirst } from "../../policies/shared/query";
import { decodeUnreserved } from "./decode-unreserved";

/** How the parts of a request that API versions are chosen by are read. */
export interface FieldReader {
  /** Whatever `read` wants to know of a field; once per release. */
  readonly prepare: (this: void, from: RouteFieldPlace, name: string) => unknown;
  /** The text that a request carries there, undefined when it carries none. */
  readonly read: (this: void, request: CData, field: never) => string | undefined;
}

/** A query parameter that is there twice: servers differ in which one they take, so it means no version. No client can send a NUL. */
export const REPEATED = "\0";

const QUERY_HOST = { decodeUnreserved };

/** @param target the request target as sent */
export function readQuery(target: string, name: string): string | undefined {
  const [mark] = string.find(target, "?", 1, true);
  if (mark === undefined) {
    return undefined;
  }
  const query = openQuery(string.sub(target, mark), QUERY_HOST);
  const text = readParameter(query, name);
  if (text === undefined) {
    return undefined;
  }
  return readParameter(removeFirst(query, name), name) === undefined ? text : REPEATED;
}

/**
 * A parameter of the first media type that has one of that name (RFC 9110 §5.6.6): names in any case, values perhaps in quotes.
 * @param assignment the name in lower case with its equals sign
 */
export function readMediaType(accept: string, assignment: string): string | undefined {
  if (accept === "") {
    return undefined;
  }
  const lower = string.lower(accept);
  const [start, stop] = string.find(lower, assignment, 1, true);
  if (start === undefined || stop === undefined) {
    return undefined;
  }
  return isParameter(lower, start) ? valueFrom(accept, stop + 1) : readFurther(accept, lower, assignment, stop + 1);
}

/** What is only the end of a longer name ("myversion=1") is not it. Apart, because such requests are rare. */
function readFurther(accept: string, lower: string, assignment: string, from: number): string | undefined {
  let [start, stop] = string.find(lower, assignment, from, true);
  while (start !== undefined && stop !== undefined) {
    if (isParameter(lower, start)) {
      return valueFrom(accept, stop + 1);
    }
    [start, stop] = string.find(lower, assignment, stop + 1, true);
  }
  return undefined;
}

const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;

function isParameter(lower: string, start: number): boolean {
  const before = string.byte(lower, start - 1);
  return start > 1 && (before === SEMICOLON || before === SPACE || before === TAB);
}

function valueFrom(accept: string, from: number): string {
  const first = string.byte(accept, from);
  if (first === QUOTE) {
    const [quote] = string.find(accept, '"', from + 1, true);
    const quoted = quote === undefined ? "" : string.sub(accept, from + 1, quote - 1);
    return quoted;
  }
  let stop = accept.length + 1;
  const [comma] = string.find(accept, ",", from, true);
  if (comma !== undefined) stop = comma;
  const [semicolon] = string.find(accept, ";", from, true);
  if (semicolon !== undefined && semicolon < stop) stop = semicolon;
  const [space] = string.find(accept, " ", from, true);
  if (space !== undefined && space < stop) stop = space;
  const text = string.sub(accept, from, stop - 1);
  return text;
}
