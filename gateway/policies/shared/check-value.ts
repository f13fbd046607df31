import { matches, report, textOf, type SchemaCheck } from "./schema-check";
import type { SchemaNode } from "./schema-node";

/** Most schemas name one type: no loop for those, so that LuaJIT compiles what goes round it. */
export function fitsTypes(types: readonly string[], kind: string, value: unknown): boolean {
  return fitsType(types[0], kind, value) || (types.length > 1 && fitsOther(types, kind, value));
}

function fitsOther(types: readonly string[], kind: string, value: unknown): boolean {
  for (const type of types) {
    if (fitsType(type, kind, value)) {
      return true;
    }
  }
  return false;
}

function fitsType(type: string | undefined, kind: string, value: unknown): boolean {
  if (type === kind) {
    return true;
  }
  return type === "integer" && kind === "number" && Math.floor(value as number) === value;
}

export function checkNumber(check: SchemaCheck, schema: SchemaNode, value: number, pointer: string): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) {
    report(check, pointer, `must be at least ${minimum}`);
  }
  if (maximum !== undefined && value > maximum) {
    report(check, pointer, `must be at most ${maximum}`);
  }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    report(check, pointer, `must be more than ${exclusiveMinimum}`);
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    report(check, pointer, `must be less than ${exclusiveMaximum}`);
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    report(check, pointer, `must be a multiple of ${multipleOf}`);
  }
}

/** Above, doubles do not tell whole numbers apart. */
const MOST_EXACT = 2 ** 53;
/** By which the quotient of two decimal numbers of up to fifteen digits may miss a whole one. */
const ROUNDING = 1e-15;

/** 0.3 is three times 0.1 to people, if not to doubles. */
function isMultiple(value: number, of: number): boolean {
  const size = Math.abs(value);
  if (size < MOST_EXACT && Math.floor(size) === size && Math.floor(of) === of) {
    return size % of === 0;
  }
  const times = size / of;
  return Math.abs(times - Math.floor(times + 0.5)) <= ROUNDING * Math.max(1, times);
}

export function checkText(check: SchemaCheck, schema: SchemaNode, value: string, pointer: string): void {
  const { minLength, maxLength, patterns } = schema;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = check.host.countCharacters(value);
    if (minLength !== undefined && length < minLength) {
      report(check, pointer, `must have at least ${minLength} characters`);
    }
    if (maxLength !== undefined && length > maxLength) {
      report(check, pointer, `must have at most ${maxLength} characters`);
    }
  }
  if (patterns !== undefined) {
    for (const { pattern, message } of patterns) {
      if (!matches(check, value, pattern)) {
        report(check, pointer, message);
      }
    }
  }
}

/** By the text of each item, so that a long list takes no longer than its length. */
export function checkUnique(check: SchemaCheck, value: readonly unknown[], pointer: string): void {
  const seen: Record<string, number> = {};
  let index = 0;
  for (const item of value) {
    // The sign keeps off names that every object has on Node.
    const text = `=${textOf(check, item)}`;
    const first = seen[text];
    if (first !== undefined) {
      report(check, `${pointer}/${index}`, `is the same as item ${first}`);
      return;
    }
    seen[text] = index;
    index += 1;
  }
}

export function checkCount(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) {
    return;
  }
  const count = check.json.names(value).length;
  if (minProperties !== undefined && count < minProperties) {
    report(check, pointer, `must have at least ${minProperties} properties`);
  }
  if (maxProperties !== undefined && count > maxProperties) {
    report(check, pointer, `must have at most ${maxProperties} properties`);
  }
}

export function isNamed(schema: SchemaNode, name: string): boolean {
  if (schema.properties !== undefined) {
    for (const property of schema.properties) {
      if (property.name === name) {
        return true;
      }
    }
  }
  return false;
}
