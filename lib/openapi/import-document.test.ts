import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { importDocument, referencesFromFiles } from "./import-document";
import { accept, readFixture, readFixtureFiles, referencesIn, refuse, yamlDocument } from "./testing";

describe("the petstore", () => {
  it.each([
    ["petstore-2.0.json", "2.0", 20],
    ["petstore-3.0.yaml", "3.0", 19],
    ["petstore-3.1.yaml", "3.1", 19],
  ])("%s is imported without edits and without warnings", async (name, specification, operations) => {
    const document = await accept(readFixture(`petstore/${name}`));
    expect(document.specification).toBe(specification);
    expect(document.operations).toHaveLength(operations);
    expect(document.warnings).toEqual([]);
    expect(document.operations.find(({ key }) => key === "getPetById")).toMatchObject({
      key: "getPetById",
      method: "GET",
      path: "/pet/{petId}",
      summary: "Finds a pet by its ID",
      tags: ["pet"],
      deprecated: false,
    });
  });

  it("keeps 3.x documents as they are", async () => {
    const text = readFixture("petstore/petstore-3.1.yaml");
    expect((await accept(text)).bundled).toEqual(parse(text));
  });

  it("marks deprecated operations", async () => {
    const { operations } = await accept(readFixture("petstore/petstore-2.0.json"));
    expect(operations.filter(({ deprecated }) => deprecated).map(({ key }) => key)).toEqual(["findPetsByTags"]);
  });
});

describe("a document of 18 files", () => {
  const files = readFixtureFiles("bookshop");
  const input = {
    text: files["openapi.yaml"] ?? "",
    location: "openapi.yaml",
    fetchReference: referencesFromFiles(files),
  };

  it("becomes one document without references to others", async () => {
    const { bundled, operations, warnings } = await accept(input);
    expect(Object.keys(files)).toHaveLength(18);
    expect(warnings).toEqual([]);
    expect(operations.map(({ key }) => key)).toEqual([
      "listBooks",
      "createBook",
      "getBook",
      "deleteBook",
      "listBooksOfAuthor",
      "placeOrder",
      "getOrder",
      "listCategories",
    ]);
    // The two that remain are plain data: an example and a default.
    expect(referencesIn(bundled).filter((reference) => !reference.startsWith("#"))).toEqual([
      "nothing.yaml",
      "not-a-file.yaml",
    ]);
  });

  it("has each shared part once, under a name a person would give", async () => {
    const { bundled } = await accept(input);
    const { schemas } = bundled.components as { schemas: Record<string, { properties?: unknown }> };
    expect(Object.keys(schemas).sort()).toEqual([
      "Book",
      "Currency",
      "Health",
      "Line",
      "Money",
      "NewOrder",
      "Order",
      "Problem",
      "audio",
      "author",
      "category",
      "id",
      "paper",
    ]);
    expect(schemas.Book?.properties).toMatchObject({
      category: { $ref: "#/components/schemas/category" },
      format: {
        oneOf: [{ $ref: "#/components/schemas/paper" }, { $ref: "#/components/schemas/audio" }],
        discriminator: { mapping: { paper: "#/components/schemas/paper", audio: "#/components/schemas/audio" } },
      },
    });
    expect(schemas.category?.properties).toMatchObject({ parts: { items: { $ref: "#/components/schemas/category" } } });
  });

  it("every reference in it leads somewhere", async () => {
    const { bundled } = await accept(input);
    const again = await accept(JSON.stringify(bundled));
    expect(again.warnings.filter(({ code }) => code === "reference_unresolved")).toEqual([]);
    expect(again.operations).toHaveLength(8);
  });

  it("a missing file is a problem at the place that refers to it", async () => {
    const { "schemas/author.yaml": _author, ...rest } = files;
    const problems = await refuse({ ...input, fetchReference: referencesFromFiles(rest) });
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: "reference_file_missing",
        file: expect.stringMatching(/^(schemas\/book|paths\/authors)\.yaml$/),
        line: expect.any(Number),
      }),
    );
  });

  it("without the other files every one of them is named", async () => {
    const problems = await refuse(input.text);
    const messages = problems.map(({ message }) => message).join("\n");
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["reference_file_missing"]));
    for (const name of ["paths/books.yaml", "paths/book.yaml", "schemas/category.json", "responses/errors.yaml"]) {
      expect(messages).toContain(name);
    }
  });

  it("a broken file is a problem inside that file, with its line", async () => {
    const broken = { ...files, "schemas/money.yaml": "Money:\n  type: [object\nCurrency: 1\n" };
    const problems = await refuse({ ...input, fetchReference: referencesFromFiles(broken) });
    expect(problems).toContainEqual(
      expect.objectContaining({ code: "syntax_error", file: "schemas/money.yaml", line: expect.any(Number) }),
    );
  });

  it("a fetcher that throws is a problem, not a failure", async () => {
    const problems = await refuse({
      ...input,
      fetchReference: () => {
        throw new Error("disk on fire");
      },
    });
    expect(problems.map(({ code }) => code)).toContain("reference_file_missing");
    expect(JSON.stringify(problems)).not.toContain("disk on fire");
  });
});

describe("keys of operations", () => {
  it("are operationIds where unique, else method and template", async () => {
    const { operations, warnings } = await accept(
      yamlDocument(
        [
          "/a: { get: { operationId: same }, put: { operationId: mine }, post: {} }",
          "/b: { get: { operationId: same } }",
          "/c: { get: { operationId: 'POST /a' }, delete: { operationId: constructor }, put: { operationId: 7 } }",
        ].join("\n"),
      ),
    );
    expect(operations.map(({ key }) => key)).toEqual([
      "GET /a",
      "mine",
      "POST /a",
      "GET /b",
      "GET /c",
      "constructor",
      "PUT /c",
    ]);
    expect(warnings.map(({ code, place }) => [code, place])).toEqual([
      ["duplicate_operation_id", "/paths/~1a/get/operationId"],
      ["duplicate_operation_id", "/paths/~1b/get/operationId"],
      ["operation_id_unusable", "/paths/~1c/put/operationId"],
    ]);
  });
});

describe("routes that the gateway cannot serve or tell apart", () => {
  it("are all reported at once, each at its place", async () => {
    const paths = [
      "/pets/{id}: { get: {} }",
      "/pets/{name}: { get: {}, post: {} }",
      "no-slash: { get: {} }",
      "/broken/{id: { get: {} }",
      "/query?a=1: { get: {} }",
      "/touching/{a}{b}: { get: {} }",
    ].join("\n");
    const problems = await refuse(yamlDocument(paths));
    expect(problems.map(({ code, place, line }) => [code, place, line])).toEqual([
      ["path_ambiguous", "/paths/~1pets~1{name}/get", 5],
      ["path_invalid", "/paths/no-slash/get", 6],
      ["path_invalid", "/paths/~1broken~1{id/get", 7],
      ["path_invalid", "/paths/~1query?a=1/get", 8],
      ["path_invalid", "/paths/~1touching~1{a}{b}/get", 9],
    ]);
  });

  it("an endless path is one of them", async () => {
    const problems = await refuse(yamlDocument(`? ${"/a".repeat(5_000)}\n: { get: {} }`));
    expect(problems.map(({ code }) => code)).toEqual(["path_invalid"]);
  });
});

describe("sloppy documents", () => {
  it.each([
    ["swagger: 2.0", "2.0"],
    ['swagger: "2.0"', "2.0"],
    ["openapi: 3.0", "3.0"],
    ["openapi: 3.0.1", "3.0"],
    ["openapi: 3.1", "3.1"],
    ["openapi: 3.1.0-rc1", "3.1"],
  ])("%s is %s", async (line, specification) => {
    const { bundled, ...document } = await accept(
      `${line}\ninfo: { title: T, version: 1.10 }\npaths: { /a: { get: {} } }`,
    );
    expect(document.specification).toBe(specification);
    expect(document.apiVersion).toBe("1.10");
    expect(bundled.openapi).toMatch(/^3\.[01]\.\d/);
    expect(bundled.info).toEqual({ title: "T", version: "1.10" });
  });

  it("undeclared path parameters, missing titles and wrong values are warnings with places", async () => {
    const text = [
      "openapi: 3.0.3",
      "paths:",
      "  /pets/{id}:",
      "    servers: [{ url: https://other.example }]",
      "    get:",
      "      parameters: [{ name: gone, in: path, required: true, schema: { type: string } }]",
      "      tags: [a, 1, a]",
      "      responses:",
      "        200: { description: OK, content: 17 }",
      "        404:",
      "    GET: {}",
    ].join("\n");
    const { warnings, operations, title, apiVersion, bundled } = await accept(text);
    expect(warnings.map(({ code, place, line }) => [code, place, line])).toEqual([
      ["title_missing", "/info/title", 1],
      ["version_missing", "/info/version", 1],
      ["servers_ignored", "/paths/~1pets~1{id}/servers", 4],
      ["path_parameter_undeclared", "/paths/~1pets~1{id}/get", 5],
      ["path_parameter_unused", "/paths/~1pets~1{id}/get", 5],
      ["value_ignored", "/paths/~1pets~1{id}/get/responses/200/content", 9],
      ["value_ignored", "/paths/~1pets~1{id}/get/responses/404", 10],
      ["value_ignored", "/paths/~1pets~1{id}/GET", 11],
    ]);
    expect(operations).toEqual([
      { key: "GET /pets/{id}", method: "GET", path: "/pets/{id}", tags: ["a"], deprecated: false },
    ]);
    expect([title, apiVersion]).toEqual(["Untitled API", ""]);
    expect(bundled.paths).toMatchObject({ "/pets/{id}": { get: { responses: { 200: { description: "OK" } } } } });
  });

  it("JSON with comments and trailing commas is read as YAML flow style", async () => {
    const { operations } = await accept('{"openapi": "3.0.0", # three\n "paths": {"/a": {"get": {},},},}');
    expect(operations).toHaveLength(1);
  });

  it("JSON with a missing comma is refused where it is missing, not read as something else", async () => {
    const problems = await refuse('{"openapi": "3.0.0",\n "info": {"title": 1 "version": 2}}');
    expect(problems).toEqual([expect.objectContaining({ code: "syntax_error", line: 2, column: 22 })]);
  });

  it("merge keys and aliases of YAML work", async () => {
    const { bundled } = await accept(
      yamlDocument(
        "/a: { get: &operation { summary: One, tags: [x] } }\n/b: { get: { <<: *operation, summary: Two } }\n/c: { get: *operation }",
      ),
    );
    expect(bundled.paths).toMatchObject({
      "/b": { get: { summary: "Two", tags: ["x"] } },
      "/c": { get: { summary: "One", tags: ["x"] } },
    });
  });

  it("a byte order mark, escapes of nothing and halves of characters do no harm", async () => {
    const { title, bundled } = await accept(
      '\uFEFF{"openapi":"3.0.0","info":{"title":"a\\u0000b\\ud800c","version":"1"},"paths":{"/a":{"get":{}}}}',
    );
    expect(title).toBe("a\uFFFDb\uFFFDc");
    expect(JSON.stringify(bundled)).not.toMatch(/\\u0000|\\ud800/);
  });

  it("a property named $ref and references in examples are plain data", async () => {
    const schema = "{ type: object, properties: { $ref: { type: string } }, example: { $ref: '#/nowhere' } }";
    const { warnings } = await accept(yamlDocument("/a: { get: {} }", `components: { schemas: { A: ${schema} } }`));
    expect(warnings).toEqual([]);
  });
});

describe("servers", () => {
  it("get the defaults of their variables and the document's own host", async () => {
    const text = yamlDocument(
      "/a: { get: {} }",
      "servers: [{ url: 'https://{r}.example/{v}', variables: { r: { default: eu } } }, { url: ../api/ }, { url: ../api/ }]",
    );
    const result = await importDocument({ text, location: "https://docs.example/specs/v1/openapi.yaml" });
    expect(result.ok && result.document.servers).toEqual(["https://eu.example/{v}", "https://docs.example/specs/api"]);
  });
});
