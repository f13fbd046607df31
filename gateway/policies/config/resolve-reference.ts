import type { DynamicScope } from "./dynamic-scope";
import { isRecord, type Schema } from "./schema-values";
import { findResources, RECURSIVE, resolveAddress, type SchemaResource } from "./schema-resources";

export interface Referred {
  readonly schema: unknown;
  readonly place: readonly string[];
}

export type ReferenceKey = "$ref" | "$dynamicRef" | "$recursiveRef";

/** What references are followed in. */
export interface Surroundings {
  readonly root: unknown;
  readonly scope: DynamicScope;
}

/**
 * Follows `#/$defs/a`, the `#name` of an `$anchor`, and the address of an `$id` that stands in the same whole.
 * @param holder the schema that holds the reference, which may have an `$id` of its own around it
 * @returns what it leads to, or what is wrong with it
 */
export function resolveReference(root: unknown, reference: unknown, holder?: unknown): Referred | string {
  const text = String(reference);
  const [before = "", fragment = ""] = text.split("#");
  const resource = findResource(root, before, holder);
  if (resource === undefined) {
    return `only references inside the schema are followed, not ${text}`;
  }
  if (fragment !== "" && !fragment.startsWith("/")) {
    const anchor = resource.anchors.get(decode(fragment));
    return anchor?.isTaken === true ? `several schemas are named ${text}` : (anchor ?? `there is nothing at ${text}`);
  }
  const names = decode(fragment)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = follow(resource.root, names);
  if (found !== undefined) {
    return { schema: found, place: [...resource.place, ...names] };
  }
  // In a document, people give schemas an `$id` and refer to others as if they had none.
  const elsewhere = before === "" ? follow(root, names) : undefined;
  return elsewhere === undefined ? `there is nothing at ${text}` : { schema: elsewhere, place: names };
}

/** @returns what the reference leads to, or what is wrong with it; undefined when it leads to no schema */
export function followReference(
  { root, scope }: Surroundings,
  schema: Schema,
  key: ReferenceKey,
  isDocument: boolean,
): Referred | string | undefined {
  return key === "$ref"
    ? resolveReference(root, schema.$ref, schema)
    : key === "$dynamicRef"
      ? resolveDynamicReference(root, schema.$dynamicRef, schema, scope)
      : resolveRecursiveReference(root, schema, scope, isDocument);
}

/** Whether a schema is of what only a response has, itself or by what it refers to. */
export function isReadOnly(root: unknown, schema: unknown, hops = 0): boolean {
  if (!isRecord(schema) || hops > 10) {
    return false;
  }
  const { readOnly, $ref } = schema;
  if (readOnly === true || $ref === undefined) {
    return readOnly === true;
  }
  const found = resolveReference(root, $ref, schema);
  return typeof found !== "string" && isReadOnly(root, found.schema, hops + 1);
}

/** Follows a `$dynamicRef`: where a reference would lead, or to the outermost schema on the way that has a dynamic anchor of the same name. */
function resolveDynamicReference(
  root: unknown,
  reference: unknown,
  holder: unknown,
  scope: DynamicScope,
): Referred | string {
  const found = resolveReference(root, reference, holder);
  const isDynamic = typeof found !== "string" && "isDynamic" in found && found.isDynamic === true;
  return isDynamic ? outermost(scope, decode(String(reference).replace(/^[^#]*#/, "")), found) : found;
}

/**
 * Follows a `$recursiveRef`, which 2019-09 had instead.
 * @returns undefined where it leads to the whole of a document, which is no schema
 */
function resolveRecursiveReference(
  root: unknown,
  holder: unknown,
  scope: DynamicScope,
  isDocument: boolean,
): Referred | undefined {
  const { root: schema, place, anchors } = findResources(root).around(holder);
  if (isDocument && place.length === 0) {
    return undefined;
  }
  return anchors.has(RECURSIVE) ? outermost(scope, RECURSIVE, { schema, place }) : { schema, place };
}

function outermost(scope: DynamicScope, name: string, otherwise: Referred): Referred {
  return scope.flatMap(({ anchors }) => anchors.get(name) ?? []).find(({ isDynamic }) => isDynamic) ?? otherwise;
}

/** The reference to a place of the document. */
export function toReference(place: readonly PropertyKey[]): string {
  return `#${place.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

function findResource(root: unknown, address: string, holder: unknown): SchemaResource | undefined {
  const resources = findResources(root);
  const around = resources.around(holder);
  if (address === "") {
    return around;
  }
  const absolute = resolveAddress(address, around.address);
  return absolute === undefined ? undefined : resources.at(absolute);
}

function follow(root: unknown, names: readonly string[]): unknown {
  let found = root;
  for (const name of names) {
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, unknown>)[name]
        : undefined;
  }
  return found;
}

/** Sloppy documents hold a bare "%": then the text is what it says. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
