import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { importDocument, referencesFromFiles } from "./import-document";
import type { JsonObject, JsonValue } from "./json";
import { PROBLEM_CODES } from "./problem-codes";
import { readFixture, readFixtureFiles } from "./testing";
import type { ImportResult } from "./parsed-document";

const TEXTS = ["petstore-2.0.json", "petstore-3.0.yaml", "petstore-3.1.yaml"].map((name) =>
  readFixture(`petstore/${name}`),
);
const BOOKSHOP = readFixtureFiles("bookshop");
const FRAGMENTS = [
  '{"$ref": "#/paths"}',
  "&a [*a]",
  "*a",
  "<<: *a",
  "[[[[",
  "}}}}",
  '"\\ud800"',
  "\0",
  "- - - -",
  "? :",
  "\n\t",
  "__proto__: {}",
  "---\n",
  "%YAML 1.1\n",
  "!!js/function x",
  "$ref: '#/definitions/Pet'",
  "🐈",
];

/** What holds of every answer, whatever the question was. */
function checkResult(result: ImportResult): void {
  if (!result.ok) {
    expect(result.problems.length).toBeGreaterThan(0);
    for (const { code, message, place } of result.problems) {
      expect(Object.hasOwn(PROBLEM_CODES, code)).toBe(true);
      expect(message.length).toBeLessThan(2_000);
      expect(place === "" || place.startsWith("/")).toBe(true);
    }
    return;
  }
  const { operations, bundled } = result.document;
  expect(operations.length).toBeGreaterThan(0);
  expect(new Set(operations.map(({ key }) => key)).size).toBe(operations.length);
  expect(bundled.openapi).toMatch(/^3\.[01]/);
  expect(JSON.parse(JSON.stringify(bundled))).toEqual(bundled);
}

const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 40 }),
  insert: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 8 })),
});

function applyEdits(text: string, edits: readonly { at: number; remove: number; insert: string }[]): string {
  return edits.reduce((current, { at, remove, insert }) => {
    const start = at % (current.length + 1);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

describe("importDocument never throws and always ends with an answer that makes sense", { timeout: 180_000 }, () => {
  it("for documents with random edits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TEXTS),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (text, edits) => {
          checkResult(await importDocument({ text: applyEdits(text, edits) }));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("for files of a document with random edits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(BOOKSHOP)),
        fc.array(edit, { minLength: 1 }),
        async (name, edits) => {
          const files = { ...BOOKSHOP, [name]: applyEdits(BOOKSHOP[name] ?? "", edits) };
          const text = files["openapi.yaml"] ?? "";
          const fetchReference = referencesFromFiles(files);
          checkResult(await importDocument({ text, location: "openapi.yaml", fetchReference }));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("for any text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...FRAGMENTS, "a", ":", " ", "\n", '"', "'")), async (parts) => {
        checkResult(await importDocument({ text: parts.join("") }));
      }),
      { numRuns: 300 },
    );
  });

  it("for documents whose fields hold anything, with references anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(wildDocument, fc.boolean(), async (document, asYaml) => {
        checkResult(await importDocument({ text: asYaml ? stringify(document) : JSON.stringify(document) }));
      }),
      { numRuns: 200 },
    );
  });
});

const FIELDS = (
  "paths components definitions parameters responses schemas pathItems get post parameters requestBody content schema properties " +
  "items allOf callbacks headers examples links in name body formData type consumes produces discriminator mapping /a /{b} x $ref"
).split(" ");

const PLACES = [
  "#",
  "#/paths/~1a",
  "#/paths/~1a/get",
  "#/components/schemas/x",
  "#/components/parameters/x",
  "#/components/pathItems/x",
  "#/definitions/x",
  "#/parameters/x",
  "#/definitions/x/properties/x",
  "other.yaml#/a",
];

/** Shapes close enough to OpenAPI that every part of the importer meets things of the wrong kind. */
const { wild } = fc.letrec<{ wild: JsonValue; reference: JsonObject; object: JsonObject }>((tie) => ({
  reference: fc.constantFrom(...PLACES).map(($ref): JsonObject => ({ $ref })),
  object: fc.dictionary(fc.constantFrom(...FIELDS), tie("wild"), { maxKeys: 6 }),
  wild: fc.oneof(
    { maxDepth: 6, depthSize: "large" },
    fc.constantFrom<JsonValue>(null, true, 1, "x", "body", "formData", "path", "array", "#/paths"),
    tie("reference"),
    tie("object"),
    tie("object"),
    fc.array(tie("wild"), { maxLength: 3 }) as fc.Arbitrary<JsonValue>,
  ),
}));

const wildDocument = fc
  .tuple(fc.constantFrom("2.0", "3.0.0", "3.1.0"), wild, wild, wild, wild)
  .map(([version, get, item, one, two]): JsonObject => {
    const sections: JsonObject =
      version === "2.0"
        ? { definitions: { x: one }, parameters: { x: two }, responses: { x: one } }
        : { components: { schemas: { x: one }, parameters: { x: two }, pathItems: { x: item } } };
    const head: JsonObject = version === "2.0" ? { swagger: version } : { openapi: version };
    return { ...head, paths: { "/a": { get, parameters: [two] }, "/b": item, "/c": { get: {} } }, ...sections };
  });
