import { describe, expect, it } from "vitest";
import type { ApiVersionChunk } from "../../contract/bundle";
import { shopSnapshot } from "../../testing/snapshots";
import { compile } from "../compile";
import type { AttachedPolicy } from "../snapshot";
import { openDocument } from "./open-document";

const Item = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, parts: { type: "array", items: { $ref: "#/components/schemas/Item" } } },
};
const body = { content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } } };
const responses = { 200: { description: "", content: { "application/json": { example: [{ name: "tea" }] } } } };

function shop(
  policies: readonly AttachedPolicy[],
  changes: Readonly<Record<string, unknown>> = {},
  schemas: object = { Item },
) {
  const snapshot = shopSnapshot(["http://127.0.0.1:1"]);
  const { operations } = snapshot.apiVersions[0] ?? { operations: [] };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path } of operations) {
    (paths[path] ??= {})[method.toLowerCase()] = { requestBody: body, responses, ...changes };
  }
  const document = { openapi: "3.1.0", paths, components: { schemas } };
  return { ...snapshot, apiVersions: snapshot.apiVersions.map((version) => ({ ...version, policies, document })) };
}

function chunkOf(snapshot: ReturnType<typeof shop>): { chunk: ApiVersionChunk; bytes: number } {
  const result = compile(snapshot);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const found = result.chunks.find(({ kind }) => kind === "api-version");
  return { chunk: JSON.parse(found?.text ?? "{}") as ApiVersionChunk, bytes: found?.bytes ?? 0 };
}

describe("an API version with its document", () => {
  it("compiles each schema once, however many operations use it", () => {
    const { chunk } = chunkOf(shop([{ policy: "request-validation", config: {} }]));
    expect(chunk.operations.length).toBeGreaterThan(1);
    // The reference, the item, its two properties, the reference of the items.
    expect(chunk.schemas?.length).toBeLessThanOrEqual(4 + 2 * chunk.operations.length);
    expect(chunk.schemas?.filter(({ required }) => required !== undefined)).toHaveLength(1);
  });

  it("is not a byte longer when no policy reads the document", () => {
    const without = shop([]);
    const plain = { ...without, apiVersions: without.apiVersions.map(({ document: _document, ...rest }) => rest) };
    expect(compile(without)).toEqual(compile(plain));
  });

  it("has no step where the document leaves nothing to check", () => {
    const { chunk } = chunkOf(shop([{ policy: "request-validation", config: {} }], { requestBody: undefined }));
    expect(chunk.chains.flat().map(({ policy }) => policy)).not.toContain("request-validation");
  });

  it("takes up a changed document without a change of policy", () => {
    const policies = [{ policy: "mock", config: {} }];
    const before = chunkOf(shop(policies));
    const after = chunkOf(
      shop(policies, { responses: { 201: { description: "", content: { "text/plain": { example: "new" } } } } }),
    );
    const bodies = (chunk: ApiVersionChunk) => JSON.stringify(chunk.chains);
    expect(bodies(before.chunk)).toContain("tea");
    expect(bodies(after.chunk)).toContain('"body":"new"');
    expect(bodies(after.chunk)).not.toContain("tea");
  });

  it("names the place in the document that the gateway cannot check, once", () => {
    const schemas = { Item: { ...Item, propertyNames: { pattern: "(?<=a+)b" } } };
    const policies = [{ policy: "request-validation", config: {} }];
    const result = compile(shop(policies, {}, schemas));
    expect(result.ok ? [] : result.problems).toEqual([
      {
        code: "policy_config",
        message:
          "request-validation: #/components/schemas/Item/propertyNames/pattern: the gateway looks behind only by a fixed number of characters",
        place: "apis/shop/versions/v1/policies/0/config",
      },
    ]);
    expect(compile(shop([{ policy: "request-validation", config: { ignoreUncovered: true } }], {}, schemas)).ok).toBe(
      true,
    );
  });

  it("does not take the document itself for a schema", () => {
    const result = compile(
      shop([{ policy: "request-validation", config: {} }], {}, { Item: { ...Item, not: { $recursiveRef: "#" } } }),
    );
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'request-validation: #/components/schemas/Item/not/$recursiveRef: the gateway does not check "$recursiveRef": set ignoreUncovered to pass it over',
    ]);
  });

  it("names an example that is too large for a mock", () => {
    const large = { 200: { description: "", content: { "text/plain": { example: "x".repeat(70_000) } } } };
    const result = compile(shop([{ policy: "mock", config: {} }], { responses: large }));
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toContain(
      "mock: #/paths/~1items/get/responses/200/content/text~1plain/example: an example has 70000 bytes, and may have 65536",
    );
  });
});

describe("openDocument", () => {
  const parameters = (list: unknown, own: unknown, rest: object = {}) =>
    openDocument({
      openapi: "3.0.3",
      paths: { "/items/{id}": { parameters: list, get: { parameters: own } } },
      ...rest,
    })?.operation("GET", "/items/{id}")?.parameters;

  it("joins the parameters of a path and of its operation, whose own count", () => {
    expect(
      parameters(
        [
          { in: "query", name: "page", schema: { type: "integer" } },
          { in: "path", name: "id", required: true, schema: { type: "string" } },
        ],
        [
          { $ref: "#/components/parameters/Page" },
          { in: "header", name: "Accept", schema: {} },
          { in: "path", name: "other" },
        ],
        {
          components: {
            parameters: { Page: { in: "query", name: "page", schema: { type: "number" }, explode: false } },
          },
        },
      ),
    ).toMatchObject([
      {
        in: "query",
        name: "page",
        schema: { type: "number" },
        explode: false,
        style: "form",
        place: ["components", "parameters", "Page", "schema"],
      },
      { in: "path", name: "id", style: "simple", explode: false, required: true },
    ]);
  });

  it("reads nothing of what is no OpenAPI 3", () => {
    for (const document of [undefined, null, [], "3.0", {}, { swagger: "2.0" }, { openapi: 3 }]) {
      expect(openDocument(document)).toBeUndefined();
    }
  });

  it("takes what has the wrong type for its place as not there", () => {
    const document = openDocument({
      openapi: "3.0.0",
      paths: { "/a": { get: { parameters: {}, requestBody: 1, responses: [] }, post: 7 } },
    });
    expect(document?.operation("GET", "/a")).toMatchObject({ parameters: [], body: undefined, responses: [] });
    expect(document?.operation("POST", "/a")).toBeUndefined();
    expect(document?.operation("GET", "/constructor")).toBeUndefined();
  });

  it("does not follow references in a circle", () => {
    const paths = { "/a": { get: { requestBody: { $ref: "#/components/requestBodies/A" } } } };
    const components = { requestBodies: { A: { $ref: "#/components/requestBodies/A" } } };
    expect(openDocument({ openapi: "3.0.0", paths, components })?.operation("GET", "/a")?.body).toBeUndefined();
  });
});
