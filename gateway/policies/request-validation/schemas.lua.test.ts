import { crc32 } from "node:zlib";
import {
  registerSchema,
  setShouldValidateFormat,
  unregisterSchema,
  validate,
} from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/formats";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";
import { NODE_NATIVES } from "../../testing/node-natives";
import { playCase } from "../../testing/play-case";
import type { StepResult } from "../case";
import { findPolicy } from "../index";
import * as steps from "./run";

/** Few names and values, so that schemas and values meet. */
const name = fc.constantFrom("a", "b", "a1", "x/y");
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    "",
    "a",
    "b1",
    "été",
    "2026-11-28",
    "127.0.0.1",
    1.5,
    -0.25,
    12345678901234567890,
  ),
  fc.integer({ min: -3, max: 6 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
}));

const small = fc.integer({ min: 0, max: 4 });
const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const list = fc.array(tie("schema"), { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(name, tie("schema"), { minKeys: 1, maxKeys: 3 });
  const one = (key: string, of: fc.Arbitrary<unknown>) => of.map((content) => ({ [key]: content }));
  return {
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      one("type", fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object")),
      one("type", fc.uniqueArray(fc.constantFrom("null", "integer", "string", "object"), { minLength: 1 })),
      one(
        "enum",
        fc.uniqueArray(value, {
          minLength: 1,
          maxLength: 4,
          comparator: (left, right) => JSON.stringify(left) === JSON.stringify(right),
        }),
      ),
      one("const", value),
      one("minimum", fc.integer({ min: -3, max: 6 })),
      one("exclusiveMaximum", fc.integer({ min: -3, max: 6 })),
      one("multipleOf", fc.constantFrom(1, 2, 0.5)),
      one("minLength", small),
      one("maxLength", small),
      one("pattern", fc.constantFrom("^a", "1$", "^[a-z]\\d?$", "\\u00e9", ".")),
      one("format", fc.constantFrom("date", "ipv4", "note")),
      one("minItems", small),
      one("maxItems", small),
      fc.constant({ uniqueItems: true }),
      one("required", fc.uniqueArray(name, { minLength: 1 })),
      one("minProperties", small),
      one("maxProperties", small),
      one("items", tie("schema")),
      one("contains", tie("schema")),
      one("properties", map),
      one("additionalProperties", tie("schema")),
      fc.record({ properties: map, additionalProperties: fc.constant(false) }),
      fc.record({
        patternProperties: fc.dictionary(fc.constantFrom("^a", "1$"), tie("schema"), { minKeys: 1 }),
        additionalProperties: tie("schema"),
      }),
      one("propertyNames", tie("schema")),
      one("dependentRequired", fc.dictionary(name, fc.uniqueArray(name, { minLength: 1 }), { minKeys: 1 })),
      one("dependentSchemas", map),
      fc.record({ prefixItems: list, items: tie("schema") }),
      fc.record({ items: list, additionalItems: tie("schema") }),
      one("allOf", list),
      one("anyOf", list),
      one("oneOf", list),
      one("not", tie("schema")),
      fc.record({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
      // Beside what looks at some of the value, on this level and within.
      fc.record(
        { unevaluatedProperties: tie("schema"), properties: map, anyOf: list },
        { requiredKeys: ["unevaluatedProperties"] },
      ),
      fc.record(
        { unevaluatedProperties: fc.constant(false), allOf: list, oneOf: list, dependentSchemas: map },
        { requiredKeys: ["unevaluatedProperties"] },
      ),
      fc.record(
        {
          unevaluatedProperties: tie("schema"),
          patternProperties: fc.constant({ "^a": true }),
          if: tie("schema"),
          then: tie("schema"),
          else: tie("schema"),
          not: tie("schema"),
        },
        { requiredKeys: ["unevaluatedProperties", "if"] },
      ),
      fc.record(
        { unevaluatedItems: tie("schema"), prefixItems: list, anyOf: list },
        { requiredKeys: ["unevaluatedItems"] },
      ),
      fc.record(
        {
          unevaluatedItems: fc.constant(false),
          allOf: list,
          if: tie("schema"),
          then: tie("schema"),
          else: tie("schema"),
        },
        { requiredKeys: ["unevaluatedItems", "allOf"] },
      ),
      fc.constant({ $ref: "#/$defs/shared" }),
      fc.constantFrom({ $ref: "#named" }, { $dynamicRef: "#named" }),
      one("additionalProperties", fc.constant(true)),
      one(
        "dependencies",
        fc.dictionary(name, fc.oneof(fc.uniqueArray(name, { minLength: 1 }), tie("schema")), { minKeys: 1 }),
      ),
      fc.boolean(),
    ),
  };
});
const root = fc
  .record({ schema, shared: schema, named: schema })
  .filter(({ shared, named }) => !hasReference([shared, named]));

/** Forms that look at some parts of a value, and ask what none has looked at. */
const leaf = fc.constantFrom<unknown>(true, { type: "integer" }, { type: "string" }, { const: 1 });
const rest = fc.oneof(fc.constant(false), leaf);
const { form } = fc.letrec<{ form: unknown }>((tie) => {
  const list = fc.array(tie("form"), { minLength: 1, maxLength: 3 });
  const words = fc.record(
    {
      properties: fc.dictionary(name, leaf, { minKeys: 1, maxKeys: 2 }),
      patternProperties: fc.dictionary(fc.constantFrom("^a", "1$"), leaf, { minKeys: 1, maxKeys: 1 }),
      required: fc.constantFrom(["a"], ["b"]),
      prefixItems: fc.array(leaf, { minLength: 1, maxLength: 2 }),
      minItems: fc.constantFrom(1, 2),
    },
    { requiredKeys: [] },
  );
  const other = fc.oneof(
    fc.record({ additionalProperties: leaf }),
    fc.record({ items: leaf }),
    fc.record({ contains: leaf, minContains: fc.constantFrom(0, 1, 2) }),
    fc.constant({ $ref: "#/$defs/shared" }),
    fc.constant({ $dynamicRef: "#named" }),
  );
  const around = fc.oneof(
    fc.record({ allOf: list }),
    fc.record({ anyOf: list }),
    fc.record({ oneOf: list }),
    fc.record({ not: tie("form") }),
    fc.record({ dependentSchemas: fc.dictionary(name, tie("form"), { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ if: tie("form"), then: tie("form"), else: tie("form") }, { requiredKeys: ["if"] }),
    fc
      .record({ inner: tie("form"), of: fc.constantFrom("unevaluatedProperties", "unevaluatedItems"), rest })
      .map(({ inner, of, rest: others }) => ({ ...(inner as object), [of]: others })),
  );
  return {
    form: fc.oneof(
      { depthSize: "small" },
      words,
      other,
      around,
      fc.record({ words, around }).map(({ words: own, around: more }) => ({ ...own, ...more })),
    ),
  };
});
const shallow = fc.constantFrom<unknown>(1, 2, "x", null);
const parts = fc.oneof(fc.array(shallow, { maxLength: 4 }), fc.dictionary(name, shallow, { maxKeys: 4 }));
const whole = fc
  .record({ form, shared: form, named: form, rest })
  .filter(({ shared, named }) => !hasReference([shared, named]))
  .map(({ form: asked, shared, named, rest: others }) => ({
    $defs: { shared, named: { ...(named as object), $dynamicAnchor: "named" } },
    ...(asked as object),
    unevaluatedProperties: others,
    unevaluatedItems: others,
  }));

/** Schemas with addresses of their own, which refer to each other, and dynamically to a name that each of them may have. */
const step = fc.constantFrom<unknown>(
  { $ref: "one" },
  { $ref: "two" },
  { $dynamicRef: "#name" },
  { $dynamicRef: "one#name" },
  {
    $ref: "two#name",
  },
);
const resource = fc
  .record({ a: step, b: step, named: leaf, isDynamic: fc.boolean(), inner: step })
  .map(({ a, b, named, isDynamic, inner }) => ({
    properties: { a, b },
    $defs: {
      name: {
        [isDynamic ? "$dynamicAnchor" : "$anchor"]: "name",
        anyOf: [named, { required: ["b"], properties: { b: inner } }],
      },
    },
  }));
const resources = fc.record({ whole: resource, one: resource, two: resource }).map(({ whole: outer, one, two }) => ({
  ...outer,
  $defs: { ...outer.$defs, one: { ...one, $id: "one" }, two: { ...two, $id: "two" } },
}));
const { nested } = fc.letrec<{ nested: unknown }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(1, 2, "x"),
    fc.record({ a: tie("nested"), b: tie("nested") }, { requiredKeys: [] }),
  ),
}));

function hasReference(part: unknown): boolean {
  return /\$ref|\$dynamicRef/.test(JSON.stringify(part));
}

/** As JSON: objects would else be told apart by their prototypes too. */
function plain<Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return of.map((content) => JSON.parse(JSON.stringify(content)) as Value);
}

/** No value holds any of these words, so that whatever does is a schema. */
function inWordsOf2020(part: unknown): unknown {
  if (typeof part !== "object" || part === null) {
    return part;
  }
  if (Array.isArray(part)) {
    return part.map(inWordsOf2020);
  }
  const { dependencies, additionalItems, ...rest } = Object.fromEntries(
    Object.entries(part).map(([key, inner]) => [key, inWordsOf2020(inner)]),
  );
  if (dependencies !== undefined) {
    const [lists, schemas] = [true, false].map((isList) =>
      Object.fromEntries(Object.entries(dependencies as object).filter(([, each]) => Array.isArray(each) === isList)),
    );
    return { dependentRequired: lists, dependentSchemas: schemas };
  }
  return Array.isArray(rest.items) ? { prefixItems: rest.items, items: additionalItems } : rest;
}

/** By a validator that passes JSON Schema's own suite, which ajv does not: to it, what a branch looks at counts even if it does not fit. */
async function judge(schema: object, values: readonly unknown[]): Promise<boolean[]> {
  const address = "https://schemas.test/whole";
  registerSchema(schema as never, address, "https://json-schema.org/draft/2020-12/schema");
  try {
    const validateBy = await validate(address);
    return values.map((each) => validateBy(each as never).valid);
  } finally {
    unregisterSchema(address);
  }
}

describeLua("schemas, against another validator", (lua) => {
  const policy = findPolicy("request-validation");

  beforeAll(() => {
    setShouldValidateFormat(true);
  });

  async function compare(asked: object, values: readonly unknown[]): Promise<void> {
    const plan = JSON.parse(
      JSON.stringify(policy?.plan({ body: { schema: asked } }, { basePath: "", operation: undefined })),
    ) as never;
    const scene = { variables: { http_content_type: "application/json", http_content_length: "9" } };
    const played = values.map((each) => ({
      scene: { body: JSON.stringify(each) },
      expect: { decision: "pass" as const },
    }));
    const onNode = playCase(steps, plan, scene, played, (text) => crc32(text), NODE_NATIVES);
    const onLua = await lua().call<StepResult[]>("play", { policy: "request-validation", plan, scene, steps: played });
    const wanted = await judge(inWordsOf2020(asked) as object, values);
    expect(onNode.map(({ decision }) => decision === "pass")).toEqual(wanted);
    expect(onLua.map(({ decision }) => decision === "pass")).toEqual(wanted);
  }

  it("are judged the same by the worker, by Node and by it", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plain(root), plain(fc.array(value, { minLength: 1, maxLength: 8 })), (tree, values) =>
        compare(
          {
            $defs: { shared: tree.shared, named: { $dynamicAnchor: "named", allOf: [tree.named] } },
            allOf: [tree.schema],
          },
          values,
        ),
      ),
      { numRuns: 300 },
    );
  });

  it("follow dynamic references by the way there", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plain(resources), plain(fc.array(nested, { minLength: 4, maxLength: 8 })), compare),
      { numRuns: 1000 },
    );
  });

  it("know what of a value none of their forms has looked at", { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(plain(whole), plain(fc.array(parts, { minLength: 4, maxLength: 8 })), compare), {
      numRuns: 600,
    });
  });
});
