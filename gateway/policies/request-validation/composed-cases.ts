import type { PolicyCase } from "../case";

const invalid = (...errors: readonly (readonly [string, string])[]) =>
  ({
    kind: "refuse",
    code: "request_invalid",
    errors: errors.map(([pointer, detail]) => ({ detail, pointer })),
  }) as const;
const scene = { variables: { http_content_type: "application/json", http_content_length: "9" } };
const body = (schema: unknown) => ({ body: { schema } });
const text = (sent: string) => ({ scene: { body: sent } });
const passes = (...values: readonly unknown[]) =>
  values.map((value) => ({ ...text(JSON.stringify(value)), expect: { decision: "pass" as const } }));
const fails = (value: unknown, ...errors: readonly (readonly [string, string])[]) => ({
  ...text(JSON.stringify(value)),
  expect: { decision: invalid(...errors) },
});
const unexpected = "is not expected here";
const NO_FORM = "fits none of the allowed forms";

/** Schemas that are put together of others, and what makes an empty array. */
export const composedCases: readonly PolicyCase[] = [
  {
    name: "knows properties that no part of a schema has looked at",
    scene,
    config: body({
      $defs: { base: { type: "object", properties: { id: { type: "integer" } }, patternProperties: { "^x-": true } } },
      allOf: [{ $ref: "#/$defs/base" }],
      anyOf: [
        { properties: { kind: { const: "cat" }, lives: { type: "integer" } }, required: ["lives"] },
        { properties: { kind: { const: "dog" }, name: { type: "string" } }, required: ["name"] },
      ],
      if: { properties: { isOld: { const: true } }, required: ["isOld"] },
      then: { properties: { since: true } },
      dependentSchemas: { id: { properties: { revision: true } } },
      not: { properties: { banned: true }, required: ["banned"] },
      unevaluatedProperties: false,
    }),
    steps: [
      ...passes({ id: 1, kind: "cat", lives: 9, "x-a": 1, revision: 1 }, { lives: 1, name: "a" }),
      ...passes({ lives: 1, isOld: true, since: 1 }),
      // What only the form that does not fit has looked at, and what comes with another.
      fails({ kind: "cat", lives: 9, name: 7 }, ["#/name", unexpected]),
      fails({ lives: 1, since: 1 }, ["#/since", unexpected]),
      fails({ lives: 1, revision: 1 }, ["#/revision", unexpected]),
      fails({ lives: 1, banned: 1 }, ["#", "is of a form that is not allowed"], ["#/banned", unexpected]),
      fails({ id: "1", lives: 1, other: 1 }, ["#/id", "must be integer"], ["#/other", unexpected]),
      // Not said of each property as well.
      fails({ kind: "cow", legs: 4 }, ["#", NO_FORM]),
    ],
  },
  {
    name: "does not count what a schema beside has looked at, but what one within has",
    scene,
    config: body({
      properties: {
        cousins: {
          allOf: [{ properties: { a: true } }, { unevaluatedProperties: false }],
          unevaluatedProperties: true,
        },
        nested: {
          allOf: [{ properties: { a: true }, unevaluatedProperties: { type: "integer" } }],
          unevaluatedProperties: false,
        },
        inner: { properties: { part: { properties: { a: true } } }, unevaluatedProperties: false },
      },
    }),
    steps: [
      ...passes({ cousins: {}, nested: { a: "x", b: 1 }, inner: { part: { a: 1, b: 1 } } }),
      fails(
        { cousins: { a: 1 }, nested: { b: "x" }, inner: { a: 1 } },
        ["#/cousins/a", unexpected],
        ["#/nested/b", "must be integer"],
        ["#/inner/a", unexpected],
      ),
    ],
  },
  {
    name: "knows items that no part of a schema has looked at",
    scene,
    config: body({
      properties: {
        closed: {
          prefixItems: [true],
          anyOf: [{ prefixItems: [true, { type: "integer" }] }, true],
          unevaluatedItems: false,
        },
        some: { contains: { type: "string" }, unevaluatedItems: { type: "integer" } },
        all: { allOf: [{ items: true }], unevaluatedItems: false },
      },
    }),
    steps: [
      ...passes({ closed: ["a", 1], some: ["a", 1, "b"], all: [1, 2, 3] }),
      fails({ closed: ["a", "b"], some: ["a", null, 1] }, ["#/closed/1", unexpected], ["#/some/1", "must be integer"]),
    ],
  },
  {
    name: "looks into a schema that holds itself once, also where it asks what was not looked at",
    scene,
    config: body({
      $dynamicAnchor: "node",
      anyOf: [{ properties: { child: { $dynamicRef: "#node" } } }],
      unevaluatedProperties: false,
    }),
    steps: [
      ...passes(Array.from({ length: 40 }).reduce((child) => ({ child }), {})),
      fails({ child: { child: { other: 1 } } }, ["#", NO_FORM]),
    ],
  },
  {
    name: "finds schemas by their names and addresses",
    scene,
    config: body({
      $id: "https://shop.example/schemas/order",
      $defs: {
        sku: { $anchor: "sku", type: "string" },
        address: {
          $id: "address",
          properties: { zip: { $ref: "#zip" }, sku: { $ref: "order#sku" }, next: { $recursiveRef: "#" } },
          $defs: { zip: { $anchor: "zip", type: "integer" } },
        },
      },
      properties: {
        sku: { $ref: "#sku" },
        to: { $ref: "https://shop.example/schemas/address" },
        zip: { $ref: "address#/$defs/zip" },
        $anchor: { const: 1 },
        // A property of that name, and no default.
        default: { $anchor: "count", type: "integer" },
        count: { $ref: "#count" },
      },
    }),
    steps: [
      ...passes({ sku: "a", to: { zip: 1, sku: "a", next: { zip: 2 } }, zip: 3, $anchor: 1 }),
      fails(
        { sku: 1, to: { zip: "1", sku: 1, next: { zip: "2" } }, zip: "3", $anchor: 2, count: "1" },
        ["#/sku", "must be string"],
        ["#/to/zip", "must be integer"],
        ["#/to/sku", "must be string"],
        ["#/to/next/zip", "must be integer"],
        ["#/zip", "must be integer"],
        ["#/$anchor", "is not the one allowed value"],
        ["#/count", "must be integer"],
      ),
    ],
  },
  {
    name: "follows a dynamic reference to the outermost schema that has the name, on each way there",
    scene,
    config: body({
      $defs: {
        list: {
          $id: "list",
          items: { $dynamicRef: "#item" },
          $defs: { any: { $dynamicAnchor: "item" } },
        },
        texts: { $id: "texts", $ref: "list", $defs: { text: { $dynamicAnchor: "item", type: "string" } } },
        numbers: { $id: "numbers", $ref: "list", $defs: { number: { $dynamicAnchor: "item", type: "number" } } },
        fixed: { $id: "fixed", $ref: "list", $defs: { number: { $anchor: "item", type: "number" } } },
        tree: { $id: "tree", $recursiveAnchor: true, properties: { child: { $recursiveRef: "#" } } },
        closed: { $id: "closed", $recursiveAnchor: true, $ref: "tree", unevaluatedProperties: false },
      },
      properties: {
        any: { $ref: "list" },
        texts: { $ref: "texts" },
        numbers: { $ref: "numbers" },
        fixed: { $ref: "fixed" },
        tree: { $ref: "tree" },
        closed: { $ref: "closed" },
      },
    }),
    steps: [
      ...passes({
        any: [1, "a"],
        texts: ["a"],
        numbers: [1],
        fixed: ["a"],
        tree: { child: { a: 1 } },
        closed: { child: {} },
      }),
      fails(
        { texts: [1], numbers: ["a"], closed: { child: { a: 1 } } },
        ["#/texts/0", "must be string"],
        ["#/numbers/0", "must be number"],
        ["#/closed/child/a", unexpected],
      ),
    ],
  },
  {
    name: "reads words of before 2019",
    scene,
    config: body({
      definitions: { name: { $id: "#name", type: "string" } },
      properties: {
        row: { items: [{ type: "string" }], additionalItems: { type: "integer" } },
        pair: { items: [true, true], additionalItems: false },
        list: { items: { type: "integer" }, additionalItems: false },
        name: { $ref: "#name" },
      },
      dependencies: { card: ["owner"], owner: { properties: { owner: { type: "string" } } } },
    }),
    steps: [
      ...passes({ row: ["a", 1, 2], pair: [1], list: [1, 2, 3], name: "a", card: 1, owner: "a" }),
      fails(
        { row: ["a", "b"], pair: [1, 2, 3], name: 1, card: 1 },
        ["#/row/1", "must be integer"],
        ["#/pair/2", "is of a form that is not allowed"],
        ["#/name", "must be string"],
        ["#/owner", "is required with card"],
      ),
      fails({ owner: 1 }, ["#/owner", "must be string"]),
    ],
  },
  {
    name: "takes no empty array for an object, nor the other way round",
    scene,
    config: body({
      type: "object",
      properties: {
        list: { type: "array", minItems: 0 },
        object: { type: "object", properties: {} },
        either: { minItems: 1, required: ["a"] },
        none: { const: [] },
        different: { uniqueItems: true },
        note: { type: "string" },
      },
    }),
    steps: [
      ...passes({}, { list: [], object: {} }, { object: {}, list: [[]] }, { none: [], different: [[], {}, "[]"] }),
      ...passes({ note: 'a "[]" b\\', list: [], object: { "[]": '\\"[]' } }),
      { ...text('{ "note": "\\\\", "list": [ \t\r\n ], "object": { } }'), expect: { decision: "pass" } },
      fails({ list: {} }, ["#/list", "must be array"]),
      fails({ note: "[]", object: [], list: {} }, ["#/list", "must be array"], ["#/object", "must be object"]),
      fails({ either: [] }, ["#/either", "must have at least 1 items"]),
      fails({ either: {} }, ["#/either/a", "is required"]),
      fails(
        { none: {}, different: [[], {}, []] },
        ["#/none", "is not the one allowed value"],
        ["#/different/2", "is the same as item 0"],
      ),
      { ...text("[ ]"), expect: { decision: invalid(["#", "must be object"]) } },
      ...['{"note":"a"[]}', '{"list":[]', '{"list":[],"note":"[]', "[]]", "[[],]"].map((sent) => ({
        ...text(sent),
        expect: { decision: invalid(["#", "is not JSON, names a member twice, or nests too deep"]) },
      })),
    ],
  },
];
