import { isObject, type JsonObject, type JsonValue } from "../json";
import { structureOf } from "../structure";
import type { UpgradeContext } from "./upgrade-context";

const SCHEMA_FIELDS = structureOf("3.0").fields.schema;

/** A 2.0 schema, or the schema part of a 2.0 parameter, header or `items`, as a 3.0 schema. */
export function upgradeSchema(schema: JsonValue, context: UpgradeContext): JsonValue {
  if (!isObject(schema)) {
    return schema;
  }
  if (typeof schema.$ref === "string") {
    return { ...schema, $ref: context.rename(schema.$ref) };
  }
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    result[key] = upgradeField(key, value, context);
  }
  upgradeType(result);
  if (Array.isArray(result.items)) {
    // A tuple, which 3.0 does not have: at least each member is one of these.
    result.items = { anyOf: result.items };
  }
  if (typeof result.discriminator === "string") {
    result.discriminator = { propertyName: result.discriminator };
  }
  if (typeof result["x-nullable"] === "boolean") {
    result.nullable = result["x-nullable"];
    delete result["x-nullable"];
  }
  return result;
}

function upgradeField(key: string, value: JsonValue, context: UpgradeContext): JsonValue {
  const field = SCHEMA_FIELDS.get(key);
  if (field === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((child) => upgradeSchema(child, context));
  }
  if (field.holds === "map" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, upgradeSchema(child, context)]));
  }
  return upgradeSchema(value, context);
}

/** 3.0 has no lists of types and no type "file"; documents that call themselves 2.0 have both. */
function upgradeType(schema: JsonObject): void {
  if (schema.type === "file") {
    schema.type = "string";
    schema.format = "binary";
  }
  if (!Array.isArray(schema.type)) {
    return;
  }
  const types = schema.type.filter((type) => type !== "null");
  if (types.length < schema.type.length) {
    schema.nullable = true;
  }
  const [only] = types;
  delete schema.type;
  if (types.length === 1 && only !== undefined) {
    schema.type = only;
  } else if (types.length > 1 && schema.anyOf === undefined) {
    schema.anyOf = types.map((type) => ({ type }));
  }
}
