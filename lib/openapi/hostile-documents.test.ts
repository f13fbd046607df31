import { describe, expect, it } from "vitest";
import { MAX_DEPTH } from "./limits";
import { accept, measureCpu, refuse, yamlDocument } from "./testing";
import type { DocumentProblem } from "./parsed-document";

function summary(problems: readonly DocumentProblem[]): unknown[] {
  return problems.map(({ code, place, line }) => [code, place, line]);
}

const PATHS = "/a: { get: {} }";

describe("size", { timeout: 120_000 }, () => {
  it("50 MB are refused at once, without parsing", async () => {
    const text = `{"openapi":"3.0.0","x":"${"a".repeat(50_000_000)}"}`;
    const { result, cpuMs } = await measureCpu(() => refuse(text));
    expect(summary(result)).toEqual([["document_too_large", "", undefined]]);
    expect(cpuMs).toBeLessThan(200);
  });

  it("is counted in bytes, not in characters", async () => {
    const problems = await refuse(`{"openapi":"3.0.0","x":"${"é".repeat(16_000_000)}"}`);
    expect(problems[0]).toMatchObject({ code: "document_too_large", message: expect.stringContaining("32.0 MB") });
  });

  it("20 million empty objects are refused before they fill the memory", async () => {
    expect(summary(await refuse(`[${"{},".repeat(9_000_000)}1]`))).toEqual([["too_complex", "/2999999", 1]]);
  });

  it("a YAML text of too many tokens is refused before they fill the memory", async () => {
    const problems = await refuse(`x: [${"a,".repeat(4_000_000)}]`);
    expect(problems.map(({ code }) => code)).toEqual(["too_complex"]);
  });

  it("a large file that thousands of paths refer to is not put in thousands of times", async () => {
    const paths = Array.from({ length: 3_000 }, (_, index) => `/p${index}: { $ref: big.yaml }`).join("\n");
    const big = `get: {}\nx-list:\n${"- a\n".repeat(20_000)}`;
    const fetchReference = () => ({ ok: true as const, text: big });
    const problems = await refuse({ text: yamlDocument(paths), fetchReference });
    expect(problems.map(({ code }) => code)).toEqual(["too_complex"]);
  });

  it("files together have the same limit as one", async () => {
    const paths = Array.from({ length: 4 }, (_, index) => `/p${index}: { $ref: f${index}.json }`).join("\n");
    const text = `{"get":{"description":"${"a".repeat(9_000_000)}"}}`;
    const problems = await refuse({ text: yamlDocument(paths), fetchReference: () => ({ ok: true, text }) });
    expect(problems.map(({ code }) => code)).toEqual(["document_too_large"]);
  });

  it("files are limited in number", async () => {
    // Each file refers to the next one, without end.
    const fetchReference = (location: string) => {
      const next = Number(/\d+/.exec(location)?.[0]) + 1;
      return { ok: true as const, text: `{"properties":{"next":{"$ref":"f${next}.json"}}}` };
    };
    const text = yamlDocument(PATHS, "components: { schemas: { A: { $ref: f0.json } } }");
    const problems = await refuse({ text, fetchReference });
    expect(summary(problems)).toEqual([["too_many_files", "/properties/next/$ref".replace("/$ref", ""), 1]]);
  });
});

describe("depth", { timeout: 120_000 }, () => {
  it.each([
    ["JSON lists", `{"openapi":"3.0.0","x":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["JSON objects", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    ["unclosed JSON of 20 MB", "[".repeat(20_000_000)],
    ["YAML flow", `x: ${"[".repeat(10_000)}`],
    ["YAML flow mappings", `x: ${"{a: ".repeat(10_000)}`],
    ["YAML block lists", `x:\n  ${"- ".repeat(10_000)}`],
    ["YAML keys of keys", "? ".repeat(10_000)],
  ])("10,000 levels of %s are a problem with a line, not a stack overflow", async (_name, text) => {
    const problems = await refuse(text);
    expect(problems).toEqual([expect.objectContaining({ code: "too_deep", line: expect.any(Number) })]);
  });

  it("as many levels of YAML block mappings as 30 MB can hold are too", async () => {
    const text = Array.from({ length: 7_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    expect((await refuse(text)).map(({ code }) => code)).toEqual(["too_deep"]);
  });

  it("levels made by aliases count too", async () => {
    const chain = Array.from({ length: 400 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`).join("\n");
    const problems = await refuse(yamlDocument(PATHS, `a0: &a0 [x]\n${chain}`));
    expect(problems.map(({ code }) => code)).toEqual(["too_deep"]);
  });

  it("what is within the bound is accepted, however deep the schema", async () => {
    const depth = MAX_DEPTH / 2 - 5;
    const schema = `${'{"properties":{"a":'.repeat(depth)}{}${"}}".repeat(depth)}`;
    const text = `{"openapi":"3.0.0","paths":{"/a":{"get":{}}},"components":{"schemas":{"A":${schema}}}}`;
    expect(JSON.stringify((await accept(text)).bundled)).toContain(schema);
  });

  it("path items that refer to each other in a long row are refused", async () => {
    const row = Array.from({ length: 10_000 }, (_, index) => `p${index}: { $ref: "#/x-p/p${index + 1}" }`).join("\n  ");
    const problems = await refuse(yamlDocument('/a: { $ref: "#/x-p/p0" }', `x-p:\n  ${row}\n  p10000: { get: {} }`));
    expect(problems.map(({ code }) => code)).toEqual(["too_deep"]);
  });
});

describe("YAML aliases", () => {
  it("a bomb of 10^15 values costs nothing and is refused where it goes off", async () => {
    const level = (index: number) =>
      `a${index}: &a${index} [${Array(10)
        .fill(`*a${index - 1}`)
        .join(", ")}]`;
    const bomb = `a0: &a0 [${Array(10).fill("lol").join(", ")}]\n${Array.from({ length: 14 }, (_, index) => level(index + 1)).join("\n")}`;
    const { result, cpuMs } = await measureCpu(() => refuse(yamlDocument(PATHS, bomb)));
    expect(result).toEqual([expect.objectContaining({ code: "alias_bomb", line: expect.any(Number) })]);
    expect(cpuMs).toBeLessThan(1_000);
  });

  it("a bomb of merge keys is one too", async () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join(", ");
    const merges = Array.from({ length: 1_000 }, (_, index) => `m${index}: { <<: *base }`).join("\n");
    const problems = await refuse(yamlDocument(PATHS, `base: &base { ${keys} }\n${merges}`));
    expect(problems.map(({ code }) => code)).toEqual(["alias_bomb"]);
  });

  it("an alias of itself and an alias of nothing are problems with their lines", async () => {
    expect(summary(await refuse(yamlDocument(PATHS, "x: &a [*a]")))).toEqual([["alias_loop", "/x/0", 5]]);
    const [problem] = await refuse(yamlDocument(PATHS, "x: *nothing"));
    expect(problem).toMatchObject({ line: 5, message: expect.stringContaining("nothing") });
  });

  it("50,000 aliases of a small value are read in linear time", async () => {
    const text = yamlDocument(PATHS, `x-a: &a 1\nx-b:\n${"  - *a\n".repeat(50_000)}`);
    const { cpuMs } = await measureCpu(() => accept(text));
    expect(cpuMs).toBeLessThan(4_000);
  });
});

describe("keys", { timeout: 120_000 }, () => {
  it("duplicates are all reported, in JSON and in YAML", async () => {
    const json = '{"openapi":"3.0.0",\n"paths":{"/a":{"get":{},\n"get":{}}},\n"paths":{}}';
    expect(summary(await refuse(json))).toEqual([
      ["duplicate_key", "/paths/~1a/get", 3],
      ["duplicate_key", "/paths", 4],
    ]);
    const yaml = "openapi: 3.0.0\npaths:\n  /a: { get: {} }\n  /b: { get: {} }\n  /a: { put: {} }\nopenapi: 3.0.1\n";
    expect(summary(await refuse(yaml))).toEqual([
      ["duplicate_key", "/paths/~1a", 5],
      ["duplicate_key", "/openapi", 6],
    ]);
  });

  it.each([
    ["JSON", '{"openapi":"3.0.0","paths":{"/a":{"get":{}}},"__proto__":{"polluted":true}}'],
    ["escaped JSON", '{"openapi":"3.0.0","paths":{"/a":{"get":{}}},"\\u005f_proto__":{"polluted":true}}'],
    ["YAML", yamlDocument(PATHS, "__proto__: { polluted: true }")],
    ["a merge key", yamlDocument(PATHS, "x: { <<: { __proto__: { polluted: true } } }")],
  ])("__proto__ in %s is refused and changes nothing", async (_name, text) => {
    const problems = await refuse(text);
    expect(problems.map(({ code }) => code)).toContain("forbidden_key");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("names that every object has are ordinary names", async () => {
    const schemas = "{ constructor: { type: string }, toString: { $ref: '#/components/schemas/constructor' } }";
    const { bundled, warnings } = await accept(yamlDocument(PATHS, `components: { schemas: ${schemas} }`));
    expect(warnings).toEqual([]);
    expect(bundled.components).toEqual({
      schemas: { constructor: { type: "string" }, toString: { $ref: "#/components/schemas/constructor" } },
    });
    const dangling = await accept(
      yamlDocument('/a: { get: { requestBody: { $ref: "#/components/hasOwnProperty" } } }'),
    );
    expect(dangling.warnings.map(({ code }) => code)).toEqual(["reference_unresolved"]);
  });

  it("lists and mappings as YAML keys are problems", async () => {
    expect(summary(await refuse(yamlDocument(PATHS, "x:\n  ? [a]\n  : 1")))).toEqual([["invalid_key", "/x", 6]]);
  });

  it("100,000 keys are read in linear time", async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(",");
    const { cpuMs } = await measureCpu(() => accept(`{"openapi":"3.0.0","paths":{"/a":{"get":{}}},"x-a":{${keys}}}`));
    expect(cpuMs).toBeLessThan(4_000);
  });
});

describe("what is not OpenAPI", () => {
  it.each([
    ["nothing", " \n ", "document_empty"],
    ["a web page", "<!doctype html><html></html>", "not_openapi"],
    ["a text", "hello world", "not_openapi"],
    ["a list", "[1, 2]", "not_openapi"],
    ["null", "null", "not_openapi"],
    ["another mapping", "a: 1", "not_openapi"],
    ["a Postman collection", '{"info":{},"item":[]}', "not_openapi"],
    ["AsyncAPI", "asyncapi: 3.0.0", "not_openapi"],
    ["Swagger 1.2", '{"swaggerVersion":"1.2"}', "unsupported_version"],
    ["OpenAPI 3.2", "openapi: 3.2.0\npaths: { /a: { get: {} } }", "unsupported_version"],
    ["OpenAPI 4", "openapi: 4.0.0", "unsupported_version"],
    ["a version that is a list", "openapi: [3]", "unsupported_version"],
    ["broken JSON", '{"openapi": "3.0.0"', "syntax_error"],
    ["broken YAML", "openapi: 3.0.0\npaths: a: b\n", "syntax_error"],
    ["tabs in YAML", "openapi: 3.0.0\npaths:\n\t/a: {}\n", "syntax_error"],
    ["several YAML documents", "openapi: 3.0.0\n---\nopenapi: 3.0.1\n", "multiple_documents"],
    ["no paths", "openapi: 3.0.0", "no_operations"],
    ["empty paths", "openapi: 3.0.0\npaths: {}", "no_operations"],
    ["paths that are a list", "openapi: 3.0.0\npaths: [/a]", "invalid_structure"],
    ["a path that is a text", "openapi: 3.0.0\npaths: { /a: get }", "invalid_structure"],
    ["an operation that is a list", "openapi: 3.0.0\npaths: { /a: { get: [] } }", "invalid_structure"],
  ])("%s is refused with %s", async (_name, text, code) => {
    const problems = await refuse(text);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toMatch(/\.$/);
  });

  it("many problems are cut off with their number", async () => {
    const keys = Array.from({ length: 500 }, () => "a: 1").join("\n");
    const problems = await refuse(yamlDocument(PATHS, keys));
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)).toMatchObject({ code: "problems_omitted", message: "299 more problems are not listed." });
  });

  it("too many templates that mix text and parameters are refused", async () => {
    const paths = Array.from({ length: 2_100 }, (_, index) => `/a{x}b${index}: { get: {} }`).join("\n");
    const problems = await refuse(yamlDocument(paths));
    expect(problems.map(({ code }) => code)).toEqual(["paths_too_many_combinations"]);
  });
});
