import * as json from "cjson.safe";
import type { JsonReader } from "../../policies/types";
import { readFile } from "./memory";
import { hasRepeatedNames } from "./repeated-names";

/** Of its own, because what callers send is held to other bounds than our own files. */
const decoder = json["new"]();
const DEEPEST = 64;
decoder.decode_max_depth(DEEPEST);
decoder.decode_invalid_numbers(false);

/** Of empty arrays, which the decoder makes the same table of as empty objects. */
const EMPTY_ARRAY = {};
/** What the decoder is given to put into them. It is the kernel's random number, so that nobody can send it. */
const [DIGITS] = string.gsub(
  readFile("/proc/sys/kernel/random/uuid") ?? error("the kernel has no random number"),
  "[^%x]",
  "",
);
const MARK = string.sub(DIGITS, 1, 12) + string.sub(DIGITS, 21, 32);
const QUOTED_MARK = `"${MARK}"`;
const BACKSLASH = 92;
const CLOSE = 93;

function parse(this: void, text: string): unknown {
  const [value] = decoder.decode(hasEmptyArray(text) ? markEmptyArrays(text) : text);
  return value !== undefined && hasRepeatedNames(text, value) ? undefined : value;
}

/** Or a text that looks like one. */
function hasEmptyArray(text: string): boolean {
  let [open] = string.find(text, "[", 1, true);
  while (open !== undefined) {
    if (string.byte(text, skipBlanks(text, open + 1)) === CLOSE) {
      return true;
    }
    [open] = string.find(text, "[", open + 1, true);
  }
  return false;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(string.byte(text, at))) {
    at += 1;
  }
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** `[]` as `["mark"]`, wherever it does not stand in a text. */
function markEmptyArrays(text: string): string {
  const parts: string[] = [];
  let copied = 1;
  let [open] = string.find(text, "[", 1, true);
  let [quote] = string.find(text, '"', 1, true);
  while (open !== undefined) {
    if (quote !== undefined && quote < open) {
      const after = skipText(text, quote + 1);
      [quote] = string.find(text, '"', after, true);
      if (open < after) {
        [open] = string.find(text, "[", after, true);
      }
    } else {
      if (string.byte(text, skipBlanks(text, open + 1)) === CLOSE) {
        parts.push(string.sub(text, copied, open));
        parts.push(QUOTED_MARK);
        copied = open + 1;
      }
      [open] = string.find(text, "[", open + 1, true);
    }
  }
  parts.push(string.sub(text, copied));
  return table.concat(parts);
}

/** @returns where it goes on behind a text, or the end when that has none */
function skipText(text: string, from: number): number {
  let [quote] = string.find(text, '"', from, true);
  while (quote !== undefined && isEscaped(text, quote)) {
    [quote] = string.find(text, '"', quote + 1, true);
  }
  return (quote ?? text.length) + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (string.byte(text, before) === BACKSLASH) {
    before -= 1;
  }
  return (at - before) % 2 === 0;
}

function kindOf(this: void, value: unknown): string {
  const kind = type(value);
  if (kind !== "table") {
    return kind === "userdata" ? "null" : kind;
  }
  const [first, content] = next(value as LuaTable<string | number, unknown>);
  if (first === undefined) {
    return getmetatable(value) === EMPTY_ARRAY ? "array" : "object";
  }
  if (type(first) !== "number") {
    return "object";
  }
  if (content === MARK) {
    (value as LuaTable<number, unknown>).delete(1);
    setmetatable(value as object, EMPTY_ARRAY);
  }
  return "array";
}

function member(this: void, value: unknown, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

function names(this: void, value: unknown): readonly string[] {
  const found: string[] = [];
  for (const [name] of pairs(value as LuaTable<string, unknown>)) {
    found.push(name);
  }
  return found;
}

const LARGEST_PLAIN = 1e15;

function textOf(this: void, value: unknown): string {
  const kind = kindOf(value);
  if (kind === "string") {
    const [escaped] = string.gsub(value as string, '[\\\\"]', "\\%0");
    return `"${escaped}"`;
  }
  if (kind === "number") {
    return numberText(value as number);
  }
  if (kind === "array") {
    const items: string[] = [];
    for (const item of value as readonly unknown[]) {
      items.push(textOf(item));
    }
    return `[${table.concat(items, ",")}]`;
  }
  if (kind === "object") {
    const members = names(value) as string[];
    table.sort(members);
    for (const index of $range(0, members.length - 1)) {
      const name = members[index] ?? "";
      members[index] = `${textOf(name)}:${textOf(member(value, name))}`;
    }
    return `{${table.concat(members, ",")}}`;
  }
  return kind === "null" ? "null" : value === true ? "true" : "false";
}

function numberText(value: number): string {
  return math.floor(value) === value && math.abs(value) < LARGEST_PLAIN
    ? string.format("%.0f", value + 0)
    : string.format("%.16e", value);
}

export const jsonReader: JsonReader = { parse, kindOf, member, names, textOf };
