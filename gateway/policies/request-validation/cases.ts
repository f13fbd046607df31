import type { PolicyCase } from "../case";
import { composedCases } from "./composed-cases";
import { documentCases } from "./document-cases";
import { hostileCases } from "./hostile-cases";

const planScope = { basePath: "/shop/v1", operation: { key: "getItem", method: "POST", path: "/items/{id}" } };
const invalid = (...errors: readonly (readonly [string, string])[]) =>
  ({
    kind: "refuse",
    code: "request_invalid",
    errors: errors.map(([pointer, detail]) => ({ detail, pointer })),
  }) as const;
const json = { http_content_type: "application/json; charset=utf-8", http_content_length: "9" };
const body = (schema: unknown, rest: Record<string, unknown> = {}) => ({ body: { schema, ...rest } });
const sent = (value: unknown) => ({ scene: { variables: json, body: JSON.stringify(value) } });

export const cases: readonly PolicyCase[] = [
  {
    name: "checks parameters of path, query and header as what they stand for",
    planScope,
    config: {
      parameters: [
        { in: "path", name: "id", schema: { type: "integer", minimum: 1 } },
        { in: "query", name: "size", required: true, schema: { type: "number", exclusiveMaximum: 100 } },
        { in: "query", name: "all", schema: { type: "boolean" } },
        { in: "header", name: "X-Team", schema: { type: "string", enum: ["shop", "depot"] } },
      ],
    },
    steps: [
      {
        scene: { variables: { http_x_team: "shop" } },
        request: { query: "?size=9.5&all=true", path: "/shop/v1/items/7" },
        expect: { decision: "pass" },
      },
      {
        scene: { variables: { http_x_team: "sales" } },
        request: { query: "?all=maybe", path: "/shop/v1/items/0" },
        expect: {
          decision: invalid(
            ["path/id", "must be at least 1"],
            ["query/size", "is required"],
            ["query/all", "must be boolean"],
            ["header/X-Team", "is none of the allowed values"],
          ),
        },
      },
      {
        scene: { variables: {} },
        request: { query: "?size=0x10", path: "/shop/v1/items/1.5" },
        expect: {
          decision: invalid(["path/id", "must be integer"], ["query/size", "must be number"]),
        },
      },
    ],
  },
  {
    name: "takes no header field twice: the upstream may go by the one that was not checked",
    config: { parameters: [{ in: "header", name: "X-Team", schema: { type: "string", enum: ["shop"] } }] },
    scene: { variables: { http_x_team: "shop" }, repeated: ["http_x_team"] },
    steps: [{ expect: { decision: invalid(["header/X-Team", "is given more than once"]) } }],
  },
  {
    name: "finds a parameter under any way to write it, and takes none twice",
    config: { parameters: [{ in: "query", name: "page", schema: { type: "integer" } }], allowsOtherParameters: false },
    steps: [
      { request: { query: "?%70age=%37" }, expect: { decision: "pass" } },
      {
        request: { query: "?page=1&page=x" },
        expect: {
          decision: invalid(["query/page", "is given more than once"]),
        },
      },
      {
        request: { query: "?page=1&admin=1" },
        expect: { decision: invalid(["query", "holds parameters that are not expected"]) },
      },
    ],
  },
  {
    name: "checks a body against its schema, and points at all that is wrong",
    config: body({
      type: "object",
      required: ["name", "lines"],
      additionalProperties: false,
      properties: {
        name: { type: "string", minLength: 2, maxLength: 4, pattern: "^[a-zé]+$" },
        lines: {
          type: "array",
          minItems: 1,
          maxItems: 3,
          items: { type: "object", properties: { "a/b": { type: "integer", multipleOf: 0.5 } }, required: ["a/b"] },
        },
        note: { type: ["string", "null"] },
      },
    }),
    steps: [
      { ...sent({ name: "café", lines: [{ "a/b": 2 }], note: null }), expect: { decision: "pass" } },
      {
        ...sent({ name: "x", lines: [{ "a/b": 1 }, { "a/b": "1" }, {}], extra: 1 }),
        expect: {
          decision: invalid(
            ["#/name", "must have at least 2 characters"],
            ["#/lines/1/a~1b", "must be integer"],
            ["#/lines/2/a~1b", "is required"],
            ["#/extra", "is not expected here"],
          ),
        },
      },
      {
        ...sent({ name: "ABCDE", lines: [] }),
        expect: {
          decision: invalid(
            ["#/name", "must have at most 4 characters"],
            ["#/name", "must match ^[a-zé]+$"],
            ["#/lines", "must have at least 1 items"],
          ),
        },
      },
      { ...sent([1]), expect: { decision: invalid(["#", "must be object"]) } },
    ],
  },
  {
    name: "follows references, also to a schema that holds itself, and tries alternatives",
    config: body({
      $ref: "#/$defs/tree",
      $defs: {
        tree: {
          type: "object",
          properties: { left: { $ref: "#/$defs/tree" }, value: { $ref: "#/$defs/value" } },
        },
        value: { oneOf: [{ type: "integer" }, { type: "number", minimum: 10 }], not: { const: 13 } },
      },
    }),
    steps: [
      { ...sent({ left: { left: { value: 3 } }, value: 10.5 }), expect: { decision: "pass" } },
      {
        ...sent({ left: { left: { value: 3.5 } }, value: 12 }),
        expect: {
          decision: invalid(
            ["#/left/left/value", "fits none of the allowed forms"],
            ["#/value", "fits more than one form, and must fit one"],
          ),
        },
      },
      {
        ...sent({ left: {}, value: 13 }),
        expect: {
          decision: invalid(
            ["#/value", "fits more than one form, and must fit one"],
            ["#/value", "is of a form that is not allowed"],
          ),
        },
      },
    ],
  },
  {
    name: "reads OpenAPI 3.0's own words",
    config: body({
      type: "object",
      properties: { n: { type: "number", minimum: 0, exclusiveMinimum: true, nullable: true, example: 1 } },
    }),
    steps: [
      { ...sent({ n: null }), expect: { decision: "pass" } },
      { ...sent({ n: 0 }), expect: { decision: invalid(["#/n", "must be more than 0"]) } },
    ],
  },
  {
    name: "knows common formats",
    config: body({ type: "object", properties: { at: { format: "date-time" }, id: { format: "uuid" } } }),
    steps: [
      {
        ...sent({ at: "2026-11-23T04:00:00Z", id: "0af76519-16cd-43dd-8448-eb211c80319c" }),
        expect: { decision: "pass" },
      },
      {
        ...sent({ at: "2026-13-23T04:00:00Z", id: "7" }),
        expect: { decision: invalid(["#/at", "must be a date-time"], ["#/id", "must be a uuid"]) },
      },
    ],
  },
  {
    name: "refuses what is no JSON, too large, of another type, compressed or missing",
    config: body({ type: "object" }, { maxBytes: 10 }),
    steps: [
      {
        scene: { variables: json, body: "{]" },
        expect: { decision: invalid(["#", "is not JSON, names a member twice, or nests too deep"]) },
      },
      {
        scene: { variables: { ...json, http_content_length: "11" } },
        expect: {
          decision: { kind: "refuse", code: "body_too_large", detail: "The body may have at most 10 bytes." },
        },
      },
      {
        scene: { variables: { ...json, http_content_type: "text/plain" } },
        expect: { decision: { kind: "refuse", code: "media_type_unsupported" } },
      },
      {
        scene: { variables: { ...json, http_content_encoding: "gzip" } },
        expect: { decision: { kind: "refuse", code: "media_type_unsupported" } },
      },
      { scene: { variables: {} }, expect: { decision: invalid(["#", "a body is required"]) } },
    ],
  },
  {
    name: "lets through what it only reports, and says so in the response",
    config: { ...body({ type: "object", required: ["a", "b"] }), mode: "report" },
    steps: [
      { ...sent({ a: 1, b: 1 }), expect: { decision: "pass", responseFields: "" } },
      {
        ...sent({ c: 1 }),
        expect: { decision: "pass", responseFields: "gatehouse-validation: 2 found, first at #/a" },
      },
    ],
  },
  {
    name: "names at most twenty errors",
    config: body({ type: "array", items: { type: "integer" } }),
    steps: [
      {
        ...sent(Array.from({ length: 500 }, () => "x")),
        expect: {
          decision: invalid(
            ...Array.from({ length: 20 }, (_unused, index) => [`#/${index}`, "must be integer"] as const),
          ),
        },
      },
    ],
  },
  ...documentCases,
  ...hostileCases,
  ...composedCases,
  {
    name: "gives up on what takes too many steps, and lets none of it through",
    config: body({
      $defs: {
        node: {
          anyOf: [
            { properties: { a: { $ref: "#/$defs/node" }, b: { const: 1 } }, required: ["b"] },
            { properties: { a: { $ref: "#/$defs/node" }, b: { const: 2 } }, required: ["b"] },
          ],
        },
      },
      $ref: "#/$defs/node",
    }),
    steps: [
      {
        ...sent(Array.from({ length: 40 }).reduce((inner) => ({ a: inner, b: 3 }), {})),
        expect: { decision: invalid(["#", "takes too many steps to check"]) },
      },
    ],
  },
];
