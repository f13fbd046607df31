import type { PolicyCase } from "../case";

const planScope = {
  basePath: "/shop/v1",
  operation: { key: "getItem", method: "GET", path: "/items/{id}" },
};

export const cases: readonly PolicyCase[] = [
  {
    name: "sends callers to the new place of what they asked for, with their query",
    planScope,
    config: { location: "https://new.example/v2/items/{path.id}{query}" },
    steps: [
      {
        request: { path: "/shop/v1/items/a%20b", query: "?full=1" },
        expect: {
          decision: {
            kind: "answer",
            status: 308,
            headers: ["Location", "https://new.example/v2/items/a%20b?full=1"],
          },
        },
      },
    ],
  },
  {
    name: "answers with the status that was chosen",
    config: { location: "/docs", status: 302 },
    steps: [{ expect: { decision: { kind: "answer", status: 302, headers: ["Location", "/docs"] } } }],
  },
];
