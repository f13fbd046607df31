import type { TextKind, ValueReading } from "../request-validation/read-values";
import type { SchemaNode } from "../shared/schema-node";

/** How a parameter or a form's field is written. */
export interface WrittenAs {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly style: string;
  readonly explode: boolean;
}

type Nodes = readonly SchemaNode[];

const KINDS: readonly TextKind[] = ["number", "boolean", "string"];
/** Separators of what stands in one text, by style. */
const SEPARATORS: Readonly<Record<string, string>> = {
  form: ",",
  simple: ",",
  spaceDelimited: " ",
  pipeDelimited: "|",
};
const MOST_LEVELS = 20;

/** @returns how the texts of a parameter become a value that its schema can judge, or why they cannot */
export function readingOf(nodes: Nodes, node: number, written: WrittenAs): ValueReading | string {
  const { in: place, style, explode } = written;
  const types = typesOf(nodes, node);
  const isList = types.has("array");
  const isObject = types.has("object");
  const isLed = style === "label" || style === "matrix";
  if (isLed && place !== "path") {
    return styleText(style);
  }
  const led = isLed ? ledParts(written, isList, isObject) : undefined;
  if (!isList && !isObject) {
    return { as: "one", kinds: kindsOf(types), ...(led !== undefined && { lead: led.lead }) };
  }
  if ((isList && isObject) || kindsOf(types, []).length > 0) {
    return "a parameter that may be a single value or a list or an object is not checked";
  }
  if (style === "deepObject" && isObject && place === "query") {
    return objectReading(nodes, node, { isDeep: true });
  }
  const isDeep = style === "deepObject" && place === "query";
  const separator = isDeep ? "," : (led?.separator ?? SEPARATORS[style]);
  if (separator === undefined) {
    return styleText(style);
  }
  const isSpread = explode && (place === "query" || place === "cookie");
  if (isObject) {
    return objectReading(nodes, node, isSpread ? {} : { separator, ...(explode && { isPaired: true }), ...led });
  }
  const kinds = itemKinds(nodes, node);
  return typeof kinds === "string"
    ? kinds
    : { as: "list", kinds, ...(isDeep && { isDeep }), ...(!isSpread && !isDeep && { separator }), ...led };
}

/** What a path parameter begins with, and what stands between its parts (RFC 6570 §3.2.5 and §3.2.7). */
function ledParts({ name, style, explode }: WrittenAs, isList: boolean, isObject: boolean) {
  if (style === "label") {
    return { lead: ".", separator: explode ? "." : "," };
  }
  const named = `;${encodeURIComponent(name)}=`;
  return explode && isObject
    ? { lead: ";", separator: ";" }
    : { lead: named, separator: explode && isList ? named : "," };
}

/** The fields of a form, by the properties of its schema. */
export function formReading(
  nodes: Nodes,
  node: number,
  encoding: Readonly<
    Record<string, { readonly style?: string; readonly explode?: boolean; readonly contentType?: string }>
  >,
): { readonly fields: readonly (ValueReading & { readonly name: string })[]; readonly kinds: readonly TextKind[] } {
  const { named, others } = membersOf(nodes, node);
  const fields = [...named].map(([name, property]) => {
    const { style = "form", explode = style === "form", contentType } = encoding[name] ?? {};
    const reading = readingOf(nodes, property, { name, in: "query", style, explode });
    const isJson = contentType?.endsWith("json") ?? (typeof reading !== "string" && reading.as === "object");
    return {
      name,
      ...(isJson || typeof reading === "string" ? { as: "json" as const, kinds: KINDS } : reading),
    };
  });
  return { fields, kinds: others === undefined ? ["string"] : kindsOf(typesOf(nodes, others)) };
}

function styleText(style: string): string {
  return `parameters of style "${style}" are not checked`;
}

function objectReading(nodes: Nodes, node: number, how: Partial<ValueReading>): ValueReading | string {
  const { named, others } = membersOf(nodes, node);
  const members = [...named].map(([name, property]) => ({ name, types: typesOf(nodes, property) }));
  const nested = members.find(({ types }) => types.has("array") || types.has("object"));
  if (nested !== undefined) {
    return `objects with lists or objects in them ("${nested.name}") are not checked as a parameter`;
  }
  return {
    as: "object",
    kinds: others === undefined ? ["string"] : kindsOf(typesOf(nodes, others)),
    members: members.map(({ name, types }) => ({ name, kinds: kindsOf(types) })),
    ...how,
  };
}

function itemKinds(nodes: Nodes, node: number): readonly TextKind[] | string {
  const types = new Set<string>();
  for (const { items, prefixItems = [], unevaluatedItems } of sameValue(nodes, node)) {
    for (const item of [...prefixItems, ...[items, unevaluatedItems].filter((each) => typeof each === "number")]) {
      typesOf(nodes, item).forEach((type) => types.add(type));
    }
  }
  return types.has("array") || types.has("object")
    ? "lists with lists or objects in them are not checked as a parameter"
    : kindsOf(types);
}

function membersOf(nodes: Nodes, node: number): { named: Map<string, number>; others: number | undefined } {
  const named = new Map<string, number>();
  let others: number | undefined;
  for (const part of sameValue(nodes, node)) {
    for (const property of part.properties ?? []) {
      named.set(property.name, named.get(property.name) ?? property.node);
    }
    others ??= part.others ?? (part.unevaluatedProperties === false ? undefined : part.unevaluatedProperties);
  }
  return { named, others };
}

/** Every schema that is asked about the value itself, and says what it may be. */
function sameValue(nodes: Nodes, node: number, level = 0): SchemaNode[] {
  const found = nodes[node];
  if (found === undefined || level > MOST_LEVELS) {
    return [];
  }
  const rest = [...(found.allOf ?? []), ...(found.anyOf ?? []), ...(found.oneOf ?? [])];
  return [found, ...rest.flatMap((part) => sameValue(nodes, part, level + 1))];
}

/** What a value may be, as far as its schema says; empty when it says nothing. */
function typesOf(nodes: Nodes, node: number): Set<string> {
  const types = new Set<string>();
  for (const { types: own, values, constant, properties, items } of sameValue(nodes, node)) {
    own?.forEach((type) => types.add(type));
    if (own === undefined) {
      const texts = [...Object.keys(values ?? {}), ...(constant === undefined ? [] : [constant])];
      texts.forEach((text) => types.add(typeOfText(text)));
      if (properties !== undefined) {
        types.add("object");
      }
      if (items !== undefined) {
        types.add("array");
      }
    }
  }
  types.delete("null");
  return types;
}

/** Of canonical-text.ts. */
function typeOfText(text: string): string {
  switch (text.charAt(0)) {
    case '"':
      return "string";
    case "t":
    case "f":
      return "boolean";
    case "n":
      return "null";
    case "[":
      return "array";
    case "{":
      return "object";
    default:
      return "number";
  }
}

function kindsOf(types: ReadonlySet<string>, otherwise: readonly TextKind[] = ["string"]): readonly TextKind[] {
  const kinds = KINDS.filter((kind) => types.has(kind) || (kind === "number" && types.has("integer")));
  return kinds.length === 0 ? otherwise : kinds;
}
