import { escapePointer, MOST_ERRORS, type SchemaError } from "../shared/schema-check";
import type { PolicyHost } from "../types";
import { splitText, type Fields } from "./fields";

/** What a text may stand for; of several the first that it can be. */
export type TextKind = "number" | "boolean" | "string";

/** How texts become a value. */
export interface ValueReading {
  readonly as: "one" | "list" | "object" | "json";
  /** Of the value, of a list's items, or of an object's members that are not named. */
  readonly kinds: readonly TextKind[];
  /** Between the parts of a list or an object; without one each part is a field of its own. */
  readonly separator?: string;
  readonly members?: readonly { readonly name: string; readonly kinds: readonly TextKind[] }[];
  /** An object whose members are fields such as `name[member]`, a list whose items are `name[]` or `name[0]`. */
  readonly isDeep?: boolean;
  /** An object in one text with `member=value` for each part. */
  readonly isPaired?: boolean;
  /** What the text begins with: in the styles `label` and `matrix`. */
  readonly lead?: string;
}

export interface ValueReader {
  readonly host: PolicyHost;
  readonly errors: SchemaError[];
}

/** RFC 8259's; one line, since the host's patterns end at a line break too. */
const NUMBER = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$";

export function note(reader: ValueReader, pointer: string, detail: string): void {
  if (reader.errors.length < MOST_ERRORS) {
    reader.errors.push({ detail, pointer });
  }
}

/** What cannot be read as what it should be stays a text, which its schema then refuses. */
export function readText({ host }: ValueReader, kinds: readonly TextKind[], text: string): unknown {
  for (const kind of kinds) {
    if (kind === "boolean" && (text === "true" || text === "false")) {
      return text === "true";
    }
    if (kind === "number" && host.matchesPattern(text, NUMBER)) {
      return Number(text);
    }
  }
  return text;
}

/** @param readsPlus whether a plus sign is a blank, as in queries and forms */
export function unescape({ host }: ValueReader, text: string, readsPlus: boolean): string {
  const hasPlus = text.indexOf("+") >= 0;
  if (text.indexOf("%") < 0 && !hasPlus) {
    return text;
  }
  if (readsPlus || !hasPlus) {
    return host.unescapeUri(text);
  }
  let unescaped = "";
  let isFirst = true;
  for (const part of splitText(text, "+")) {
    unescaped = isFirst ? host.unescapeUri(part) : `${unescaped}+${host.unescapeUri(part)}`;
    isFirst = false;
  }
  return unescaped;
}

/** Places of the fields of a name, which are then used. @param isDeep of fields such as `name[0]` */
export function takeFields(fields: Fields, name: string, isDeep: boolean): number[] {
  const found: number[] = [];
  let index = 0;
  for (const other of fields.names) {
    if (isDeep ? deepName(other, name) !== undefined : other === name) {
      found.push(index);
      use(fields, index);
    }
    index += 1;
  }
  return found;
}

function use(fields: Fields, index: number): void {
  if (fields.used[index] === false) {
    fields.used[index] = true;
    fields.unused -= 1;
  }
}

/** A list whose items are fields of one name. */
export function readItems(reader: ValueReader, reading: ValueReading, fields: Fields, places: number[]): unknown[] {
  const list: unknown[] = [];
  for (const place of places) {
    list.push(readText(reader, reading.kinds, unescape(reader, fields.values[place] ?? "", true)));
  }
  return list;
}

/** An object whose members are fields of their own; undefined when there is none of them. */
export function readMembers(
  reader: ValueReader,
  reading: ValueReading,
  fields: Fields,
  name: string,
): Record<string, unknown> | undefined {
  const value: Record<string, unknown> = {};
  const isDeep = reading.isDeep === true;
  let isFound = false;
  let index = 0;
  for (const field of fields.names) {
    const member = isDeep ? deepName(field, name) : field;
    const kinds = member === undefined ? undefined : kindsOf(reading, member, isDeep);
    if (member !== undefined && kinds !== undefined) {
      if (value[member] !== undefined) {
        note(reader, `query/${field}`, "is given more than once");
      }
      isFound = true;
      value[member] = readText(reader, kinds, unescape(reader, fields.values[index] ?? "", true));
      use(fields, index);
    }
    index += 1;
  }
  return isFound ? value : undefined;
}

/** `filter[size]` of `filter` → "size". */
function deepName(field: string, name: string): string | undefined {
  const from = name.length + 1;
  return field.slice(0, from) === `${name}[` && field.slice(field.length - 1) === "]"
    ? field.slice(from, field.length - 1)
    : undefined;
}

/** @param takesOthers whether a member that is not named is one all the same */
function kindsOf(reading: ValueReading, name: string, takesOthers: boolean): readonly TextKind[] | undefined {
  if (reading.members !== undefined) {
    for (const member of reading.members) {
      if (member.name === name) {
        return member.kinds;
      }
    }
  }
  return takesOthers ? reading.kinds : undefined;
}

/**
 * A list or an object in one text.
 * @param isEscaped whether it has percent escapes, as all but header fields have
 */
export function readParts(
  reader: ValueReader,
  reading: ValueReading,
  text: string,
  isEscaped: boolean,
  readsPlus: boolean,
): unknown {
  const { separator = "," } = reading;
  // Others may be escaped to be none; a blank and a bar must be.
  const isWhole = isEscaped && (separator === " " || separator === "|");
  const parts: string[] = [];
  for (const part of splitText(isWhole ? unescape(reader, text, readsPlus) : text, separator)) {
    parts.push(isEscaped && !isWhole ? unescape(reader, part, readsPlus) : part.trim());
  }
  if (reading.as === "list") {
    const list: unknown[] = [];
    for (const part of parts) {
      list.push(readText(reader, reading.kinds, part));
    }
    // A table of our own with nothing in it would be an object to the worker.
    return list.length === 0 ? reader.host.json.parse("[]") : list;
  }
  const value: Record<string, unknown> = {};
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? "";
    const sign = reading.isPaired === true ? part.indexOf("=") : -1;
    const name = sign < 0 ? part : part.slice(0, sign);
    let member = part.slice(sign + 1);
    if (reading.isPaired !== true) {
      index += 1;
      member = parts[index] ?? "";
    }
    value[name] = readText(reader, kindsOf(reading, name, true) ?? reading.kinds, member);
  }
  return value;
}

/** A form (application/x-www-form-urlencoded) as the object that its schema describes. */
export function readForm(
  reader: ValueReader,
  named: readonly (ValueReading & { readonly name: string })[],
  otherKinds: readonly TextKind[],
  fields: Fields,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of named) {
    const places = takeFields(fields, field.name, field.isDeep === true);
    const first = places[0];
    if (first !== undefined) {
      value[field.name] = readFormField(reader, field, fields, places, fields.values[first] ?? "");
    }
  }
  let index = 0;
  for (const name of fields.names) {
    if (fields.used[index] === false) {
      if (value[name] !== undefined) {
        note(reader, `#/${escapePointer(name)}`, "is given more than once");
      }
      value[name] = readText(reader, otherKinds, unescape(reader, fields.values[index] ?? "", true));
    }
    index += 1;
  }
  return value;
}

function readFormField(
  reader: ValueReader,
  field: ValueReading & { readonly name: string },
  fields: Fields,
  places: number[],
  text: string,
): unknown {
  if (field.as === "list" && field.separator === undefined) {
    return readItems(reader, field, fields, places);
  }
  if (places.length > 1) {
    note(reader, `#/${escapePointer(field.name)}`, "is given more than once");
  }
  if (field.as === "list") {
    return readParts(reader, field, text, true, true);
  }
  const unescaped = unescape(reader, text, true);
  if (field.as === "one") {
    return readText(reader, field.kinds, unescaped);
  }
  return reader.host.json.parse(unescaped) ?? unescaped;
}
