import { isObject, own, ownText, type JsonObject, type JsonValue } from "../json";
import { copyExtensions, pick, type UpgradeContext } from "./upgrade-context";
import { upgradeSchema } from "./upgrade-schema";

/** Fields of a 2.0 parameter, header or `items` that 3.0 keeps in its schema. */
const SCHEMA_KEYS = [
  "type",
  "format",
  "items",
  "default",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "enum",
  "multipleOf",
  "x-nullable",
];

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

/** A query, path or header parameter. */
export function upgradeParameter(parameter: JsonObject, context: UpgradeContext, place: string): JsonObject {
  const result: JsonObject = {
    ...pick(parameter, ["name", "in", "description", "required", "deprecated", "allowEmptyValue"]),
    ...copyExtensions(parameter),
    ...serialisation(parameter, context, place),
    schema: upgradeTyped(parameter, context),
  };
  delete result["x-nullable"];
  if (result.in === "path") {
    result.required = true;
  }
  moveExample(result);
  return result;
}

/** A response header. */
export function upgradeHeader(header: JsonObject, context: UpgradeContext): JsonObject {
  const result: JsonObject = {
    ...pick(header, ["description"]),
    ...copyExtensions(header),
    schema: upgradeTyped(header, context),
  };
  delete result["x-nullable"];
  moveExample(result);
  return result;
}

/** The `in: body` parameter. */
export function upgradeBody(parameter: JsonObject, consumes: readonly string[], context: UpgradeContext): JsonObject {
  const schema = upgradeSchema(own(parameter, "schema") ?? {}, context);
  const examples = own(parameter, "x-examples");
  const content: JsonObject = {};
  for (const type of consumes) {
    const example = isObject(examples) ? own(examples, type) : undefined;
    content[type] = { schema, ...(example === undefined ? {} : { example }) };
  }
  const { "x-examples": _examples, ...extensions } = copyExtensions(parameter);
  return { ...pick(parameter, ["description", "required"]), ...extensions, content };
}

/** All `in: formData` parameters of an operation. */
export function upgradeForm(
  parameters: readonly JsonObject[],
  consumes: readonly string[],
  context: UpgradeContext,
  place: string,
): JsonObject {
  const properties: JsonObject = {};
  const required: string[] = [];
  const encoding: JsonObject = {};
  for (const parameter of parameters) {
    const name = ownText(parameter, "name");
    if (name === undefined) {
      continue;
    }
    const schema = upgradeTyped(parameter, context);
    properties[name] = { ...pick(parameter, ["description"]), ...copyExtensions(parameter), ...schema };
    if (own(parameter, "required") === true) {
      required.push(name);
    }
    const { style, explode } = serialisation({ ...parameter, in: "query" }, context, place);
    if (style !== undefined) {
      encoding[name] = { style, explode: explode ?? false };
    }
  }
  const schema: JsonObject = { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
  const media: JsonObject = { schema, ...(Object.keys(encoding).length > 0 ? { encoding } : {}) };
  const content = Object.fromEntries(formTypes(parameters, consumes).map((type): [string, JsonValue] => [type, media]));
  return { ...(required.length > 0 ? { required: true } : {}), content };
}

/** A file needs multipart; without one, what the operation says it consumes, else a plain form. */
function formTypes(parameters: readonly JsonObject[], consumes: readonly string[]): readonly string[] {
  if (parameters.some((parameter) => own(parameter, "type") === "file")) {
    return [MULTIPART];
  }
  const types = consumes.filter((type) => type.startsWith("multipart/") || type.startsWith(FORM));
  return types.length > 0 ? types : [FORM];
}

function upgradeTyped(typed: JsonObject, context: UpgradeContext): JsonObject {
  // Some documents give query parameters a `schema`, as 3.0 does.
  const schema = own(typed, "schema");
  const upgraded = upgradeSchema(
    isObject(schema) ? schema : withoutCollectionFormat(pick(typed, SCHEMA_KEYS)),
    context,
  );
  return isObject(upgraded) ? upgraded : {};
}

function withoutCollectionFormat(schema: JsonObject): JsonObject {
  if (!isObject(schema.items)) {
    return schema;
  }
  const { collectionFormat: _format, ...items } = schema.items;
  return { ...schema, items: withoutCollectionFormat(items) };
}

/** `collectionFormat` as `style` and `explode`. */
function serialisation(parameter: JsonObject, context: UpgradeContext, place: string): JsonObject {
  if (own(parameter, "type") !== "array") {
    return {};
  }
  const isQuery = own(parameter, "in") === "query";
  switch (ownText(parameter, "collectionFormat")) {
    case "multi":
      return isQuery ? { style: "form", explode: true } : { style: "simple", explode: false };
    case "ssv":
      return isQuery ? { style: "spaceDelimited", explode: false } : { style: "simple", explode: false };
    case "pipes":
      return isQuery ? { style: "pipeDelimited", explode: false } : { style: "simple", explode: false };
    case "tsv":
      context.warn("OpenAPI 3.0 has no lists separated by tabs; it became a list separated by commas.", place);
      return { style: isQuery ? "form" : "simple", explode: false };
    default:
      return { style: isQuery ? "form" : "simple", explode: false };
  }
}

function moveExample(result: JsonObject): void {
  const example = own(result, "x-example");
  if (example !== undefined) {
    result.example = example;
    delete result["x-example"];
  }
}
