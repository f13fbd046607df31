import { checkCount, checkNumber, checkText, checkUnique, fitsTypes, isNamed } from "./check-value";
import { createEvaluated, evaluatedOf, noteCount, noteSeen, passOn, type Evaluated } from "./evaluated";
import {
  enterSchema,
  escapePointer,
  leaveSchema,
  matches,
  MOST_ERRORS,
  report,
  textOf,
  TOO_MANY_STEPS,
  type SchemaCheck,
} from "./schema-check";
import type { SchemaNode } from "./schema-node";

/** Notes what is wrong with a value. @param pointer of the value (RFC 6901), as a fragment */
export function checkSchema(check: SchemaCheck, node: number, value: unknown, pointer: string): void {
  const schema = check.nodes[node];
  if (schema === undefined || check.errors.length >= MOST_ERRORS) {
    return;
  }
  if (enterSchema(check)) {
    checkKnown(check, schema, value, pointer);
    leaveSchema(check);
  } else {
    // Forms within forms of a value that nests can take as many steps as there are ways through them. Whoever began must look at the budget: to a
    // `not`, this is no different from any other misfit.
    report(check, pointer, TOO_MANY_STEPS);
  }
}

function checkKnown(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  const kind = check.json.kindOf(value);
  if (schema.types !== undefined && !fitsTypes(schema.types, kind, value)) {
    report(check, pointer, `must be ${schema.typesText ?? ""}`);
    return;
  }
  if (schema.values !== undefined && schema.values[textOf(check, value)] !== true) {
    report(check, pointer, "is none of the allowed values");
  }
  if (schema.constant !== undefined && schema.constant !== textOf(check, value)) {
    report(check, pointer, "is not the one allowed value");
  }
  if (kind === "number") {
    checkNumber(check, schema, value as number, pointer);
  } else if (kind === "string") {
    checkText(check, schema, value as string, pointer);
  }
  const rest =
    kind === "object" ? schema.unevaluatedProperties : kind === "array" ? schema.unevaluatedItems : undefined;
  if (rest === undefined) {
    checkParts(check, schema, kind, value, pointer);
  } else {
    checkWithRest(check, schema, rest, kind, value, pointer);
  }
}

function checkParts(check: SchemaCheck, schema: SchemaNode, kind: string, value: unknown, pointer: string): void {
  if (kind === "array") {
    checkArray(check, schema, value as readonly unknown[], pointer);
  } else if (kind === "object") {
    checkObject(check, schema, value, pointer);
  }
  checkCombinations(check, schema, value, pointer);
}

/** Then holds against `rest` what no part of the schema has looked at. What stands around it learns only that all was looked at. */
function checkWithRest(
  check: SchemaCheck,
  schema: SchemaNode,
  rest: number | false,
  kind: string,
  value: unknown,
  pointer: string,
): void {
  const outer = evaluatedOf(check, value);
  const before = check.evaluated;
  const own = createEvaluated(value);
  check.evaluated = own;
  checkParts(check, schema, kind, value, pointer);
  check.evaluated = before;
  if (!own.hasAll && kind === "object") {
    checkOtherNames(check, own, rest, value, pointer);
  } else if (!own.hasAll) {
    checkOtherItems(check, own, rest, value as readonly unknown[], pointer);
  }
  if (outer !== undefined) {
    outer.hasAll = true;
  }
}

function checkOtherNames(
  check: SchemaCheck,
  { seen }: Evaluated,
  rest: number | false,
  value: unknown,
  pointer: string,
): void {
  for (const name of check.json.names(value)) {
    if (seen[name] !== true && check.errors.length < MOST_ERRORS) {
      checkOther(check, rest, check.json.member(value, name), `${pointer}/${escapePointer(name)}`);
    }
  }
}

function checkOtherItems(
  check: SchemaCheck,
  { seen, count }: Evaluated,
  rest: number | false,
  value: readonly unknown[],
  pointer: string,
): void {
  for (let index = count; index < value.length && check.errors.length < MOST_ERRORS; index += 1) {
    if (seen[index] !== true) {
      checkOther(check, rest, value[index], `${pointer}/${index}`);
    }
  }
}

function checkOther(check: SchemaCheck, rest: number | false, part: unknown, pointer: string): void {
  if (rest === false) {
    report(check, pointer, "is not expected here");
  } else {
    checkSchema(check, rest, part, pointer);
  }
}

function checkArray(check: SchemaCheck, schema: SchemaNode, value: readonly unknown[], pointer: string): void {
  const count = value.length;
  if (schema.minItems !== undefined && count < schema.minItems) {
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
  const evaluated = evaluatedOf(check, value);
  if (evaluated !== undefined) {
    noteCount(evaluated, schema.items === undefined ? fixed : count);
  }
  if (schema.isUnique === true) {
    checkUnique(check, value, pointer);
  }
  if (schema.contains !== undefined) {
    checkContains(check, schema, schema.contains, value, pointer);
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
  const evaluated = evaluatedOf(check, value);
  let count = 0;
  let index = 0;
  for (const item of value) {
    if (fits(check, node, item, pointer)) {
      count += 1;
      if (evaluated !== undefined) {
        noteSeen(evaluated, index);
      }
    }
    index += 1;
  }
  if (count < minContains) {
    report(check, pointer, `must have at least ${minContains} items of a form`);
  }
  if (maxContains !== undefined && count > maxContains) {
    report(check, pointer, `must have at most ${maxContains} items of a form`);
  }
}

function checkObject(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  const { json } = check;
  const evaluated = evaluatedOf(check, value);
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
        if (evaluated !== undefined) {
          noteSeen(evaluated, name);
        }
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
  if (evaluated !== undefined && (schema.isOpen === true || schema.isClosed === true || schema.others !== undefined)) {
    evaluated.hasAll = true;
  }
  checkDependent(check, schema, value, pointer);
  checkCount(check, schema, value, pointer);
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
  const evaluated = evaluatedOf(check, value);
  let isFound = false;
  if (patternProperties !== undefined) {
    for (const { pattern, node } of patternProperties) {
      if (matches(check, name, pattern)) {
        isFound = true;
        checkSchema(check, node, check.json.member(value, name), at);
      }
    }
  }
  if (isFound && evaluated !== undefined) {
    noteSeen(evaluated, name);
  }
  return isFound;
}

function checkCombinations(check: SchemaCheck, schema: SchemaNode, value: unknown, pointer: string): void {
  if (schema.allOf !== undefined) {
    for (const node of schema.allOf) {
      checkSchema(check, node, value, pointer);
    }
  }
  if (schema.anyOf !== undefined && countFits(check, schema.anyOf, value, pointer) === 0) {
    reportForms(check, value, pointer, "fits none of the allowed forms");
  }
  if (schema.oneOf !== undefined) {
    const count = countFits(check, schema.oneOf, value, pointer);
    if (count !== 1) {
      const detail = count === 0 ? "fits none of the allowed forms" : "fits more than one form, and must fit one";
      reportForms(check, value, pointer, detail);
    }
  }
  if (schema.not !== undefined && fits(check, schema.not, value, pointer)) {
    report(check, pointer, "is of a form that is not allowed");
  }
  if (schema.condition !== undefined) {
    const next = fitsAndNotes(check, schema.condition, value, pointer) ? schema.whenMet : schema.whenNot;
    if (next !== undefined) {
      checkSchema(check, next, value, pointer);
    }
  }
}

/** Of a value whose form is not known it is not said as well that each of its parts is unexpected. */
function reportForms(check: SchemaCheck, value: unknown, pointer: string, detail: string): void {
  report(check, pointer, detail);
  const evaluated = evaluatedOf(check, value);
  if (evaluated !== undefined) {
    evaluated.hasAll = true;
  }
}

function countFits(check: SchemaCheck, nodes: readonly number[], value: unknown, pointer: string): number {
  let count = 0;
  for (const node of nodes) {
    if (fitsAndNotes(check, node, value, pointer)) {
      count += 1;
    }
  }
  return count;
}

/** What a form has looked at counts where it fits. */
function fitsAndNotes(check: SchemaCheck, node: number, value: unknown, pointer: string): boolean {
  const outer = evaluatedOf(check, value);
  if (outer === undefined) {
    return fits(check, node, value, pointer);
  }
  const { nodes, json, host, budget } = check;
  const evaluated = createEvaluated(value);
  const attempt: SchemaCheck = { nodes, json, host, budget, errors: [], evaluated };
  checkSchema(attempt, node, value, pointer);
  if (attempt.errors.length > 0) {
    return false;
  }
  passOn(evaluated, outer);
  return true;
}

/** Without a word of what does not fit. */
export function fits(check: SchemaCheck, node: number, value: unknown, pointer: string): boolean {
  const { nodes, json, host, budget } = check;
  const attempt: SchemaCheck = { nodes, json, host, budget, errors: [] };
  checkSchema(attempt, node, value, pointer);
  return attempt.errors.length === 0;
}
