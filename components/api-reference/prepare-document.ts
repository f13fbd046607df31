/** The name under which the gateway's key is declared in the documents we show. */
export const KEY_SCHEME = "GatehouseKey";

export interface Preparation {
  /** Public address of the API version on the gateway: the only server "Try it out" may call. */
  readonly serverUrl: string;
  readonly keyHeader: string;
}

type Json = Record<string, unknown>;

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/**
 * A copy of an OpenAPI 3.x document as callers of the gateway need it: the gateway is the only server, and the API key the only
 * credential. What the document says of its own servers and security is about the upstream, which callers never meet.
 */
export function prepareDocument(document: Json, { serverUrl, keyHeader }: Preparation): Json {
  const paths = isRecord(document.paths) ? document.paths : {};
  const components = isRecord(document.components) ? document.components : {};
  return {
    ...document,
    servers: [{ url: serverUrl }],
    security: [{ [KEY_SCHEME]: [] }],
    components: {
      ...components,
      securitySchemes: {
        [KEY_SCHEME]: { type: "apiKey", in: "header", name: keyHeader, description: "The key of your application." },
      },
    },
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, preparePathItem(item)])),
  };
}

function preparePathItem(item: unknown): unknown {
  if (!isRecord(item)) {
    return item;
  }
  const entries = Object.entries(item)
    .filter(([name]) => name !== "servers")
    .map(([name, value]) => [name, METHODS.has(name) && isRecord(value) ? withoutOwnAccess(value) : value]);
  return Object.fromEntries(entries);
}

/** Servers and security of one operation would win over the document's. */
function withoutOwnAccess(operation: Json): Json {
  const { servers: _servers, security: _security, ...rest } = operation;
  return rest;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
