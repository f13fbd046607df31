import { resolveReference } from "./resolve-reference";

type Schema = Readonly<Record<string, unknown>>;

const MOST_LEVELS = 8;
/** Behind this level objects have only what they must. */
const FULL_LEVELS = 4;
const MOST_VALUES = 300;
const MOST_ITEMS = 20;
const TEXTS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  time: "12:00:00Z",
  duration: "PT1H",
  uuid: "11111111-1111-4111-8111-111111111111",
  email: "name@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  url: "https://example.com/",
  byte: "dGV4dA==",
};

/**
 * A value that a schema describes, for an answer: the same one every time, and bounded, however the schema leads back to itself. Its own examples
 * and defaults go before anything made up. What only a request has (`writeOnly`) is left out.
 */
export function exampleFromSchema(root: unknown, schema: unknown): unknown {
  const budget = { values: MOST_VALUES };
  /** Of the values around the one that is made: an item that holds items is shown without them. */
  const around = new Set<unknown>();

  function make(part: unknown, level: number): unknown {
    const target = targetOf(root, part);
    const isNew = !around.has(target);
    around.add(target);
    const made = makeFrom(flatten(root, part), level);
    if (isNew) {
      around.delete(target);
    }
    return made;
  }

  function makeFrom(flat: Schema, level: number): unknown {
    budget.values -= 1;
    for (const [key, first] of [
      ["example", false],
      ["const", false],
      ["default", false],
      ["examples", true],
      ["enum", true],
    ] as const) {
      const found = flat[key];
      if (found !== undefined && !first) {
        return found;
      }
      if (Array.isArray(found) && found.length > 0) {
        return found[0] as unknown;
      }
    }
    switch (typeOf(flat)) {
      case "object":
        return makeObject(flat, level);
      case "array":
        return makeArray(flat, level);
      case "string":
        return makeText(flat);
      case "integer":
        return makeNumber(flat, 1);
      case "number":
        return makeNumber(flat, 0);
      case "boolean":
        return true;
      default:
        return null;
    }
  }

  function makeObject(flat: Schema, level: number): unknown {
    const required = Array.isArray(flat.required) ? (flat.required as unknown[]) : [];
    const made: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(membersOf(flat.properties))) {
      const isOptional = !required.includes(name);
      const isWanted = isOptional ? level < FULL_LEVELS && !around.has(targetOf(root, part)) : level < MOST_LEVELS;
      if (isWanted && budget.values > 0 && flatten(root, part).writeOnly !== true) {
        made[name] = make(part, level + 1);
      }
    }
    if (Object.keys(made).length === 0 && isSchema(flat.additionalProperties) && level < FULL_LEVELS) {
      made.name = make(flat.additionalProperties, level + 1);
    }
    return made;
  }

  function makeArray(flat: Schema, level: number): unknown {
    const first = Array.isArray(flat.prefixItems) ? (flat.prefixItems as unknown[]) : [];
    const least = typeof flat.minItems === "number" ? Math.min(flat.minItems, MOST_ITEMS) : 0;
    const isEmpty = least === 0 && (level >= FULL_LEVELS || around.has(targetOf(root, flat.items)));
    if (flat.maxItems === 0 || level >= MOST_LEVELS || isEmpty) {
      return [];
    }
    const count = Math.max(least, first.length, isSchema(flat.items) ? 1 : 0);
    return Array.from({ length: count }, (_unused, index) => make(first[index] ?? flat.items ?? {}, level + 1));
  }

  return make(schema, 0);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function membersOf(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

/** What a reference leads to, or the schema itself. */
function targetOf(root: unknown, schema: unknown, hops = 0): unknown {
  if (!isSchema(schema) || schema.$ref === undefined || hops > 20) {
    return schema;
  }
  const found = resolveReference(root, schema.$ref);
  return typeof found === "string" ? undefined : targetOf(root, found.schema, hops + 1);
}

const MOST_HOPS = 20;
/** Hundreds of operations answer with the same few schemas. */
const flattened = new WeakMap<Schema, Schema>();

/** One schema of what is asked of the value by references, all of `allOf` and the first of `oneOf` and `anyOf`. */
function flatten(root: unknown, schema: unknown, hops = 0): Schema {
  if (!isSchema(schema) || hops > MOST_HOPS) {
    return {};
  }
  const before = flattened.get(schema);
  if (before !== undefined) {
    return before;
  }
  const flat = flattenNew(root, schema, hops);
  flattened.set(schema, flat);
  return flat;
}

function flattenNew(root: unknown, schema: Schema, hops: number): Schema {
  const { $ref, allOf, oneOf, anyOf, ...own } = schema;
  const found = $ref === undefined ? undefined : resolveReference(root, $ref);
  const parts = [
    ...(found === undefined || typeof found === "string" ? [] : [found.schema]),
    ...(Array.isArray(allOf) ? (allOf as unknown[]) : []),
    ...(Array.isArray(oneOf) ? (oneOf as unknown[]).slice(0, 1) : []),
    ...(Array.isArray(anyOf) ? (anyOf as unknown[]).slice(0, 1) : []),
  ].map((part) => flatten(root, part, hops + 1));
  return parts.reduce<Schema>(
    (whole, part) => ({
      ...part,
      ...whole,
      ...(isSchema(part.properties) && { properties: { ...part.properties, ...membersOf(whole.properties) } }),
      ...(Array.isArray(part.required) && {
        required: [
          ...(part.required as unknown[]),
          ...(Array.isArray(whole.required) ? (whole.required as unknown[]) : []),
        ],
      }),
    }),
    own,
  );
}

function typeOf({ type, properties, items, format, additionalProperties }: Schema): string {
  const types = (Array.isArray(type) ? type : [type]) as unknown[];
  const found = types.find((each) => typeof each === "string" && each !== "null");
  if (typeof found === "string") {
    return found;
  }
  if (properties !== undefined || isSchema(additionalProperties)) {
    return "object";
  }
  return items === undefined ? (typeof format === "string" ? "string" : "null") : "array";
}

function makeText({ format, minLength, maxLength }: Schema): string {
  const known = typeof format === "string" && Object.hasOwn(TEXTS, format) ? TEXTS[format] : undefined;
  const text = known ?? "text";
  const least = typeof minLength === "number" ? Math.min(minLength, 1_000) : 0;
  const most = typeof maxLength === "number" ? maxLength : text.length;
  return known ?? text.padEnd(least, "-").slice(0, Math.max(most, least));
}

function makeNumber(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema,
  step: number,
): number {
  const by = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : step;
  const isWhole = by > 0;
  let least = typeof minimum === "number" ? minimum : -Infinity;
  if (typeof exclusiveMinimum === "number" || (exclusiveMinimum === true && least > -Infinity)) {
    least = Math.max(least, (typeof exclusiveMinimum === "number" ? exclusiveMinimum : least) + (isWhole ? by : 0.5));
  }
  let most = typeof maximum === "number" ? maximum : Infinity;
  if (typeof exclusiveMaximum === "number" || (exclusiveMaximum === true && most < Infinity)) {
    most = Math.min(most, (typeof exclusiveMaximum === "number" ? exclusiveMaximum : most) - (isWhole ? by : 0.5));
  }
  const wanted = Math.min(Math.max(0, least), most);
  const whole = isWhole ? Math.ceil(wanted / by) * by : wanted;
  return whole > most && isWhole ? Math.floor(most / by) * by : whole;
}
