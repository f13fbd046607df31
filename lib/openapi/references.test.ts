import { describe, expect, it } from "vitest";
import { referencesFromFiles } from "./import-document";
import { resolveReference } from "./locations";
import { accept, measureCpu, refuse, yamlDocument } from "./testing";

const PATHS = "/a: { get: {} }";

describe("references in a circle", () => {
  it("are a problem at each of their places when they never reach a value", async () => {
    const schemas = [
      "components:",
      "  schemas:",
      '    A: { $ref: "#/components/schemas/B" }',
      '    B: { $ref: "#/components/schemas/C" }',
      '    C: { $ref: "#/components/schemas/A" }',
      '    Self: { $ref: "#/components/schemas/Self" }',
      '    Inner: { $ref: "#/components/schemas/Inner/properties/x" }',
      '    Innocent: { $ref: "#/components/schemas/A" }',
    ].join("\n");
    const problems = await refuse(yamlDocument(PATHS, schemas));
    expect(problems.map(({ code, place, line }) => [code, place, line])).toEqual([
      ["reference_loop", "/components/schemas/A", 7],
      ["reference_loop", "/components/schemas/B", 8],
      ["reference_loop", "/components/schemas/C", 9],
      ["reference_loop", "/components/schemas/Self", 10],
      ["reference_loop", "/components/schemas/Inner", 11],
    ]);
  });

  it("are found across files and among paths", async () => {
    const files = { "b.yaml": "{ $ref: c.yaml }", "c.yaml": "{ $ref: b.yaml }" };
    const text = yamlDocument('/a: { $ref: b.yaml }\n/b: { $ref: "#/paths/~1b" }');
    const problems = await refuse({ text, fetchReference: referencesFromFiles(files) });
    expect(problems.map(({ code, file, place }) => [code, file, place])).toEqual([
      ["reference_loop", undefined, "/paths/~1b"],
      ["reference_loop", "b.yaml", ""],
      ["reference_loop", "c.yaml", ""],
    ]);
  });

  it("are legal where a schema refers to itself from within, and are not unrolled", async () => {
    const schemas = {
      Node: { properties: { children: { type: "array", items: { $ref: "#/components/schemas/Node" } } } },
      Left: { properties: { right: { $ref: "#/components/schemas/Right" } } },
      Right: { properties: { left: { $ref: "#/components/schemas/Left" } } },
      Name: { $ref: "#/components/schemas/Node" },
    };
    const document = { openapi: "3.1.0", paths: { "/a": { get: {} } }, components: { schemas } };
    const { bundled, warnings } = await accept(JSON.stringify(document));
    expect(bundled.components).toEqual({ schemas });
    expect(warnings.filter(({ code }) => code !== "title_missing" && code !== "version_missing")).toEqual([]);
  });

  it("recursion through other files becomes components that refer to each other", async () => {
    const files = {
      "node.yaml": "properties: { next: { $ref: 'node.yaml' }, other: { $ref: 'other.yaml#/x/Other' } }",
      "other.yaml": "x: { Other: { properties: { node: { $ref: node.yaml } } } }",
    };
    const text = yamlDocument(
      "/a: { get: { responses: { 200: { description: x, content: { a/b: { schema: { $ref: node.yaml } } } } } } }",
    );
    const { bundled } = await accept({ text, fetchReference: referencesFromFiles(files) });
    expect(bundled.components).toEqual({
      schemas: {
        node: {
          properties: { next: { $ref: "#/components/schemas/node" }, other: { $ref: "#/components/schemas/Other" } },
        },
        Other: { properties: { node: { $ref: "#/components/schemas/node" } } },
      },
    });
  });

  it("a path that refers to itself from its own callback ends", async () => {
    const text = yamlDocument(
      '/a: { $ref: "p.yaml" }\n/b: { get: { callbacks: { c: { x: { $ref: "#/paths/~1b" } } } } }',
    );
    const files = { "p.yaml": "get: { callbacks: { c: { '{$url}': { $ref: p.yaml } } } }" };
    const { operations, warnings } = await accept({ text, fetchReference: referencesFromFiles(files) });
    expect(operations.map(({ key }) => key)).toEqual(["GET /a", "GET /b"]);
    expect(warnings.map(({ code }) => code)).toContain("value_ignored");
  });

  it("10,000 references in a row are followed in linear time", async () => {
    const row = Array.from({ length: 10_000 }, (_, index) => [
      `S${index}`,
      { $ref: `#/components/schemas/S${index + 1}` },
    ]);
    const schemas = { ...Object.fromEntries(row), S10000: { type: "string" } };
    const text = JSON.stringify({ openapi: "3.0.0", paths: { "/a": { get: {} } }, components: { schemas } });
    const { cpuMs } = await measureCpu(() => accept(text));
    expect(cpuMs).toBeLessThan(4_000);
  });
});

describe("references that lead nowhere", () => {
  it("are a warning, but a problem where an operation hangs on them", async () => {
    const missing = '{ $ref: "#/components/schemas/Missing" }';
    const { warnings, bundled } = await accept(
      yamlDocument(`/a:\n  get: { requestBody: { content: { a/b: { schema: ${missing} } } } }`),
    );
    expect(warnings.map(({ code, place, line }) => [code, place, line])).toEqual([
      ["reference_unresolved", "/paths/~1a/get/requestBody/content/a~1b/schema", 5],
    ]);
    expect(JSON.stringify(bundled)).toContain("#/components/schemas/Missing");

    const problems = await refuse(yamlDocument('/a: { get: {} }\n/b: { $ref: "#/paths/~1c" }'));
    expect(problems.map(({ code, place, line }) => [code, place, line])).toEqual([
      ["reference_not_found", "/paths/~1b", 5],
    ]);
  });

  it.each(["file:///etc/passwd", "ftp://host/x", "javascript:alert(1)", "data:text/plain,x", "C:\\x.yaml"])(
    "%s is not allowed, and nobody is asked for it",
    async (reference) => {
      const asked: string[] = [];
      const text = yamlDocument(PATHS, `components: { schemas: { A: { $ref: ${JSON.stringify(reference)} } } }`);
      const problems = await refuse({
        text,
        fetchReference: (location) => {
          asked.push(location);
          return { ok: true, text: "{}" };
        },
      });
      expect(problems.map(({ code }) => code)).toEqual(["reference_not_allowed"]);
      expect(asked).toEqual([]);
    },
  );
});

describe("targets of references", () => {
  it("are found through other references, by anchors, and with escapes", async () => {
    const document = {
      openapi: "3.1.0",
      info: { title: "T", version: "1" },
      paths: { "/a/{b}": { $ref: "#/components/pathItems/one" }, "/c": { get: { parameters: [] } } },
      components: {
        pathItems: {
          one: {
            get: { parameters: [{ $ref: "#/components/parameters/b%20c" }, { $ref: "#/paths/~1c/get/parameters" }] },
          },
        },
        parameters: { "b c": { name: "b", in: "path", required: true, schema: { $ref: "#here" } } },
        schemas: {
          Alias: { $ref: "#/components/schemas/Real" },
          Real: { properties: { x: { $anchor: "here", type: "string" } } },
          Through: { $ref: "#/components/schemas/Alias/properties/x" },
        },
      },
    };
    const { bundled, warnings } = await accept(JSON.stringify(document));
    expect(warnings).toEqual([]);
    expect(bundled.paths).toMatchObject({
      "/a/{b}": { get: { parameters: [{ $ref: "#/components/parameters/b%20c" }, {}] } },
    });
    expect(bundled.components).toMatchObject({
      parameters: { "b c": { schema: { $ref: "#/components/schemas/Real/properties/x" } } },
      schemas: { Through: { $ref: "#/components/schemas/Real/properties/x" } },
    });
  });

  it("of the same name in different files get different names", async () => {
    const files = { "a/pet.yaml": "{ type: string }", "b/pet.yaml": "{ type: number }" };
    const schemas =
      "{ pet: { type: boolean }, A: { items: { $ref: a/pet.yaml } }, B: { items: { $ref: b/pet.yaml } } }";
    const { bundled } = await accept({
      text: yamlDocument(PATHS, `components: { schemas: ${schemas} }`),
      fetchReference: referencesFromFiles(files),
    });
    const all = (bundled.components as { schemas: Record<string, unknown> }).schemas;
    expect(Object.keys(all).sort()).toEqual(["A", "B", "pet", "pet_2", "pet_3"]);
    expect([all.pet, all.pet_2, all.pet_3]).toEqual(
      expect.arrayContaining([{ type: "boolean" }, { type: "string" }, { type: "number" }]),
    );
  });
});

describe("resolving references", () => {
  it.each([
    ["pet.yaml", "", "pet.yaml", ""],
    ["../pet.yaml#/a", "paths/x/y.yaml", "paths/pet.yaml", "/a"],
    ["../../../pet.yaml", "a/b.yaml", "pet.yaml", ""],
    ["#/a", "a/b.yaml", "a/b.yaml", "/a"],
    ["my%20pet.yaml", "", "my pet.yaml", ""],
    ["pet.yaml", "https://h.example/v1/openapi.yaml?x=1", "https://h.example/v1/pet.yaml", ""],
    ["//other.example/pet.yaml", "https://h.example/", "https://other.example/pet.yaml", ""],
    ["https://h.example/pet.yaml#/b", "a.yaml", "https://h.example/pet.yaml", "/b"],
  ])("%s in %s is %s # %s", (reference, base, location, fragment) => {
    expect(resolveReference(reference, base)).toEqual({ location, fragment });
  });
});
