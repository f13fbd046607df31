export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own value: a document may well have a property named "constructor". */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function ownObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return isObject(value) ? value : undefined;
}

export function ownText(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === "string" ? value : undefined;
}

export function ownList(object: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = own(object, key);
  return Array.isArray(value) ? value : undefined;
}

/** The texts among the members of a list; empty when it is no list. */
export function ownTexts(object: JsonObject, key: string): string[] {
  return (ownList(object, key) ?? []).filter((member): member is string => typeof member === "string");
}

/** What a value is, for messages: "a list", "nothing". */
export function describe(value: JsonValue | undefined): string {
  if (value === null || value === undefined) {
    return "nothing";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "an object";
  }
}

/** Values in a tree, shared parts counted each time they occur, up to `limit`; iterative, so any depth is safe. */
export function countNodes(value: JsonValue, limit: number): { nodes: number; depth: number } {
  const stack: { value: JsonValue; depth: number }[] = [{ value, depth: 0 }];
  let nodes = 0;
  let deepest = 0;
  for (let next = stack.pop(); next !== undefined && nodes <= limit; next = stack.pop()) {
    nodes += 1;
    if (typeof next.value !== "object" || next.value === null) {
      continue;
    }
    const depth = next.depth + 1;
    deepest = Math.max(deepest, depth);
    for (const child of Array.isArray(next.value) ? next.value : Object.values(next.value)) {
      stack.push({ value: child, depth });
    }
  }
  return { nodes, depth: deepest };
}
