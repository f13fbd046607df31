import { isObject, own, ownList, ownObject, ownText, type JsonObject, type JsonValue } from "../json";
import { appendToken } from "../pointer";
import { METHODS } from "../structure";
import { copyExtensions, mediaTypes, pick, type UpgradeContext } from "./upgrade-context";
import { upgradeBody, upgradeForm, upgradeHeader, upgradeParameter } from "./upgrade-parameter";
import { upgradeSchema } from "./upgrade-schema";

/** A 2.0 path item. Body and form parameters that it declares for all its operations move into each of them. */
export function upgradePathItem(pathItem: JsonObject, context: UpgradeContext, place: string): JsonObject {
  const shared = splitParameters(pathItem, context, place);
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(pathItem)) {
    if (key === "parameters") {
      result.parameters = shared.kept;
    } else if (METHODS.some((method) => method === key) && isObject(value)) {
      result[key] = upgradeOperation(value, shared, context, appendToken(place, key));
    } else {
      result[key] = value;
    }
  }
  return result;
}

/** A response, shared or of an operation. */
export function upgradeResponse(response: JsonValue, produces: readonly string[], context: UpgradeContext): JsonValue {
  if (!isObject(response)) {
    return response;
  }
  if (typeof response.$ref === "string") {
    return { $ref: context.rename(response.$ref) };
  }
  const content = upgradeContent(response, produces, context);
  const headers = ownObject(response, "headers");
  const upgradedHeaders = Object.entries(headers ?? {}).flatMap(([name, header]): [string, JsonValue][] =>
    isObject(header) ? [[name, upgradeHeader(header, context)]] : [],
  );
  return {
    description: ownText(response, "description") ?? "",
    ...copyExtensions(response),
    ...(headers === undefined ? {} : { headers: Object.fromEntries(upgradedHeaders) }),
    ...(content === undefined ? {} : { content }),
  };
}

function upgradeContent(
  response: JsonObject,
  produces: readonly string[],
  context: UpgradeContext,
): JsonObject | undefined {
  const schema = own(response, "schema");
  const examples = ownObject(response, "examples") ?? {};
  if (schema === undefined && Object.keys(examples).length === 0) {
    return undefined;
  }
  const upgraded = schema === undefined ? undefined : upgradeSchema(schema, context);
  const content: JsonObject = {};
  for (const type of new Set([...(schema === undefined ? [] : produces), ...Object.keys(examples)])) {
    const example = own(examples, type);
    content[type] = {
      ...(upgraded === undefined ? {} : { schema: upgraded }),
      ...(example === undefined ? {} : { example }),
    };
  }
  return content;
}

interface Split {
  /** Upgraded, in the order of the document. */
  readonly kept: JsonValue[];
  readonly body: JsonObject | undefined;
  readonly form: readonly JsonObject[];
}

function splitParameters(owner: JsonObject, context: UpgradeContext, place: string): Split {
  const kept: JsonValue[] = [];
  const form: JsonObject[] = [];
  let body: JsonObject | undefined;
  for (const [index, parameter] of (ownList(owner, "parameters") ?? []).entries()) {
    const resolved = context.lookUp(parameter);
    const location = resolved === undefined ? undefined : ownText(resolved, "in");
    if (resolved !== undefined && location === "body") {
      body = resolved;
    } else if (resolved !== undefined && location === "formData") {
      form.push(resolved);
    } else if (isObject(parameter) && typeof parameter.$ref === "string") {
      kept.push({ $ref: context.rename(parameter.$ref) });
    } else if (isObject(parameter)) {
      kept.push(upgradeParameter(parameter, context, appendToken(appendToken(place, "parameters"), index)));
    }
  }
  return { kept, body, form };
}

const KEPT = ["tags", "summary", "description", "externalDocs", "operationId", "deprecated", "security"];

function upgradeOperation(operation: JsonObject, shared: Split, context: UpgradeContext, place: string): JsonObject {
  const consumes = mediaTypes(operation, "consumes") ?? context.consumes;
  const produces = mediaTypes(operation, "produces") ?? context.produces;
  const split = splitParameters(operation, context, place);
  const source = split.body !== undefined || split.form.length > 0 ? split : shared;
  const result: JsonObject = { ...pick(operation, KEPT) };
  if (split.kept.length > 0) {
    result.parameters = split.kept;
  }
  if (source.body !== undefined) {
    result.requestBody = upgradeBody(source.body, consumes, context);
  } else if (source.form.length > 0) {
    result.requestBody = upgradeForm(source.form, consumes, context, place);
  }
  const responses: JsonObject = {};
  for (const [status, response] of Object.entries(ownObject(operation, "responses") ?? {})) {
    responses[status] = status.startsWith("x-") ? response : upgradeResponse(response, produces, context);
  }
  result.responses = responses;
  return { ...result, ...copyExtensions(operation) };
}
