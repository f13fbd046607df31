import { describe, expect, it } from "vitest";
import { showThroughGateway } from "./show-through-gateway";

const INSIDE = "http://inside.example";
const servers = [{ url: INSIDE }];
const links = { next: { operationId: "next", server: { url: INSIDE } } };
const operation = {
  summary: "kept",
  servers,
  security: [{ basic: [] }],
  "x-amazon-apigateway-integration": { uri: INSIDE },
  "x-codeSamples": [{ lang: "shell", source: "curl" }],
  responses: { "200": { description: "ok", links } },
  callbacks: { done: { "{$request.body#/url}": { servers, post: { servers, responses: {} } } } },
};
const item = { servers, "x-google-backend": INSIDE, parameters: [], get: operation };

describe("a document shown through the gateway", () => {
  const shown = showThroughGateway(
    {
      openapi: "3.1.0",
      info: { title: "A", version: "1" },
      servers,
      "x-servers": servers,
      "x-logo": { url: "https://example.com/logo.png" },
      paths: { "/a": item },
      webhooks: { moved: item },
      components: {
        schemas: { Rack: { type: "object", properties: { servers: { type: "array" } } } },
        pathItems: { shared: item },
        callbacks: { done: operation.callbacks.done },
        responses: { ok: { description: "ok", links } },
        links,
        securitySchemes: { login: { type: "oauth2", flows: { implicit: { authorizationUrl: INSIDE, scopes: {} } } } },
      },
    },
    {
      url: "https://gateway.example/a/v1",
      callFields: [
        { from: "header", name: "X-API-Version", value: "v2" },
        { from: "query", name: "v", value: "2" },
        { from: "media-type", name: "version", value: "2" },
      ],
    },
  );

  it("asks of every operation what means this version, in place of what the document says of it", () => {
    expect(shown).toMatchObject({
      paths: {
        "/a": {
          get: {
            parameters: [
              { name: "X-API-Version", in: "header", required: true, schema: { default: "v2" } },
              { name: "v", in: "query", required: true, schema: { default: "2" } },
            ],
          },
        },
      },
    });
  });

  it("names no upstream address, wherever a document may name one", () => {
    expect(JSON.stringify(shown)).not.toContain("inside.example");
    expect(shown["servers"]).toEqual([{ url: "https://gateway.example/a/v1", description: "Gatehouse gateway" }]);
  });

  it("keeps what readers need", () => {
    expect(shown).toMatchObject({
      "x-logo": { url: "https://example.com/logo.png" },
      paths: { "/a": { parameters: [], get: { summary: "kept", "x-codeSamples": [{ lang: "shell" }] } } },
      components: { schemas: { Rack: { properties: { servers: { type: "array" } } } } },
    });
    expect(shown).toMatchObject({ paths: { "/a": { get: { responses: { "200": { links: { next: {} } } } } } } });
  });
});
