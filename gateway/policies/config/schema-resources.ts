import { isRecord, type Schema } from "./schema-values";

/** A schema with an `$id`, or the whole that it stands in: what the references inside it start from (JSON Schema 2020-12 core §9). */
export interface SchemaResource {
  readonly root: unknown;
  readonly place: readonly string[];
  readonly address: string;
  readonly anchors: Map<string, SchemaAnchor>;
  /** Whether another has a dynamic anchor of the same name, so that references may lead into either. */
  readonly isRival: boolean;
}

export interface SchemaAnchor {
  readonly schema: unknown;
  readonly place: readonly string[];
  /** Whether a `$dynamicRef` may lead to another of the same name instead. */
  readonly isDynamic: boolean;
  /** Whether something else in the same resource has the name. */
  readonly isTaken: boolean;
}

/** The name of what `$recursiveAnchor` marks, which had none in 2019-09. */
export const RECURSIVE = "";

export interface SchemaResources {
  /** The innermost that a schema stands in. */
  readonly around: (schema: unknown) => SchemaResource;
  readonly at: (address: string) => SchemaResource | undefined;
}

/** Of what has no `$id` of its own. */
const NOWHERE = "https://schema.invalid/";
/** Their members are not words of a schema but names, of schemas or of other parts of an OpenAPI document. */
const MAPS = new Set([
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"],
  ...["schemas", "responses", "parameters", "requestBodies", "headers", "callbacks", "pathItems", "paths", "webhooks"],
  ...["content", "encoding"],
]);
/** What they hold is any value, in which a word means nothing. */
const VALUES = new Set(["enum", "const", "default", "example", "examples"]);
const NAMING = new Set(["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"]);
const MOST_LEVELS = 500;

const known = new WeakMap<object, SchemaResources>();

/** Looked up once for a document or a schema, which nobody changes afterwards. */
export function findResources(root: unknown): SchemaResources {
  const before = isRecord(root) ? known.get(root) : undefined;
  const found = before ?? collectResources(root);
  if (isRecord(root)) {
    known.set(root, found);
  }
  return found;
}

function collectResources(root: unknown): SchemaResources {
  const resources: (SchemaResource & { isRival: boolean })[] = [];
  const around = new Map<unknown, SchemaResource>();
  const whole = open(root, [], isRecord(root) ? root.$id : undefined, NOWHERE);

  function open(schema: unknown, place: readonly string[], id: unknown, base: string): SchemaResource {
    const address = typeof id === "string" ? (resolveAddress(id, base) ?? base) : base;
    const resource = { root: schema, place, address, anchors: new Map<string, SchemaAnchor>(), isRival: false };
    if (isRecord(schema) && schema.$recursiveAnchor === true) {
      resource.anchors.set(RECURSIVE, { schema, place, isDynamic: true, isTaken: false });
    }
    resources.push(resource);
    return resource;
  }

  function walk(part: unknown, place: readonly string[], outer: SchemaResource, areNames: boolean): void {
    if (typeof part !== "object" || part === null || place.length > MOST_LEVELS || around.has(part)) {
      return;
    }
    const { $id, $anchor, $dynamicAnchor } = areNames || !isRecord(part) ? ({} as Schema) : part;
    // How a schema was named before 2019.
    const oldName = typeof $id === "string" && $id.startsWith("#") ? $id.slice(1) : undefined;
    const opens = typeof $id === "string" && oldName === undefined && part !== root;
    const resource = opens ? open(part, place, $id, outer.address) : outer;
    around.set(part, resource);
    name(resource, oldName ?? $anchor, false, part, place);
    name(resource, $dynamicAnchor, true, part, place);
    for (const [key, inner] of Object.entries(part)) {
      if (areNames || !(VALUES.has(key) || key.startsWith("x-"))) {
        walk(inner, [...place, key], resource, !areNames && MAPS.has(key) && isRecord(inner));
      }
    }
  }

  if (holdsNames(root, 0)) {
    walk(root, [], whole, false);
  }
  const counts = new Map<string, number>();
  for (const each of resources.flatMap(dynamicNames)) {
    counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  for (const resource of resources) {
    resource.isRival = dynamicNames(resource).some((each) => counts.get(each) !== 1);
  }
  return {
    around: (schema) => around.get(schema) ?? whole,
    at: (address) => resources.find((resource) => resource.address === address),
  };
}

/** Few documents do, and the rest need not be gone through place by place. */
function holdsNames(part: unknown, level: number): boolean {
  if (typeof part !== "object" || part === null || level > MOST_LEVELS) {
    return false;
  }
  for (const [key, inner] of Object.entries(part)) {
    if (NAMING.has(key) || holdsNames(inner, level + 1)) {
      return true;
    }
  }
  return false;
}

function dynamicNames({ anchors }: SchemaResource): string[] {
  return [...anchors].filter(([, { isDynamic }]) => isDynamic).map(([each]) => each);
}

function name(
  { anchors }: SchemaResource,
  anchor: unknown,
  isDynamic: boolean,
  schema: unknown,
  place: readonly string[],
): void {
  if (typeof anchor === "string" && anchor !== "") {
    const before = anchors.get(anchor);
    const isTaken = before !== undefined && before.schema !== schema;
    anchors.set(anchor, { schema, place, isDynamic: isDynamic || before?.isDynamic === true, isTaken });
  }
}

/** @returns the address without its fragment; undefined for what is none */
export function resolveAddress(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href.replace(/#.*$/, "");
  } catch {
    return undefined;
  }
}
