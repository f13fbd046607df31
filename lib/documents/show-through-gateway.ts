import { KEY_HEADER } from "@/gateway/contract/key-format";
import type { CallField } from "@/lib/api-schemas";
import { isObject, type JsonObject } from "@/lib/openapi/json";

/** Raised when the same document is to be shown differently: what browsers keep of it is then asked for anew. */
export const REFERENCE_FORMAT = 3;

/** Where a version is found, and what a call must carry to mean it. */
export interface ShownAddress {
  readonly url: string;
  readonly callFields: readonly CallField[];
}

const KEY_SCHEME = "gatehouseKey";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/** Extensions that are meant for readers. Others configure somebody's infrastructure, and name what stands behind the gateway. */
const SHOWN_EXTENSIONS = new Set(["x-codeSamples", "x-code-samples", "x-displayName", "x-logo", "x-tagGroups"]);

/**
 * A bundled document as callers use it: the gateway's address and its key replace servers and security wherever a document may name
 * them, because upstream addresses are their owners' business. What a call must carry to mean this version is a parameter of every
 * operation, so that consoles and generated clients send it; a parameter of the Accept field no document can tell.
 * @param bundled OpenAPI 3.x in one file
 */
export function showThroughGateway(bundled: JsonObject, { url, callFields }: ShownAddress): JsonObject {
  const components = objectOf(bundled["components"]);
  return {
    ...withoutExtensions(bundled),
    servers: [{ url, description: "Gatehouse gateway" }],
    security: [{ [KEY_SCHEME]: [] }],
    ...mapped(bundled, "paths", (item) => withCallFields(showPathItem(item), callFields)),
    ...mapped(bundled, "webhooks", showPathItem),
    components: {
      ...components,
      ...mapped(components, "pathItems", showPathItem),
      ...mapped(components, "callbacks", showCallback),
      ...mapped(components, "responses", showResponse),
      ...mapped(components, "links", withoutServer),
      securitySchemes: {
        [KEY_SCHEME]: {
          type: "apiKey",
          in: "header",
          name: KEY_HEADER,
          description: "A key of an application that is subscribed to this API.",
        },
      },
    },
  };
}

function withCallFields(item: JsonObject, callFields: readonly CallField[]): JsonObject {
  const needed = callFields.filter(({ from }) => from !== "media-type");
  if (needed.length === 0) {
    return item;
  }
  const result = { ...item };
  for (const method of METHODS) {
    const operation = result[method];
    if (isObject(operation)) {
      const own = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
      const kept = own.filter((parameter) => !needed.some((field) => isFor(parameter, field)));
      result[method] = { ...operation, parameters: [...kept, ...needed.map(toParameter)] };
    }
  }
  return result;
}

function isFor(parameter: unknown, { from, name }: CallField): boolean {
  if (!isObject(parameter) || parameter["in"] !== from || typeof parameter["name"] !== "string") {
    return false;
  }
  return from === "header" ? parameter["name"].toLowerCase() === name.toLowerCase() : parameter["name"] === name;
}

function toParameter({ from, name, value }: CallField): JsonObject {
  return {
    name,
    in: from,
    required: true,
    description: "Means this version of the API.",
    schema: { type: "string", default: value },
  };
}

function showPathItem(item: JsonObject): JsonObject {
  const { servers: _servers, ...kept } = withoutExtensions(item);
  for (const method of METHODS) {
    const operation = kept[method];
    if (isObject(operation)) {
      kept[method] = showOperation(operation);
    }
  }
  return kept;
}

function showOperation(operation: JsonObject): JsonObject {
  const { servers: _servers, security: _security, ...kept } = withoutExtensions(operation);
  return { ...kept, ...mapped(kept, "callbacks", showCallback), ...mapped(kept, "responses", showResponse) };
}

function showCallback(callback: JsonObject): JsonObject {
  return mapValues(callback, showPathItem);
}

function showResponse(response: JsonObject): JsonObject {
  return { ...response, ...mapped(response, "links", withoutServer) };
}

function withoutServer(link: JsonObject): JsonObject {
  const { server: _server, ...kept } = link;
  return kept;
}

function withoutExtensions(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => !name.startsWith("x-") || SHOWN_EXTENSIONS.has(name)),
  );
}

/** Nothing where there is nothing: an absent field stays absent. */
function mapped(parent: JsonObject, name: string, show: (value: JsonObject) => JsonObject): JsonObject {
  const value = parent[name];
  return isObject(value) ? { [name]: mapValues(value, show) } : {};
}

function mapValues(object: JsonObject, show: (value: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isObject(value) ? show(value) : value]),
  );
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
