import * as json from "cjson.safe";
import type { JsonReader } from "../../policies/types";

/** Of its own, because what callers send is held to other bounds than our own files. */
const decoder = json["new"]();
const DEEPEST = 64;
decoder.decode_max_depth(DEEPEST);
decoder.decode_invalid_numbers(false);

function parse(this: void, text: string): unknown {
  const [value] = decoder.decode(text);
  return value;
}

function kindOf(this: void, value: unknown): string {
  const kind = type(value);
  if (kind !== "table") {
    return kind === "userdata" ? "null" : kind;
  }
  const [first] = next(value as LuaTable<string | number, unknown>);
  if (first === undefined) {
    return "empty";
  }
  return type(first) === "number" ? "array" : "object";
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
  return kind === "boolean" ? (value === true ? "true" : "false") : kind === "null" ? "null" : "{}";
}

function numberText(value: number): string {
  return math.floor(value) === value && math.abs(value) < LARGEST_PLAIN
    ? string.format("%.0f", value + 0)
    : string.format("%.16e", value);
}

export const jsonReader: JsonReader = { parse, kindOf, member, names, textOf };
