import { describe, expect, it } from "vitest";
import { KEY_SCHEME, prepareDocument } from "./prepare-document";

const PREPARATION = { serverUrl: "https://api.example.com/orders/v1", keyHeader: "X-API-Key" };

const DOCUMENT = {
  openapi: "3.1.0",
  servers: [{ url: "https://upstream.internal" }],
  security: [{ oauth: ["read"] }],
  components: { securitySchemes: { oauth: { type: "oauth2" } }, schemas: { Order: { type: "object" } } },
  paths: {
    "/orders": {
      servers: [{ url: "https://other.internal" }],
      parameters: [{ name: "page", in: "query" }],
      get: { operationId: "listOrders", servers: [{ url: "https://third.internal" }], security: [] },
    },
  },
};

describe("prepareDocument", () => {
  it("leaves the gateway as the only server anywhere in the document", () => {
    const prepared = prepareDocument(DOCUMENT, PREPARATION);
    expect(prepared.servers).toEqual([{ url: PREPARATION.serverUrl }]);
    expect(JSON.stringify(prepared)).not.toContain("internal");
  });

  it("asks for the gateway's key on every operation, whatever the document asked for", () => {
    const prepared = prepareDocument(DOCUMENT, PREPARATION);
    expect(prepared.security).toEqual([{ [KEY_SCHEME]: [] }]);
    expect(prepared.components).toMatchObject({
      schemas: { Order: { type: "object" } },
      securitySchemes: { [KEY_SCHEME]: { type: "apiKey", in: "header", name: "X-API-Key" } },
    });
    expect(prepared.paths).toEqual({
      "/orders": { parameters: [{ name: "page", in: "query" }], get: { operationId: "listOrders" } },
    });
  });

  it("does not change the document it was given", () => {
    const before = structuredClone(DOCUMENT);
    prepareDocument(DOCUMENT, PREPARATION);
    expect(DOCUMENT).toEqual(before);
  });
});
