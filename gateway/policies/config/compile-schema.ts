import { ZodError } from "zod";
import type { SchemaNode } from "../shared/schema-node";
import { canonicalText } from "./canonical-text";
import { enterSchema, keyOf } from "./dynamic-scope";
import { findEndlessSchema } from "./endless-schema";
import { readFormat } from "./formats";
import { followReference, isReadOnly, toReference, type ReferenceKey, type Surroundings } from "./resolve-reference";
import type { SchemaTable } from "./schema-table";
import { listOf, membersOf, type Schema } from "./schema-values";
import { translatePattern } from "./translate-pattern";

/** Say nothing of what is valid. */
const ANNOTATIONS = new Set([
  ...["$id", "$schema", "$comment", "$defs", "$anchor", "definitions", "components", "title", "description", "default"],
  ...["deprecated", "readOnly", "writeOnly", "example", "examples", "xml", "externalDocs", "discriminator", "nullable"],
  ...[
    "contentMediaType",
    "contentEncoding",
    "contentSchema",
    "format",
    "$vocabulary",
    "$dynamicAnchor",
    "$recursiveAnchor",
  ],
]);
const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];
/** In OpenAPI 3.0 a boolean beside the bound. */
const EXCLUSIVE = { minimum: "exclusiveMinimum", maximum: "exclusiveMaximum" } as const;
/** Of one API version, or of one configuration. */
const MOST_NODES = 50_000;
const MOST_PROBLEMS = 50;
const MOST_LEVELS = 200;

type Place = readonly PropertyKey[];
type Within = Surroundings & { readonly level: number };

/** Where schemas come from that nobody has written into a configuration. */
export interface SchemaDocument {
  /** What references lead into. */
  readonly root: unknown;
  /** In 3.0 nothing beside a reference counts, and `nullable` does. */
  readonly isOpenApi30: boolean;
}

export interface SchemaCompilerOptions {
  /** Whether keywords that the worker does not check are passed over instead of refused. */
  readonly ignoresUncovered: boolean;
  readonly table?: SchemaTable | undefined;
  readonly document?: SchemaDocument | undefined;
}

export interface SchemaCompiler {
  readonly nodes: SchemaNode[];
  /** @returns the number of the node */
  readonly compile: (schema: unknown, place: Place) => number;
  readonly refuse: (place: Place, message: string) => void;
  /** @throws ZodError with everything that was refused */
  readonly finish: () => void;
}

export function createSchemaTable(): SchemaTable {
  return { nodes: [], followed: new Set(), known: { strict: new Map(), lenient: new Map() } };
}

/**
 * Turns JSON Schemas (2020-12, and OpenAPI 3.0's dialect) into the flat list that the worker checks by. References go to the document that the
 * schema stands in, or without one to the schema itself: `#`, `#/$defs/…`, `#/components/schemas/…`. What is not understood is collected, and
 * thrown at the end.
 */
export function createSchemaCompiler({
  ignoresUncovered,
  table = createSchemaTable(),
  document,
}: SchemaCompilerOptions): SchemaCompiler {
  const { nodes } = table;
  const known = table.known[ignoresUncovered ? "lenient" : "strict"];
  const problems: { readonly path: Place; readonly message: string }[] = [];
  const roots: { readonly node: number; readonly place: Place }[] = [];

  function refuse(place: Place, message: string): void {
    if (problems.length < MOST_PROBLEMS) {
      problems.push(
        // A configuration that takes a document's schemas has no place of its own for them.
        document === undefined ? { path: place, message } : { path: [], message: `${toReference(place)}: ${message}` },
      );
    }
  }

  function compileIn({ root, level, scope: outer }: Within, schema: unknown, place: Place): number {
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
      if (typeof schema !== "boolean") {
        refuse(place, "a schema is an object, true or false");
      }
      return nodes.push(schema === false ? { not: nodes.push({}) - 1 } : {}) - 1;
    }
    const scope = enterSchema(root, schema, outer);
    const key = keyOf(schema, scope);
    const before = known.get(key);
    if (before !== undefined) {
      return before;
    }
    // Taken before its parts are compiled, so that a schema may hold itself.
    const index = nodes.push({}) - 1;
    known.set(key, index);
    if (nodes.length > MOST_NODES || level > MOST_LEVELS) {
      refuse(
        place,
        nodes.length > MOST_NODES
          ? `more than ${MOST_NODES} schemas in one API version`
          : `schemas nest more than ${MOST_LEVELS} levels deep`,
      );
      return index;
    }
    nodes[index] = compileObject({ root, level: level + 1, scope }, schema as Schema, place);
    return index;
  }

  function compileObject(within: Within, schema: Schema, place: Place): SchemaNode {
    const child = (part: unknown, ...names: PropertyKey[]) => compileIn(within, part, [...place, ...names]);
    const list = (key: string) =>
      listOf(schema[key], () => refuse([...place, key], "a list of schemas")).map((part, index) =>
        child(part, key, index),
      );
    const members = (key: string) =>
      membersOf(schema[key], () => refuse([...place, key], "an object of schemas")).map(
        ([name, part]) => [name, child(part, key, name)] as const,
      );
    if (document?.isOpenApi30 === true && schema.$ref !== undefined) {
      return { allOf: compileReference(within, schema, "$ref", place) };
    }
    const node: Record<string, unknown> = {};
    const all: number[] = [];
    const patterns: { pattern: string; message: string }[] = [];
    const dependentRequired: { name: string; required: unknown }[] = [];
    const dependentSchemas: { name: string; node: number }[] = [];
    const types = readTypes(schema, place);
    if (types !== undefined) {
      node.types = types;
      node.typesText = types.join(" or ");
    }
    for (const [key, value] of Object.entries(schema)) {
      switch (key) {
        case "type":
          break;
        case "$ref":
        case "$dynamicRef":
        case "$recursiveRef":
          all.push(...compileReference(within, schema, key, place));
          break;
        case "allOf":
          all.push(...list(key));
          break;
        case "anyOf":
        case "oneOf":
          node[key] = list(key);
          break;
        case "prefixItems":
          node[key] = list(key);
          break;
        case "not":
        case "contains":
        case "propertyNames":
          node[key] = child(value, key);
          break;
        case "items":
          // A list of them is prefixItems of before 2020.
          node[Array.isArray(value) ? "prefixItems" : key] = Array.isArray(value) ? list(key) : child(value, key);
          break;
        case "additionalItems":
          if (Array.isArray(schema.items)) {
            node.items = child(value, key);
          }
          break;
        case "if":
          // Alone, it says what has been looked at.
          node.condition = child(value, key);
          break;
        case "then":
        case "else":
          if (schema.if !== undefined) {
            node[key === "then" ? "whenMet" : "whenNot"] = child(value, key);
          }
          break;
        case "enum":
          node.values = readValues(
            listOf(value, () => refuse([...place, key], "a list of values")),
            schema,
          );
          break;
        case "const":
          node.constant = canonicalText(value);
          break;
        case "minimum":
        case "maximum":
          node[schema[EXCLUSIVE[key]] === true ? EXCLUSIVE[key] : key] = readNumber(value, [...place, key]);
          break;
        case "exclusiveMinimum":
        case "exclusiveMaximum":
          if (typeof value !== "boolean") {
            node[key] = readNumber(value, [...place, key]);
          }
          break;
        case "multipleOf":
        case "minLength":
        case "maxLength":
        case "minItems":
        case "maxItems":
        case "minContains":
        case "maxContains":
        case "minProperties":
        case "maxProperties":
          node[key] = readNumber(value, [...place, key]);
          break;
        case "required":
          // In OpenAPI 3.0 and before, people write it at a property, where it means nothing.
          if (Array.isArray(value)) {
            node[key] = sendable(within.root, value, schema);
          }
          break;
        case "uniqueItems":
          if (value === true) {
            node.isUnique = true;
          }
          break;
        case "pattern":
          patterns.push(
            ...readPattern(value, [...place, key]).map((pattern) => ({
              pattern,
              message: `must match ${String(value)}`,
            })),
          );
          break;
        case "properties":
          node.properties = members(key).map(([name, part]) => ({ name, node: part }));
          break;
        case "patternProperties":
          node.patternProperties = members(key).flatMap(([pattern, part]) =>
            readPattern(pattern, [...place, key, pattern]).map((translated) => ({ pattern: translated, node: part })),
          );
          break;
        case "dependentRequired":
        case "dependentSchemas":
        case "dependencies":
          // The last is both of before 2019: lists of names, and schemas.
          for (const [name, part] of membersOf(value, () => refuse([...place, key], "an object"))) {
            if (key === "dependentRequired" || (key === "dependencies" && Array.isArray(part))) {
              dependentRequired.push({ name, required: part });
            } else {
              dependentSchemas.push({ name, node: child(part, key, name) });
            }
          }
          break;
        case "additionalProperties":
          if (value === false) {
            node.isClosed = true;
          } else if (value === true) {
            node.isOpen = true;
          } else {
            node.others = child(value, key);
          }
          break;
        case "unevaluatedProperties":
        case "unevaluatedItems":
          node[key] = value === false ? false : child(value, key);
          break;
        default:
          refuseUnknown(key, place);
      }
    }
    readFormat(schema, node, patterns);
    const lists = Object.entries({ allOf: all, patterns, dependentRequired, dependentSchemas });
    return { ...(node as SchemaNode), ...Object.fromEntries(lists.filter(([, parts]) => parts.length > 0)) };
  }

  function refuseUnknown(key: string, place: Place): void {
    // A word that JSON Schema does not know is a note in a document, but a slip in a configuration.
    if (document === undefined && !ANNOTATIONS.has(key) && !key.startsWith("x-")) {
      refuseUncovered(key, place);
    }
  }

  function refuseUncovered(key: string, place: Place): void {
    if (!ignoresUncovered) {
      refuse([...place, key], `the gateway does not check "${key}": set ignoreUncovered to pass it over`);
    }
  }

  function compileReference(within: Within, schema: Schema, key: ReferenceKey, place: Place): number[] {
    const found = followReference(within, schema, key, document !== undefined);
    if (found === undefined) {
      refuseUncovered(key, place);
      return [];
    }
    if (typeof found === "string") {
      refuse([...place, key], found);
      return [];
    }
    return [compileIn(within, found.schema, document === undefined ? [...place, key] : found.place)];
  }

  /** What a response alone has, OpenAPI wants of no request. */
  function sendable(root: unknown, required: readonly unknown[], schema: Schema): unknown[] {
    const properties = schema.properties as Schema | undefined;
    return document === undefined || typeof properties !== "object"
      ? [...required]
      : required.filter((name) => !isReadOnly(root, properties[String(name)]));
  }

  function readTypes(schema: Schema, place: Place): string[] | undefined {
    if (schema.type === undefined) {
      return undefined;
    }
    const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as unknown[];
    for (const type of types) {
      if (!TYPES.includes(String(type))) {
        refuse([...place, "type"], `"${String(type)}" is no type: ${TYPES.join(", ")}`);
      }
    }
    return [...types.map(String), ...(isNullable(schema) ? ["null"] : [])];
  }

  function isNullable(schema: Schema): boolean {
    return schema.nullable === true && document?.isOpenApi30 !== false;
  }

  function readValues(values: readonly unknown[], schema: Schema): Record<string, boolean> {
    const all = isNullable(schema) ? [...values, null] : values;
    return Object.fromEntries(all.map((value) => [canonicalText(value), true]));
  }

  function readNumber(value: unknown, place: Place): number | undefined {
    if (typeof value === "number") {
      return value;
    }
    refuse(place, "a number");
    return undefined;
  }

  /** Patterns are written for JavaScript; what PCRE reads otherwise is translated, or refused where it cannot be. */
  function readPattern(pattern: unknown, place: Place): string[] {
    const translated = translatePattern(String(pattern));
    if (translated.ok) {
      return [translated.pattern];
    }
    if (!ignoresUncovered) {
      refuse(place, translated.message);
    }
    return [];
  }

  return {
    nodes,
    refuse,
    compile: (schema, place) => {
      const root = document === undefined ? schema : document.root;
      const node = compileIn({ root, level: 0, scope: [] }, schema, place);
      roots.push({ node, place });
      return node;
    },
    finish: () => {
      for (const { node, place } of roots) {
        if (findEndlessSchema(nodes, node, table.followed)) {
          refuse(place, "the schema leads back to itself without ever looking into the value");
        }
      }
      if (problems.length > 0) {
        throw new ZodError(
          problems.map(({ path, message }) => ({ code: "custom", path: [...path], message, input: undefined })),
        );
      }
    },
  };
}
