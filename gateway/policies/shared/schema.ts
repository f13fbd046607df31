import type { JsonReader, PolicyHost } from "../types";
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
}

/** A caller who has mended these learns of the rest. */
export const MOST_ERRORS = 20;

export const TOO_MANY_STEPS = "takes too many steps to check";

/** Notes what is wrong with a value. @param pointer of the value (RFC 6901), as a fragment */
export function checkSchema(check: SchemaCheck, node: number, value: unknown, pointer: string): void {
  const schema = check.nodes[node];
  if (schema === undefined || check.errors.length >= MOST_ERRORS) {
    return;
  }
  check.budget.steps -= 1;
  if (check.budget.steps < 0) {
    // Forms within forms of a value that nests can take as many steps as there are ways through them. Whoever began must look at the budget: to a
    // `not`, this is no different from any other misfit.
    report(check, pointer, TOO_MANY_STEPS);
    return;
  }
  const kind = check.json.kindOf(value);
  if (schema.types !== undefined && !fitsTypes(schema.types, kind, value)) {
    report(check, pointer, `must be ${schema.typesText ?? ""}`);
    return;
  }
  if (schema.values !== undefined && schema.values[check.json.textOf(value)] !== true) {
    report(check, pointer, "is none of the allowed values");
  }
  if (schema.constant !== undefined && schema.constant !== check.json.textOf(value)) {
    report(check, pointer, "is not the one allowed value");
  }
  if (kind === "number") {
    checkNumber(check, schema, value as number, pointer);
  } else if (kind === "string") {
    checkText(check, schema, value as string, pointer);
  }
  if (kind === "array" || kind === "empty") {
    checkArray(check, schema, value as readonly unknown[], pointer);
  }
  if (kind === "object" || kind === "empty") {
    checkObject(check, schema, value, pointer);
  }
  checkCombinations(check, schema, value, pointer);
}

function report(check: SchemaCheck, pointer: string, detail: string): void {
  if (check.errors.length < MOST_ERRORS) {
    check.errors.push({ detail, pointer });
  }
}

/** Most schemas name one type: no loop for those, so that LuaJIT compiles what goes round it. */
function fitsTypes(types: readonly string[], kind: string, value: unknown): boolean {
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
  if (type === "integer") {
    return kind === "number" && Math.floor(value as number) === value;
  }
  return kind === "empty" && (type === "array" || type === "object");
}

function checkNumber(check: SchemaCheck, schema: SchemaNode, value: number, pointer: string): void {
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

/** 0.3 is three times 0.1 to people, if not to doubles. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.floor(times + 0.5)) < 1e-9 * Math.max(1, Math.abs(times));
}

function checkText(check: SchemaCheck, schema: SchemaNode, value: string, pointer: string): void {
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
      if (!check.host.matchesPattern(value, pattern)) {
        report(check, pointer, message);
      }
    }
  }
}

function checkArray(check: SchemaCheck, schema: SchemaNode, value: readonly unknown[], pointer: string): void {
  const count = value.length;
  if (schema.minItems !== undefined && count < schema.minItems && !mayBeObject(schema, count)) {
    report(check, pointer, `must have at least ${schema.minItems} items`);
  }
  if (schema.maxItems !== undefined && count > schema.maxItems) {
    report(check, pointer, `must have at most ${schema.maxItems} items`);
  }
  const { prefixItems } = schema;
  const fixed = prefixItems === undefined ? 0 : Math.min(prefixItems.length, count);
  if (prefixItems !== undefined) {
    for (let index = 0; index < fixed; index += 1) {
      checkSchema(check, prefixItems[index] ?? -1, value[index], `${pointer}/${index}`);
    }
  }
  if (schema.items !== undefined) {
    for (let index = fixed; index < count && check.errors.length < MOST_ERRORS; index += 1) {
      checkSchema(check, schema.items, value[index], `${pointer}/${index}`);
    }
  }
  if (schema.isUnique === true) {
    checkUnique(check, value, pointer);
  }
  if (schema.contains !== undefined) {
    checkContains(check, schema, schema.contains, value, pointer);
  }
}

/** By the text of each item, so that a long list takes no longer than its length. */
function checkUnique(check: SchemaCheck, value: readonly unknown[], pointer: string): void {
  const seen: Record<string, number> = {};
  let index = 0;
  for (const item of value) {
    // The sign keeps off names that every object has on Node.
    const text = `=${check.json.textOf(item)}`;
    const first = seen[text];
    if (first !== undefined) {
      report(check, `${pointer}/${index}`, `is the same as item ${first}`);
      return;
    }
    seen[text] = index;
    index += 1;
  }
}

function checkContains(
  check: SchemaCheck,
  schema: SchemaNode,
  node: number,
  value: readonly unknown[],
  pointer: string,
): void {
  const { minContains = 1, maxContains } = schema;
  let count = 0;
  for (const item of value) {
    if (fits(check, node, item, pointer)) {
      count += 1;
    }
  }
  if (count < minContains && !mayBeObject(schema, value.length)) {
    report(check, pointer, `must have at least ${minContains} items of a form`);
  }
  if (maxContains !== undefined && count > maxContains) {
    report(check, pointer, `must have at most ${maxContains} items of a form`);
  }
}

/** `{}` and `[]` cannot be told apart in the worker: where both may be, neither is asked for items or properties. */
function mayBeObject(schema: SchemaNode, count: number): boolean {
  return count === 0 && (schema.types === undefined || schema.types.includes("object"));
}

function checkObject(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  const { json } = check;
  const isEmptyArray = json.kindOf(value) === "empty" && schema.types !== undefined && !schema.types.includes("object");
  if (isEmptyArray) {
    return;
  }
  if (schema.required !== undefined) {
    for (const name of schema.required) {
      if (json.member(value, name) === undefined) {
        report(check, `${pointer}/${escapePointer(name)}`, "is required");
      }
    }
  }
  if (schema.properties !== undefined) {
    for (const { name, node } of schema.properties) {
      const member = json.member(value, name);
      if (member !== undefined) {
        checkSchema(check, node, member, `${pointer}/${escapePointer(name)}`);
      }
    }
  }
  if (
    schema.isClosed === true ||
    schema.others !== undefined ||
    schema.patternProperties !== undefined ||
    schema.propertyNames !== undefined
  ) {
    checkOthers(check, schema, value, pointer);
  }
  checkDependent(check, schema, value, pointer);
  checkCount(check, schema, value, pointer);
}

function checkCount(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
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

function checkDependent(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  const { dependentRequired, dependentSchemas } = schema;
  if (dependentRequired !== undefined) {
    for (const { name, required } of dependentRequired) {
      if (check.json.member(value, name) !== undefined) {
        for (const other of required) {
          if (check.json.member(value, other) === undefined) {
            report(check, `${pointer}/${escapePointer(other)}`, `is required with ${name}`);
          }
        }
      }
    }
  }
  if (dependentSchemas !== undefined) {
    for (const { name, node } of dependentSchemas) {
      if (check.json.member(value, name) !== undefined) {
        checkSchema(check, node, value, pointer);
      }
    }
  }
}

function checkOthers(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  for (const name of check.json.names(value)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (schema.propertyNames !== undefined && !fits(check, schema.propertyNames, name, at)) {
      report(check, at, "has a name that is not allowed");
    }
    const isKnown = checkPatterned(check, schema, value, name, at) || isNamed(schema, name);
    if (!isKnown && schema.isClosed === true) {
      report(check, at, "is not expected here");
    } else if (!isKnown && schema.others !== undefined) {
      checkSchema(check, schema.others, check.json.member(value, name), at);
    }
  }
}

/** @returns whether the name fits a pattern */
function checkPatterned(check: SchemaCheck, schema: SchemaNode, value: unknown, name: string, at: string): boolean {
  const { patternProperties } = schema;
  let isFound = false;
  if (patternProperties !== undefined) {
    for (const { pattern, node } of patternProperties) {
      if (check.host.matchesPattern(name, pattern)) {
        isFound = true;
        checkSchema(check, node, check.json.member(value, name), at);
      }
    }
  }
  return isFound;
}

function isNamed(schema: SchemaNode, name: string): boolean {
  if (schema.properties !== undefined) {
    for (const property of schema.properties) {
      if (property.name === name) {
        return true;
      }
    }
  }
  return false;
}

function checkCombinations(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  if (schema.allOf !== undefined) {
    for (const node of schema.allOf) {
      checkSchema(check, node, value, pointer);
    }
  }
  if (schema.anyOf !== undefined && countFits(check, schema.anyOf, value, pointer) === 0) {
    report(check, pointer, "fits none of the allowed forms");
  }
  if (schema.oneOf !== undefined) {
    const fits = countFits(check, schema.oneOf, value, pointer);
    if (fits !== 1) {
      report(
        check,
        pointer,
        fits === 0 ? "fits none of the allowed forms" : "fits more than one form, and must fit one",
      );
    }
  }
  if (schema.not !== undefined && fits(check, schema.not, value, pointer)) {
    report(check, pointer, "is of a form that is not allowed");
  }
  if (schema.condition !== undefined) {
    const next = fits(check, schema.condition, value, pointer) ? schema.whenMet : schema.whenNot;
    if (next !== undefined) {
      checkSchema(check, next, value, pointer);
    }
  }
}

function countFits(check: SchemaCheck, nodes: readonly number[], value: unknown, pointer: string): number {
  let count = 0;
  for (const node of nodes) {
    if (fits(check, node, value, pointer)) {
      count += 1;
    }
  }
  return count;
}

/** Without a word of what does not fit. */
export function fits(check: SchemaCheck, node: number, value: unknown, pointer: string): boolean {
  const { nodes, json, host, budget } = check;
  const attempt: SchemaCheck = { nodes, json, host, budget, errors: [] };
  checkSchema(attempt, node, value, pointer);
  return attempt.errors.length === 0;
}

/** RFC 6901 §3. */
function escapePointer(name: string): string {
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
