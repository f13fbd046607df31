import type { PolicyCase } from "../case";

const planScope = { basePath: "/shop/v1", operation: { key: "getItem", method: "GET", path: "/items/{id}" } };

export const cases: readonly PolicyCase[] = [
  {
    name: "strips the base path by itself, or keeps it",
    steps: [{ expect: { decision: "pass", upstreamPath: "/items/7", upstreamHost: "" } }],
  },
  {
    name: "keeps the base path, behind a prefix",
    config: { basePath: "keep", prefix: "/internal" },
    steps: [{ expect: { decision: "pass", upstreamPath: "/internal/shop/v1/items/7" } }],
  },
  {
    name: "puts a prefix before a stripped path",
    config: { prefix: "/internal" },
    steps: [{ expect: { decision: "pass", upstreamPath: "/internal/items/7" } }],
  },
  {
    name: "builds the path from what was matched",
    planScope,
    config: { path: "/v2/things/{path.id}/details" },
    steps: [
      {
        request: { path: "/shop/v1/items/a%20b" },
        expect: { decision: "pass", upstreamPath: "/v2/things/a%20b/details" },
      },
    ],
  },
  {
    name: "refuses a path that would climb: a part of a segment has become a whole one",
    planScope: { basePath: "", operation: { key: "file", method: "GET", path: "/files/v{name}" } },
    config: { path: "/private/{path.name}/data" },
    steps: [
      { request: { path: "/files/v7" }, expect: { decision: "pass", upstreamPath: "/private/7/data" } },
      { request: { path: "/files/v.." }, expect: { decision: { kind: "refuse", code: "path_ambiguous" } } },
      { request: { path: "/files/v." }, expect: { decision: { kind: "refuse", code: "path_ambiguous" } } },
    ],
  },
  {
    name: "keeps what a field says inside its segment",
    config: { path: "/tenants/{header.X-Tenant}/items" },
    steps: [
      {
        scene: { variables: { http_x_tenant: "a/b?c" } },
        expect: { decision: "pass", upstreamPath: "/tenants/a%2Fb%3Fc/items" },
      },
      {
        scene: { variables: { http_x_tenant: ".." } },
        expect: { decision: { kind: "refuse", code: "path_ambiguous" } },
      },
    ],
  },
  {
    name: "sends the client's own Host field, or a fixed one",
    config: { host: "preserve" },
    scene: { variables: { http_host: "api.example" } },
    steps: [{ expect: { decision: "pass", upstreamHost: "api.example" } }],
  },
  {
    name: "sends a fixed Host field whatever the client sent",
    config: { host: "fixed", hostName: "inner.example:8080" },
    scene: { variables: { http_host: "api.example" } },
    steps: [{ expect: { decision: "pass", upstreamHost: "inner.example:8080" } }],
  },
];
