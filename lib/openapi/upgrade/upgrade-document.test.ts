import { describe, expect, it } from "vitest";
import { accept, readFixture, referencesIn } from "../testing";

type Loose = Record<string, unknown>;

async function upgrade(document: Loose, location?: string): Promise<{ bundled: Loose; warnings: string[] }> {
  const { bundled, warnings } = await accept({
    text: JSON.stringify({ swagger: "2.0", info: { title: "T", version: "1" }, ...document }),
    ...(location === undefined ? {} : { location }),
  });
  return { bundled, warnings: warnings.map(({ code, place }) => `${code} ${place}`) };
}

/** Upgrades a document of one operation and gives it back. */
async function upgradeOperation(operation: Loose, more: Loose = {}): Promise<Loose> {
  const { bundled } = await upgrade({ paths: { "/a": { post: operation } }, ...more });
  return (bundled.paths as Record<string, { post: Loose }>)["/a"]?.post ?? {};
}

describe("the petstore in 2.0", () => {
  it("becomes 3.0 with servers, components and security schemes", async () => {
    const { bundled } = await accept(readFixture("petstore/petstore-2.0.json"));
    expect(bundled).toMatchObject({
      openapi: "3.0.3",
      servers: [{ url: "https://petstore.swagger.io/v2" }, { url: "http://petstore.swagger.io/v2" }],
      components: {
        securitySchemes: {
          api_key: { type: "apiKey", name: "api_key", in: "header" },
          petstore_auth: {
            type: "oauth2",
            flows: {
              implicit: {
                authorizationUrl: "https://petstore.swagger.io/oauth/authorize",
                scopes: { "read:pets": "read your pets", "write:pets": "modify pets in your account" },
              },
            },
          },
        },
      },
    });
    const left = ["swagger", "host", "basePath", "schemes", "definitions", "securityDefinitions"];
    expect(Object.keys(bundled).filter((key) => left.includes(key))).toEqual([]);
    expect(Object.keys((bundled.components as { schemas: Loose }).schemas)).toEqual([
      "ApiResponse",
      "Category",
      "Pet",
      "Tag",
      "Order",
      "User",
    ]);
    expect(referencesIn(bundled).every((reference) => reference.startsWith("#/components/schemas/"))).toBe(true);
  });

  it("has request bodies for body and form parameters, and contents for responses", async () => {
    const { bundled } = await accept(readFixture("petstore/petstore-2.0.json"));
    const pet = { schema: { $ref: "#/components/schemas/Pet" } };
    expect(bundled.paths).toMatchObject({
      "/pet": {
        post: {
          requestBody: {
            description: "The new pet",
            required: true,
            content: { "application/json": pet, "application/xml": pet },
          },
        },
      },
      "/pet/{petId}/uploadImage": {
        post: {
          parameters: [{ name: "petId", in: "path", required: true, schema: { type: "integer", format: "int64" } }],
          requestBody: {
            content: {
              "multipart/form-data": {
                schema: {
                  type: "object",
                  properties: {
                    additionalMetadata: { type: "string" },
                    file: { type: "string", format: "binary" },
                  },
                },
              },
            },
          },
        },
      },
      "/pet/findByStatus": {
        get: {
          parameters: [{ name: "status", in: "query", style: "form", explode: true, schema: { type: "array" } }],
          responses: {
            200: { content: { "application/xml": { schema: { type: "array", items: pet.schema } } } },
            400: { description: "Invalid status" },
          },
        },
      },
      "/store/order/{orderId}": { get: { parameters: [{ schema: { minimum: 1, maximum: 10 } }] } },
      "/user/login": {
        get: {
          responses: {
            200: { headers: { "X-Rate-Limit": { schema: { type: "integer", format: "int32" } } } },
          },
        },
      },
    });
  });
});

describe("upgrading", () => {
  it("shared body and form parameters go into the operations that use them", async () => {
    const parameters = {
      Body: { name: "b", in: "body", required: true, schema: { $ref: "#/definitions/D" } },
      Field: { name: "f", in: "formData", type: "array", items: { type: "string" }, collectionFormat: "multi" },
      Page: { name: "page", in: "query", type: "integer", default: 1 },
    };
    const { bundled, warnings } = await upgrade({
      consumes: ["application/xml"],
      paths: {
        "/a": {
          parameters: [{ $ref: "#/parameters/Body" }, { $ref: "#/parameters/Page" }],
          put: {},
          post: { consumes: ["multipart/form-data"], parameters: [{ $ref: "#/parameters/Field" }] },
        },
      },
      parameters,
      definitions: { D: { type: "object" } },
    });
    expect(warnings).toEqual([]);
    expect(bundled.paths).toEqual({
      "/a": {
        parameters: [{ $ref: "#/components/parameters/Page" }],
        put: {
          requestBody: {
            required: true,
            content: { "application/xml": { schema: { $ref: "#/components/schemas/D" } } },
          },
          responses: {},
        },
        post: {
          requestBody: {
            content: {
              "multipart/form-data": {
                schema: { type: "object", properties: { f: { type: "array", items: { type: "string" } } } },
                encoding: { f: { style: "form", explode: true } },
              },
            },
          },
          responses: {},
        },
      },
    });
    expect(bundled.components).toEqual({
      schemas: { D: { type: "object" } },
      parameters: { Page: { name: "page", in: "query", schema: { type: "integer", default: 1 } } },
    });
  });

  it.each([
    ["query", undefined, { style: "form", explode: false }],
    ["query", "csv", { style: "form", explode: false }],
    ["query", "multi", { style: "form", explode: true }],
    ["query", "ssv", { style: "spaceDelimited", explode: false }],
    ["query", "pipes", { style: "pipeDelimited", explode: false }],
    ["header", "csv", { style: "simple", explode: false }],
  ])("a list in the %s as %s", async (place, collectionFormat, expected) => {
    const list = { name: "l", in: place, type: "array", items: { type: "string" }, collectionFormat };
    const { parameters } = await upgradeOperation({ parameters: [list] });
    expect(parameters).toEqual([
      { name: "l", in: place, ...expected, schema: { type: "array", items: { type: "string" } } },
    ]);
  });

  it("lists separated by tabs are warned of", async () => {
    const list = { name: "l", in: "query", type: "array", items: {}, collectionFormat: "tsv" };
    const { warnings } = await upgrade({ paths: { "/a": { get: { parameters: [list] } } } });
    expect(warnings).toEqual(["upgrade_lossy /paths/~1a/get/parameters/0"]);
  });

  it("schemas lose what 3.0 does not have", async () => {
    const { bundled } = await upgrade({
      paths: { "/a": { get: {} } },
      definitions: {
        A: {
          discriminator: "kind",
          "x-nullable": true,
          properties: {
            maybe: { type: ["string", "null"] },
            either: { type: ["string", "integer"] },
            pair: { type: "array", items: [{ type: "string" }, { $ref: "#/definitions/List«Pet»" }] },
          },
          additionalProperties: { $ref: "#/definitions/A" },
          default: { $ref: "#/definitions/A" },
        },
        "List«Pet»": { allOf: [{ $ref: "#/definitions/A" }] },
        List_Pet: { type: "string" },
      },
    });
    expect(bundled.components).toEqual({
      schemas: {
        A: {
          discriminator: { propertyName: "kind" },
          nullable: true,
          properties: {
            maybe: { type: "string", nullable: true },
            either: { anyOf: [{ type: "string" }, { type: "integer" }] },
            pair: {
              type: "array",
              items: { anyOf: [{ type: "string" }, { $ref: "#/components/schemas/List_Pet_2" }] },
            },
          },
          additionalProperties: { $ref: "#/components/schemas/A" },
          default: { $ref: "#/definitions/A" },
        },
        List_Pet_2: { allOf: [{ $ref: "#/components/schemas/A" }] },
        List_Pet: { type: "string" },
      },
    });
  });

  it("references to places that move become shared schemas", async () => {
    const { bundled } = await upgrade({
      paths: {
        "/a": { get: { responses: { 200: { description: "", schema: { properties: { x: { type: "string" } } } } } } },
        "/b": {
          get: {
            responses: {
              200: { description: "", schema: { $ref: "#/paths/~1a/get/responses/200/schema/properties/x" } },
            },
          },
        },
      },
    });
    expect(bundled.components).toEqual({ schemas: { x: { type: "string" } } });
    expect(referencesIn(bundled.paths)).toEqual(["#/components/schemas/x"]);
  });

  it("responses keep examples, files and shared ones", async () => {
    const { bundled } = await upgrade({
      produces: ["application/json", "text/csv"],
      paths: {
        "/a": {
          get: {
            responses: {
              200: { description: "f", schema: { type: "file" }, examples: { "text/csv": "a,b" } },
              404: { $ref: "#/responses/Gone" },
              "x-note": { any: 1 },
            },
          },
        },
      },
      responses: { Gone: { description: "gone", schema: { type: "string" } } },
    });
    const file = { schema: { type: "string", format: "binary" } };
    expect(bundled.paths).toEqual({
      "/a": {
        get: {
          responses: {
            200: { description: "f", content: { "application/json": file, "text/csv": { ...file, example: "a,b" } } },
            404: { $ref: "#/components/responses/Gone" },
            "x-note": { any: 1 },
          },
        },
      },
    });
    expect(bundled.components).toMatchObject({
      responses: { Gone: { content: { "text/csv": { schema: { type: "string" } } } } },
    });
  });

  it.each([
    [{ type: "basic" }, { type: "http", scheme: "basic" }],
    [
      { type: "oauth2", flow: "accessCode", authorizationUrl: "https://a", tokenUrl: "https://t", scopes: { s: "S" } },
      {
        type: "oauth2",
        flows: { authorizationCode: { authorizationUrl: "https://a", tokenUrl: "https://t", scopes: { s: "S" } } },
      },
    ],
    [
      { type: "oauth2", flow: "application", tokenUrl: "https://t" },
      { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://t", scopes: {} } } },
    ],
  ])("security definition %j", async (definition, expected) => {
    const { bundled } = await upgrade({ paths: { "/a": { get: {} } }, securityDefinitions: { s: definition } });
    expect(bundled.components).toEqual({ securitySchemes: { s: expected } });
  });

  it.each([
    [{ host: "h.example", basePath: "/v1/", schemes: ["wss", "http"] }, undefined, ["http://h.example/v1"]],
    [{ host: "h.example" }, undefined, ["https://h.example"]],
    [{ basePath: "v1" }, undefined, ["/v1"]],
    [{}, undefined, ["/"]],
    [{ basePath: "/v1" }, "http://docs.example:81/x.json", ["http://docs.example:81/v1"]],
  ])("servers of %j at %s", async (fields, location, expected) => {
    const { bundled } = await upgrade({ paths: { "/a": { get: {} } }, ...fields }, location);
    expect((bundled.servers as { url: string }[]).map(({ url }) => url)).toEqual(expected);
  });
});
