import type { PolicyCase } from "../case";

const planScope = { basePath: "/shop/v1", operation: { key: "getItem", method: "GET", path: "/items/{id}" } };

export const cases: readonly PolicyCase[] = [
  {
    name: "sets, adds, appends, removes and renames in the order given",
    config: {
      steps: [
        { do: "set", name: "page", value: "1" },
        { do: "add-if-absent", name: "size", value: "20" },
        { do: "append", name: "tag", value: "new & old" },
        { do: "remove", name: "debug" },
        { do: "rename", name: "q", to: "search" },
      ],
    },
    steps: [
      {
        request: { query: "?q=a&page=7&debug=1&tag=x&page=8&debug" },
        expect: { decision: "pass", query: "?search=a&tag=x&page=1&size=20&tag=new%20%26%20old" },
      },
      {
        request: { query: "?size=5" },
        expect: { decision: "pass", query: "?size=5&page=1&tag=new%20%26%20old" },
      },
      { request: { query: "" }, expect: { decision: "pass", query: "?page=1&size=20&tag=new%20%26%20old" } },
    ],
  },
  {
    name: "finds a parameter however its name is escaped, and none inside another's name or value",
    config: { steps: [{ do: "remove", name: "admin" }] },
    steps: [
      { request: { query: "?%61dmin=1&a=2&adm%69n" }, expect: { decision: "pass", query: "?a=2" } },
      {
        request: { query: "?xadmin=1&b=admin=1&c=%26admin=1" },
        expect: { decision: "pass", query: "?xadmin=1&b=admin=1&c=%26admin=1" },
      },
      { request: { query: "?admin=1" }, expect: { decision: "pass", query: "" } },
      { request: { query: "?" }, expect: { decision: "pass", query: "" } },
    ],
  },
  {
    name: "renames every parameter of a name, in the place of those that have the new one",
    config: { steps: [{ do: "rename", name: "a", to: "b" }] },
    steps: [
      { request: { query: "?a=1&b=2&a=3&a" }, expect: { decision: "pass", query: "?b=1&b=3&b" } },
      { request: { query: "?b=2" }, expect: { decision: "pass", query: "?b=2" } },
    ],
  },
  {
    name: "fills in what is known of the request, so that nobody can add a parameter of their own",
    planScope,
    config: {
      steps: [
        { do: "set", name: "item", value: "{path.id}" },
        { do: "set", name: "tenant", value: "{header.X-Tenant}" },
      ],
    },
    scene: { variables: { http_x_tenant: "acme&admin=1" } },
    steps: [
      {
        request: { path: "/shop/v1/items/a%26b" },
        expect: { decision: "pass", query: "?item=a%26b&tenant=acme%26admin%3D1" },
      },
    ],
  },
];
