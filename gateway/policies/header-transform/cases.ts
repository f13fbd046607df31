import type { PolicyCase } from "../case";

const planScope = {
  basePath: "/shop/v1",
  operation: { key: "getItem", method: "GET", path: "/items/{id}" },
};
const credential = { id: 5, application: 3, state: 1, expiresAt: 0, subscriptions: [] };

export const cases: readonly PolicyCase[] = [
  {
    name: "sets, removes and renames fields of the request in the order given",
    config: {
      request: [
        { do: "set", name: "X-Team", value: "shop" },
        { do: "remove", name: "X-Debug" },
        { do: "rename", name: "X-Old", to: "X-New" },
        { do: "append", name: "Via", value: "gatehouse" },
      ],
    },
    steps: [
      {
        expect: {
          decision: "pass",
          requestFields: "X-Team: shop; X-Debug:; X-Old -> X-New; +Via: gatehouse",
          responseFields: "",
        },
      },
    ],
  },
  {
    name: "adds a field that is absent, and leaves one that the client sent",
    config: { request: [{ do: "add-if-absent", name: "Accept-Language", value: "en" }] },
    steps: [
      { expect: { decision: "pass", requestFields: "Accept-Language: en" } },
      {
        scene: { variables: { http_accept_language: "de" } },
        expect: { decision: "pass", requestFields: "" },
      },
    ],
  },
  {
    name: "fills in what is known of the request",
    planScope,
    config: {
      request: [
        { do: "set", name: "X-Caller", value: "{application}/{subscription} of {clientAddress}" },
        { do: "set", name: "X-Item", value: "{path.id}" },
        { do: "set", name: "X-Trace", value: "{requestId}:{header.X-Tenant}" },
      ],
    },
    scene: { variables: { remote_addr: "192.0.2.7", http_x_tenant: "acme" } },
    steps: [
      {
        request: { credential, subscription: 9, path: "/shop/v1/items/7" },
        expect: {
          decision: "pass",
          requestFields: "X-Caller: 3/9 of 192.0.2.7; X-Item: 7; X-Trace: request-1:acme",
        },
      },
    ],
  },
  {
    name: "sends no field whose value comes out empty",
    config: { request: [{ do: "set", name: "X-Application", value: "{application}" }] },
    steps: [{ expect: { decision: "pass", requestFields: "" } }],
  },
  {
    name: "reads double braces as braces",
    config: { request: [{ do: "set", name: "X-Json", value: '{{"a":1}}' }] },
    steps: [{ expect: { decision: "pass", requestFields: 'X-Json: {"a":1}' } }],
  },
  {
    name: "finds a parameter that shares its segment with fixed text",
    planScope: { basePath: "", operation: { key: "file", method: "GET", path: "/files/v{number}.zip" } },
    config: { request: [{ do: "set", name: "X-Number", value: "{path.number}" }] },
    steps: [{ request: { path: "/files/v12.zip" }, expect: { decision: "pass", requestFields: "X-Number: 12" } }],
  },
  {
    name: "changes the response's fields, whoever answers",
    config: {
      response: [
        { do: "set", name: "X-Served-By", value: "gatehouse" },
        { do: "remove", name: "X-Powered-By" },
        { do: "rename", name: "X-Internal-Id", to: "X-Id" },
        { do: "append", name: "Vary", value: "Accept" },
        { do: "add-if-absent", name: "Cache-Control", value: "no-store" },
        { do: "add-if-absent", name: "X-Request", value: "{requestId}" },
      ],
    },
    scene: {
      response: {
        status: 200,
        fields: { "x-powered-by": "php", "x-internal-id": "4", vary: "Origin", "cache-control": "max-age=5" },
      },
    },
    steps: [
      {
        expect: {
          decision: "pass",
          requestFields: "",
          responseFields:
            "cache-control: max-age=5; vary: Origin, Accept; x-id: 4; x-request: request-1; x-served-by: gatehouse",
        },
      },
    ],
  },
  {
    name: "carries out all of twelve steps",
    config: {
      request: Array.from({ length: 12 }, (_unused, index) => ({ do: "set", name: `X-${index}`, value: "y" })),
    },
    steps: [
      {
        expect: {
          decision: "pass",
          requestFields: Array.from({ length: 12 }, (_unused, index) => `X-${index}: y`).join("; "),
        },
      },
    ],
  },
];
