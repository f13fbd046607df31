import type { PolicyCase } from "../case";
import type { OperationDocument } from "../document";
import type { PlanScope } from "../manifest";

const planScope = { basePath: "/shop/v1", operation: { key: "getItem", method: "POST", path: "/items/{id}" } };
const invalid = (...errors: readonly (readonly [string, string])[]) =>
  ({
    kind: "refuse",
    code: "request_invalid",
    errors: errors.map(([pointer, detail]) => ({ detail, pointer })),
  }) as const;
const json = { http_content_type: "application/json; charset=utf-8", http_content_length: "9" };
const sent = (value: unknown) => ({ scene: { variables: json, body: JSON.stringify(value) } });
const shared = {
  openapi: "3.0.3",
  components: {
    schemas: {
      Item: {
        type: "object",
        required: ["id", "name", "parts"],
        properties: {
          id: { type: "integer", readOnly: true },
          name: { type: "string", nullable: true },
          parts: { type: "array", items: { $ref: "#/components/schemas/Item" } },
        },
      },
    },
  },
};
const composed = {
  openapi: "3.1.0",
  components: {
    schemas: {
      Base: { type: "object", properties: { id: { type: "integer" } } },
      Pet: {
        $id: "https://pets.example/pet",
        allOf: [{ $ref: "#/components/schemas/Base" }],
        properties: { name: { $ref: "#name" }, mother: { $ref: "" } },
        unevaluatedProperties: false,
        $defs: { name: { $anchor: "name", type: "string" } },
      },
    },
  },
};
const content = (mediaType: string, schema: unknown, encoding = {}) => ({
  mediaType,
  schema,
  encoding,
  examples: [],
  place: ["paths", "/items/{id}", "post", "requestBody", "content", mediaType],
});
const parameter = (place: "path" | "query" | "header" | "cookie", name: string, schema: unknown, rest = {}) => ({
  in: place,
  name,
  required: false,
  style: place === "path" || place === "header" ? "simple" : "form",
  explode: place === "query",
  mayBeEmpty: false,
  isJson: false,
  schema,
  place: ["paths", "/items/{id}", "post", "parameters", "0", "schema"],
  ...rest,
});
const documented = (parts: Partial<OperationDocument>): PlanScope => ({
  ...planScope,
  operation: {
    ...planScope.operation,
    document: { root: shared, isOpenApi30: true, parameters: [], body: undefined, responses: [], ...parts },
  },
});
const list = { type: "array", items: { type: "integer" }, maxItems: 2 };
const size = {
  type: "object",
  properties: { width: { type: "integer" }, unit: { type: "string" } },
  required: ["width"],
};
const asked = (query: string) => ({ request: { query } });
const form = { http_content_type: "application/x-www-form-urlencoded", http_content_length: "9" };

/** What the policy takes from a document. */
export const documentCases: readonly PolicyCase[] = [
  {
    name: "goes by the document when nothing is written, through references that lead back to themselves",
    planScope: documented({
      parameters: [parameter("path", "id", { type: "integer" }), parameter("header", "X-Team", { enum: ["shop"] })],
      body: { required: true, contents: [content("application/json", { $ref: "#/components/schemas/Item" })] },
    }),
    steps: [
      {
        ...sent({ name: null, parts: [{ name: "a", parts: [] }] }),
        request: { path: "/shop/v1/items/7" },
        expect: { decision: "pass" },
      },
      {
        scene: { variables: { ...json, http_x_team: "x" }, body: JSON.stringify({ name: "a", parts: [{ name: 1 }] }) },
        request: { path: "/shop/v1/items/a+b" },
        expect: {
          decision: invalid(
            ["path/id", "must be integer"],
            ["header/X-Team", "is none of the allowed values"],
            ["#/parts/0/parts", "is required"],
            ["#/parts/0/name", "must be string or null"],
          ),
        },
      },
      {
        scene: { variables: {}, body: "" },
        request: { path: "/shop/v1/items/7" },
        expect: { decision: invalid(["#", "a body is required"]) },
      },
    ],
  },
  {
    name: "follows references of the document also out of a schema with an address of its own",
    planScope: documented({
      root: composed,
      isOpenApi30: false,
      body: { required: true, contents: [content("application/json", { $ref: "#/components/schemas/Pet" })] },
    }),
    steps: [
      { ...sent({ id: 1, name: "a", mother: { name: "b" } }), expect: { decision: "pass" } },
      {
        ...sent({ id: "1", name: 1, mother: { age: 7 } }),
        expect: {
          decision: invalid(
            ["#/name", "must be string"],
            ["#/mother/age", "is not expected here"],
            ["#/id", "must be integer"],
          ),
        },
      },
    ],
  },
  {
    name: "lets what is written by hand stand alone, or add to the document when it says so",
    planScope: documented({
      parameters: [parameter("query", "a", { type: "integer" }), parameter("query", "b", { type: "integer" })],
    }),
    config: { from: "document", parameters: [{ in: "query", name: "a", schema: { type: "boolean" } }] },
    steps: [
      { ...asked("?a=true&b=1"), expect: { decision: "pass" } },
      {
        ...asked("?a=1&b=x"),
        expect: { decision: invalid(["query/a", "must be boolean"], ["query/b", "must be integer"]) },
      },
    ],
  },
  {
    name: "reads lists as their style writes them",
    planScope: documented({
      parameters: [
        parameter("query", "spread", list),
        parameter("query", "deep", list, { style: "deepObject", explode: true }),
        parameter("query", "joined", list, { explode: false }),
        parameter("query", "piped", list, { style: "pipeDelimited", explode: false }),
        parameter("query", "spaced", list, { style: "spaceDelimited", explode: false }),
        parameter("header", "X-Ids", list),
        parameter("cookie", "ids", list, { explode: false }),
      ],
    }),
    steps: [
      {
        scene: { variables: { http_x_ids: "1, 2", http_cookie: "other=x; ids=1,2" } },
        ...asked("?spread=1&spread=2&deep[]=1&deep%5B1%5D=2&joined=1,2&piped=1%7C2&spaced=1%202"),
        expect: { decision: "pass" },
      },
      {
        scene: { variables: { http_x_ids: "1, x", http_cookie: "ids=1,2,3" } },
        ...asked("?spread=1&spread=x&deep[0]=x&joined=1%2C2&piped=1|2|3&spaced=a"),
        expect: {
          decision: invalid(
            ["query/spread/1", "must be integer"],
            ["query/deep/0", "must be integer"],
            ["query/joined/0", "must be integer"],
            ["query/piped", "must have at most 2 items"],
            ["query/spaced/0", "must be integer"],
            ["header/X-Ids/1", "must be integer"],
            ["cookie/ids", "must have at most 2 items"],
          ),
        },
      },
    ],
  },
  {
    name: "reads objects as their style writes them",
    planScope: documented({
      parameters: [
        parameter("query", "deep", size, { style: "deepObject" }),
        parameter("query", "joined", size, { explode: false }),
        parameter("header", "X-Size", size, { explode: true }),
        parameter("query", "filter", size, { isJson: true }),
      ],
    }),
    config: { allowsOtherParameters: false },
    steps: [
      {
        scene: { variables: { http_x_size: "width=1,unit=cm" } },
        ...asked("?deep%5Bwidth%5D=1&deep[unit]=cm&joined=width,2,unit,m&filter=%7B%22width%22:3%7D"),
        expect: { decision: "pass" },
      },
      {
        scene: { variables: { http_x_size: "unit=cm" } },
        ...asked("?deep[width]=x&joined=unit,m&filter=%7B&width=1"),
        expect: {
          decision: invalid(
            ["query/deep/width", "must be integer"],
            ["query/joined/width", "is required"],
            ["header/X-Size/width", "is required"],
            ["query/filter", "is not JSON, names a member twice, or nests too deep"],
            ["query", "holds parameters that are not expected"],
          ),
        },
      },
    ],
  },
  ...(
    [
      ["label", false, "/items/.1,2", "/items/.1,x"],
      ["label", true, "/items/.1.2", "/items/.1.x"],
      ["matrix", false, "/items/;id=1,2", "/items/;id=1,x"],
      ["matrix", true, "/items/;id=1;id=2", "/items/;id=1;id=x"],
    ] as const
  ).map(([style, explode, right, wrong]): PolicyCase => ({
    name: `reads a list in the style ${style}${explode ? ", exploded" : ""}`,
    planScope: documented({ parameters: [parameter("path", "id", list, { style, explode })] }),
    steps: [
      { request: { path: `/shop/v1${right}` }, expect: { decision: "pass" } },
      { request: { path: `/shop/v1${wrong}` }, expect: { decision: invalid(["path/id/1", "must be integer"]) } },
      {
        request: { path: "/shop/v1/items/1,2" },
        expect: { decision: invalid(["path/id", `must begin with ${style === "label" ? "." : ";id="}`]) },
      },
    ],
  })),
  ...(
    [
      ["label", false, ".width,1,unit,c%2Cwidth%2Cx", ".width,x"],
      ["label", true, ".width=1.unit=cm", ".width=x"],
      ["matrix", false, ";id=width,1,unit,c%2Cwidth%2Cx", ";id=width,x"],
      ["matrix", true, ";width=1;unit=c%3Bwidth=x", ";width=x"],
    ] as const
  ).map(([style, explode, right, wrong]): PolicyCase => ({
    name: `reads an object in the style ${style}${explode ? ", exploded" : ""}`,
    planScope: documented({ parameters: [parameter("path", "id", size, { style, explode })] }),
    steps: [
      { request: { path: `/shop/v1/items/${right}` }, expect: { decision: "pass" } },
      {
        request: { path: `/shop/v1/items/${wrong}` },
        expect: { decision: invalid(["path/id/width", "must be integer"]) },
      },
    ],
  })),
  {
    name: "reads single values in the styles label and matrix, and an empty list as one",
    planScope: documented({
      parameters: [
        parameter("path", "id", { type: "integer" }, { style: "matrix" }),
        parameter("query", "joined", list, { explode: false }),
      ],
    }),
    steps: [
      { request: { path: "/shop/v1/items/;id=7", query: "?joined=" }, expect: { decision: "pass" } },
      { request: { path: "/shop/v1/items/;id=x" }, expect: { decision: invalid(["path/id", "must be integer"]) } },
      { request: { path: "/shop/v1/items/7" }, expect: { decision: invalid(["path/id", "must begin with ;id="]) } },
    ],
  },
  {
    name: "checks forms as the object they stand for",
    planScope: documented({
      body: {
        required: true,
        contents: [
          content(
            "application/x-www-form-urlencoded",
            {
              type: "object",
              required: ["name"],
              additionalProperties: false,
              properties: { name: { type: "string" }, ids: list, joined: list, size },
            },
            { joined: { explode: false } },
          ),
        ],
      },
    }),
    steps: [
      {
        scene: { variables: form, body: "name=a+b&ids=1&ids=2&joined=1,2&size=%7B%22width%22:1%7D" },
        expect: { decision: "pass" },
      },
      {
        scene: { body: "ids=x&name=a&name=b&size=7&more=1" },
        expect: {
          decision: invalid(
            ["#/name", "is given more than once"],
            ["#/ids/0", "must be integer"],
            ["#/size", "must be object"],
            ["#/more", "is not expected here"],
          ),
        },
      },
    ],
  },
  {
    name: "takes the media types that the document has, and looks into those it can",
    planScope: documented({
      body: {
        required: false,
        contents: [
          content("*/*", { type: "object" }),
          content("text/*", { type: "string" }),
          content("application/json", { type: "array" }),
        ],
      },
    }),
    steps: [
      { scene: { variables: json, body: '{"a":1}' }, expect: { decision: invalid(["#", "must be array"]) } },
      { scene: { variables: { ...json, http_content_type: "text/plain" } }, expect: { decision: "pass" } },
      { scene: { variables: { ...json, http_content_type: "image/png" } }, expect: { decision: "pass" } },
      {
        scene: { variables: { ...json, http_content_type: "application/vnd.a+json" }, body: "[1]" },
        expect: { decision: invalid(["#", "must be object"]) },
      },
      { scene: { variables: {}, body: "" }, expect: { decision: "pass" } },
    ],
  },
];
