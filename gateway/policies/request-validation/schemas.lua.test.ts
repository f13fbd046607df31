import Ajv from "ajv";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";
import { NODE_NATIVES } from "../../testing/node-natives";
import { playCase } from "../../testing/play-case";
import type { StepResult } from "../case";
import { findPolicy } from "../index";
import * as steps from "./run";

/** Few names and values, so that schemas and values meet. Neither `{}` nor `[]`, which the worker cannot tell apart. */
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
    fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
    fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 4 }),
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
      one("allOf", list),
      one("anyOf", list),
      one("oneOf", list),
      one("not", tie("schema")),
      fc.record({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
      fc.constant({ $ref: "#/$defs/shared" }),
      fc.boolean(),
    ),
  };
});
const root = fc.record({ schema, shared: schema }).filter(({ shared }) => !JSON.stringify(shared).includes("$ref"));

/** As JSON: ajv tells objects apart by their prototypes too. */
function plain<Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return of.map((content) => JSON.parse(JSON.stringify(content)) as Value);
}

/** The ajv at hand is of draft 7, where two keywords were one and lists of schemas stood under `items`. */
function asDraft7(node: unknown): unknown {
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    return node;
  }
  const words = node as Record<string, unknown>;
  const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
  const maps = ["properties", "patternProperties", "dependentSchemas", "$defs"];
  const ones = ["items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"];
  const converted = Object.fromEntries(
    Object.entries(words).map(([key, content]) => [
      key,
      lists.includes(key)
        ? (content as unknown[]).map(asDraft7)
        : maps.includes(key)
          ? Object.fromEntries(Object.entries(content as object).map(([each, part]) => [each, asDraft7(part)]))
          : ones.includes(key)
            ? asDraft7(content)
            : content,
    ]),
  );
  const { prefixItems, dependentRequired, dependentSchemas, ...rest } = converted;
  if (prefixItems !== undefined) {
    return { items: prefixItems, additionalItems: rest.items };
  }
  return dependentRequired === undefined && dependentSchemas === undefined
    ? rest
    : { dependencies: dependentRequired ?? dependentSchemas };
}

describeLua("schemas, against ajv", (lua) => {
  it("are judged the same by the worker, by Node and by ajv", { timeout: 60_000 }, async () => {
    const policy = findPolicy("request-validation");
    const ajv = new Ajv({ unknownFormats: "ignore", logger: false });
    await fc.assert(
      fc.asyncProperty(plain(root), plain(fc.array(value, { minLength: 1, maxLength: 8 })), async (tree, values) => {
        const whole = { $defs: { shared: tree.shared }, allOf: [tree.schema] };
        const plan = JSON.parse(
          JSON.stringify(policy?.plan({ body: { schema: whole } }, { basePath: "", operation: undefined })),
        ) as never;
        const scene = {
          variables: { http_content_type: "application/json", http_content_length: "9" },
        };
        const played = values.map((each) => ({
          scene: { body: JSON.stringify(each) },
          expect: { decision: "pass" as const },
        }));
        const onNode = playCase(steps, plan, scene, played, (text) => crc32(text), NODE_NATIVES);
        const onLua = await lua().call<StepResult[]>("play", {
          policy: "request-validation",
          plan,
          scene,
          steps: played,
        });
        const validate = ajv.compile(asDraft7(whole) as object);
        const wanted = values.map((each) => validate(each));
        expect(onNode.map(({ decision }) => decision === "pass")).toEqual(wanted);
        expect(onLua.map(({ decision }) => decision === "pass")).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });
});
