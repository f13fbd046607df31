import type { Specification } from "./parsed-document";

/**
 * Which parts of a document are what. Everything that reads or rewrites references goes by these tables, so that a "$ref" inside an
 * example, a default or an extension stays the plain data it is, and each reference's target is read as what it must be.
 */
export type Kind =
  | "document"
  | "components"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "mediaType"
  | "encoding"
  | "response"
  | "header"
  | "example"
  | "link"
  | "callback"
  | "securityScheme"
  | "schema";

/** How a field holds its children: itself one, a list, a map, or (JSON Schema's `items`) one or a list. */
export type Holds = "one" | "list" | "map" | "one-or-list";

export interface Field {
  readonly holds: Holds;
  readonly kind: Kind;
}

export interface Structure {
  readonly fields: Readonly<Record<Kind, ReadonlyMap<string, Field>>>;
  /** Where shared values of a kind live, as pointer tokens; kinds that have no such place are put in where they are referred to. */
  readonly sections: ReadonlyMap<Kind, readonly string[]>;
}

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** Kinds that are a map of something by themselves: every field that is no extension. */
export const MAP_KINDS: ReadonlyMap<Kind, Kind> = new Map([["callback", "pathItem"]]);

const one = (kind: Kind): Field => ({ holds: "one", kind });
const list = (kind: Kind): Field => ({ holds: "list", kind });
const map = (kind: Kind): Field => ({ holds: "map", kind });

function fields(entries: Readonly<Record<string, Field>>): ReadonlyMap<string, Field> {
  return new Map(Object.entries(entries));
}

const NONE = fields({});

const OPERATIONS = Object.fromEntries(METHODS.map((method) => [method, one("operation")]));

const SCHEMA = fields({
  properties: map("schema"),
  patternProperties: map("schema"),
  dependentSchemas: map("schema"),
  $defs: map("schema"),
  definitions: map("schema"),
  allOf: list("schema"),
  anyOf: list("schema"),
  oneOf: list("schema"),
  prefixItems: list("schema"),
  items: { holds: "one-or-list", kind: "schema" },
  additionalItems: one("schema"),
  additionalProperties: one("schema"),
  contains: one("schema"),
  contentSchema: one("schema"),
  else: one("schema"),
  if: one("schema"),
  not: one("schema"),
  propertyNames: one("schema"),
  then: one("schema"),
  unevaluatedItems: one("schema"),
  unevaluatedProperties: one("schema"),
});

const CONTENT = { schema: one("schema"), content: map("mediaType"), examples: map("example") };

const OPENAPI_3: Structure = {
  fields: {
    document: fields({ paths: map("pathItem"), webhooks: map("pathItem"), components: one("components") }),
    components: fields({
      schemas: map("schema"),
      responses: map("response"),
      parameters: map("parameter"),
      examples: map("example"),
      requestBodies: map("requestBody"),
      headers: map("header"),
      securitySchemes: map("securityScheme"),
      links: map("link"),
      callbacks: map("callback"),
      pathItems: map("pathItem"),
    }),
    pathItem: fields({ ...OPERATIONS, parameters: list("parameter") }),
    operation: fields({
      parameters: list("parameter"),
      requestBody: one("requestBody"),
      responses: map("response"),
      callbacks: map("callback"),
    }),
    parameter: fields(CONTENT),
    header: fields(CONTENT),
    requestBody: fields({ content: map("mediaType") }),
    mediaType: fields({ schema: one("schema"), examples: map("example"), encoding: map("encoding") }),
    encoding: fields({ headers: map("header") }),
    response: fields({ headers: map("header"), content: map("mediaType"), links: map("link") }),
    callback: NONE,
    example: NONE,
    link: NONE,
    securityScheme: NONE,
    schema: SCHEMA,
  },
  sections: new Map<Kind, readonly string[]>([
    ["schema", ["components", "schemas"]],
    ["response", ["components", "responses"]],
    ["parameter", ["components", "parameters"]],
    ["example", ["components", "examples"]],
    ["requestBody", ["components", "requestBodies"]],
    ["header", ["components", "headers"]],
    ["securityScheme", ["components", "securitySchemes"]],
    ["link", ["components", "links"]],
    ["callback", ["components", "callbacks"]],
  ]),
};

const SWAGGER_2: Structure = {
  fields: {
    ...OPENAPI_3.fields,
    document: fields({
      paths: map("pathItem"),
      definitions: map("schema"),
      parameters: map("parameter"),
      responses: map("response"),
    }),
    components: NONE,
    operation: fields({ parameters: list("parameter"), responses: map("response") }),
    parameter: fields({ schema: one("schema"), items: one("schema") }),
    header: fields({ items: one("schema") }),
    // `examples` of a response are raw values by media type.
    response: fields({ schema: one("schema"), headers: map("header") }),
  },
  sections: new Map<Kind, readonly string[]>([
    ["schema", ["definitions"]],
    ["response", ["responses"]],
    ["parameter", ["parameters"]],
  ]),
};

export function structureOf(specification: Specification): Structure {
  return specification === "2.0" ? SWAGGER_2 : OPENAPI_3;
}

/** `x-…` fields may hold anything. */
export function isExtension(key: string): boolean {
  return key.startsWith("x-");
}

/** In most maps keys are names that people choose, so "x-request-id" is a header and no extension; in these it is one. */
export function canHoldExtensions(kind: Kind, field: string): boolean {
  return (kind === "document" && field === "paths") || (kind === "operation" && field === "responses");
}

/** A `$ref` is a reference only where the specification allows one. */
export function canBeReference(kind: Kind): boolean {
  return kind !== "document" && kind !== "components";
}
