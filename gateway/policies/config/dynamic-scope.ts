import { findResources, type SchemaResource } from "./schema-resources";

/**
 * The way to a schema: what it went through, from the outermost on, as far as a `$dynamicRef` may choose between (JSON Schema 2020-12 core
 * §8.2.3.2). Nearly always there is nothing to choose, and the way is empty.
 */
export type DynamicScope = readonly SchemaResource[];

const keys = new WeakMap<object, Map<string, object>>();

export function enterSchema(root: unknown, schema: object, scope: DynamicScope): DynamicScope {
  const resource = findResources(root).around(schema);
  return resource.isRival && !scope.includes(resource) ? [...scope, resource] : scope;
}

/** What a schema is known by: another thing on each way there. */
export function keyOf(schema: object, scope: DynamicScope): object {
  if (scope.length === 0) {
    return schema;
  }
  const way = JSON.stringify(scope.map(({ place }) => place));
  const known = keys.get(schema) ?? new Map<string, object>();
  const key = known.get(way) ?? {};
  keys.set(schema, known.set(way, key));
  return key;
}
