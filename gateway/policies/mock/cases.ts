import type { PolicyCase } from "../case";
import type { DocumentContent, DocumentResponse } from "../document";
import type { PlanScope } from "../manifest";

const json = (status: number, body: string) =>
  ({
    kind: "answer",
    status,
    headers: ["Content-Type", "application/json", "Gatehouse-Mock", "true"],
    body,
  }) as const;
const preferring = (prefer: string) => ({ scene: { variables: { http_prefer: prefer } } });

const content = (mediaType: string, parts: Partial<DocumentContent> = {}): DocumentContent => ({
  mediaType,
  schema: undefined,
  encoding: {},
  examples: [],
  place: ["paths", "/items", "get", "responses", "200", "content", mediaType],
  ...parts,
});
const example = (name: string, value: unknown) => ({ name, value, place: [] });
const documented = (...responses: readonly DocumentResponse[]): PlanScope => ({
  basePath: "/shop/v1",
  operation: {
    key: "listItems",
    method: "GET",
    path: "/items",
    document: { root: ROOT, isOpenApi30: true, parameters: [], body: undefined, responses },
  },
});
const ROOT = {
  components: {
    schemas: {
      Item: {
        type: "object",
        required: ["id"],
        properties: {
          id: { type: "integer", minimum: 1 },
          secret: { type: "string", writeOnly: true },
          at: { type: "string", format: "date-time" },
          kind: { enum: ["tea", "coffee"] },
          price: { allOf: [{ type: "object", properties: { amount: { type: "number", example: 9.5 } } }] },
          parts: { type: "array", items: { $ref: "#/components/schemas/Item" } },
        },
      },
    },
  },
};
const FULL = { id: 1, at: "2026-01-31T12:00:00Z", kind: "tea", price: { amount: 9.5 }, parts: [] };

export const cases: readonly PolicyCase[] = [
  {
    name: "answers with the first example",
    config: { answers: [{ body: { id: 7, name: "tea" } }, { status: 404, body: {} }] },
    steps: [{ expect: { decision: json(200, '{"id":7,"name":"tea"}') } }],
  },
  {
    name: "lets callers choose by status and by name, and gives the first for what there is not",
    config: {
      answers: [{ body: {} }, { status: 404, name: "missing", body: [] }, { status: 200, name: "full", body: [1] }],
    },
    steps: [
      { ...preferring("code=404"), expect: { decision: json(404, "[]") } },
      { ...preferring("example=full"), expect: { decision: json(200, "[1]") } },
      { ...preferring('respond-async, example="missing"; x=1'), expect: { decision: json(404, "[]") } },
      { ...preferring("code=418"), expect: { decision: json(200, "{}") } },
      { ...preferring("example=constructor"), expect: { decision: json(200, "{}") } },
    ],
  },
  {
    name: "does not let callers choose where they must not",
    config: { answers: [{ body: {} }, { status: 500, body: {} }], callerChooses: false },
    steps: [{ ...preferring("code=500"), expect: { decision: json(200, "{}") } }],
  },
  {
    name: "sends text as it is, and fields of its own",
    config: {
      answers: [
        { status: 201, mediaType: "text/plain", body: "made", headers: [{ name: "Location", value: "/items/7" }] },
      ],
    },
    steps: [
      {
        expect: {
          decision: {
            kind: "answer",
            status: 201,
            headers: ["Content-Type", "text/plain", "Location", "/items/7", "Gatehouse-Mock", "true"],
            body: "made",
          },
        },
      },
    ],
  },
  {
    name: "answers from the document: the first success, and what callers ask for by status and by name",
    planScope: documented(
      { status: "404", contents: [content("application/json", { examples: [example("", { error: 1 })] })] },
      {
        status: "200",
        contents: [
          content("application/json", { examples: [example("one", [1]), example("none", []), example("404", 4)] }),
        ],
      },
      { status: "202", contents: [content("application/json", { examples: [example("one", 2)] })] },
      { status: "204", contents: [] },
      { status: "default", contents: [content("application/json", { examples: [example("", "bad")] })] },
    ),
    steps: [
      { expect: { decision: json(200, "[1]") } },
      { ...preferring("code=404"), expect: { decision: json(404, '{"error":1}') } },
      { ...preferring("example=none"), expect: { decision: json(200, "[]") } },
      { ...preferring("code=202, example=one"), expect: { decision: json(202, "2") } },
      { ...preferring("code=500"), expect: { decision: json(500, '"bad"') } },
      {
        ...preferring("code=204"),
        expect: { decision: { kind: "answer", status: 204, headers: ["Gatehouse-Mock", "true"] } },
      },
    ],
  },
  {
    name: "gives by itself the status and the example that were chosen",
    config: { status: 404, example: "b" },
    planScope: documented(
      { status: "200", contents: [content("application/json", { examples: [example("b", 1)] })] },
      { status: "404", contents: [content("application/json", { examples: [example("a", 2), example("b", 3)] })] },
    ),
    steps: [
      { expect: { decision: json(404, "3") } },
      { ...preferring("code=200"), expect: { decision: json(200, "1") } },
    ],
  },
  {
    name: "sends the media type that is accepted, JSON where several are, and the first where none is",
    planScope: documented({
      status: "2XX",
      contents: [
        content("text/plain", { examples: [example("", "tea")] }),
        content("application/json", { examples: [example("", { name: "tea" })] }),
      ],
    }),
    steps: [
      ...["*/*", "text/html", "text/plain;q=0.5, application/*", "text/plain, application/json", "text/plain;q=0"].map(
        (accept) => ({
          scene: { variables: { http_accept: accept } },
          expect: { decision: json(200, '{"name":"tea"}') },
        }),
      ),
      ...["text/plain", "application/json;q=0.1, text/*", "application/json;q=0, */*"].map((accept) => ({
        scene: { variables: { http_accept: accept } },
        expect: {
          decision: {
            kind: "answer" as const,
            status: 200,
            headers: ["Content-Type", "text/plain", "Gatehouse-Mock", "true"],
            body: "tea",
          },
        },
      })),
    ],
  },
  {
    name: "makes an answer from the schema where there is no example, and ends where it leads back to itself",
    planScope: documented({
      status: "200",
      contents: [content("application/json", { schema: { $ref: "#/components/schemas/Item" } })],
    }),
    steps: [{ expect: { decision: json(200, JSON.stringify(FULL)) } }],
  },
];
