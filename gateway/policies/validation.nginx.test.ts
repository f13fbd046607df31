import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, one, PolicyBench } from "../testing/policy-bench";
import { sendRaw } from "../testing/send-raw";

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.start();
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

const post = (body: string, headers: Record<string, string> = { "Content-Type": "application/json" }) =>
  bench.call("/shop/v1/items", { method: "POST", body, headers });

/** The cases of request-validation, on cjson, on PCRE and on nginx's bodies. */
describe("request-validation", () => {
  const schema = {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string", maxLength: 4, pattern: "^[\\u0061-zé]+$" },
      tags: { type: "array", items: { type: "string" }, maxItems: 100_000 },
      at: { type: ["string", "null"], format: "date" },
    },
  };

  it("lets a right body through, untouched, be it small, large or in chunks", async () => {
    await bench.attach(one("request-validation", { body: { schema } }), "createItem");
    const small = '{ "name": "café", "at": null }';
    const large = JSON.stringify({ name: "tea", tags: Array.from({ length: 20_000 }, () => "a") });
    for (const body of [small, large]) {
      expect((await post(body)).status).toBe(200);
    }
    const chunked = await sendRaw(
      bench.node.settings.port,
      `POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\ne\r\n{"name": "tea"\r\n1\r\n}\r\n0\r\n\r\n`,
    );
    expect(chunked).toContain(" 200 ");
    expect(bench.upstream.seen.map(({ body }) => body)).toEqual([small, large, '{"name": "tea"}']);
  });

  it("refuses a wrong one with all that is wrong in it, and the upstream sees nothing", async () => {
    await bench.attach(one("request-validation", { body: { schema } }), "createItem");
    const response = await post('{"name": "coffee\\n", "tags": ["a", 1], "at": "today"}');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "request_invalid",
      errors: [
        { pointer: "#/name", detail: "must have at most 4 characters" },
        { pointer: "#/name", detail: "must match ^[\\u0061-zé]+$" },
        { pointer: "#/tags/1", detail: "must be string" },
        { pointer: "#/at", detail: "must be a date" },
      ],
    });
    expect(await codeOf(await post('{"name": "tea\\n"}'))).toBe("request_invalid");
    expect(await codeOf(await post("[".repeat(100_000)))).toBe("request_invalid");
    expect((await post("{}", { "Content-Type": "text/plain" })).status).toBe(415);
    expect((await bench.call("/shop/v1/items", { method: "POST" })).status).toBe(400);
    expect(bench.upstream.seen).toEqual([]);
  });

  it("checks parameters before anything changes them", async () => {
    const parameters = [
      { in: "path", name: "id", schema: { type: "integer", maximum: 99 } },
      { in: "query", name: "name", schema: { type: "string", maxLength: 2 } },
    ];
    await bench.attach(
      [
        { policy: "path-rewrite", config: { path: "/things" } },
        { policy: "request-validation", config: { parameters } },
      ],
      "getItem",
    );
    expect((await bench.call("/shop/v1/items/%37?name=%C3%A9%C3%A9")).status).toBe(200);
    expect((await bench.call("/shop/v1/items/100?name=a")).status).toBe(400);
    expect((await bench.call("/shop/v1/items/7?name=a&name=b")).status).toBe(400);
    expect(bench.upstream.seen.map(({ url }) => url)).toEqual(["/things?name=%C3%A9%C3%A9"]);
  });

  it("only reports where it shall, and still comes after keys and limits", async () => {
    await bench.attach(one("request-validation", { mode: "report", body: { schema } }), "createItem");
    const response = await post("{}");
    expect(response.status).toBe(200);
    expect(response.headers.get("gatehouse-validation")).toBe("1 found, first at #/name");
    expect((await post('{"name":"tea"}')).headers.get("gatehouse-validation")).toBeNull();
    expect((await post("{}", { "X-API-Key": "none" })).status).toBe(401);
  });
});

/** What policies take from the OpenAPI document, on cjson, PCRE and nginx's variables. */
describe("with a document", () => {
  const document = (name: object) => ({
    openapi: "3.1.0",
    paths: {
      "/items": {
        get: {},
        post: {
          parameters: [
            { in: "query", name: "tags", schema: { type: "array", items: { enum: ["a+b", "c"] }, uniqueItems: true } },
            { in: "cookie", name: "seen", schema: { type: "boolean" } },
          ],
          requestBody: {
            required: true,
            content: {
              "application/json": { schema: { $ref: "#/components/schemas/Item" } },
              "application/x-www-form-urlencoded": { schema: { $ref: "#/components/schemas/Item" } },
            },
          },
          responses: {
            201: {
              description: "",
              content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
            },
            400: { description: "", content: { "text/plain": { example: "no" }, "application/json": { example: [] } } },
          },
        },
      },
      "/items/{id}": { get: { parameters: [{ in: "path", name: "id", required: true, schema: { type: "integer" } }] } },
    },
    components: {
      schemas: {
        Item: {
          type: "object",
          required: ["name"],
          properties: { name, parts: { type: "array", items: { $ref: "#/components/schemas/Item" } } },
          additionalProperties: false,
        },
      },
    },
  });
  const text = { type: "string", pattern: "^\\S.{1,3}$", examples: ["tea"] };
  const pointers = async (response: Response) =>
    ((await response.json()) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  const form = { "Content-Type": "application/x-www-form-urlencoded" };

  it("checks each operation by what its document says, and by another one as soon as that is published", async () => {
    await bench.attach(one("request-validation", {}), "version", document(text));
    const right = '{"name":"thé","parts":[{"name":"tea"}]}';
    const tags = "/shop/v1/items?tags=a%2Bb&tags=c";
    const cookie = { Cookie: "seen=true", "Content-Type": "application/json" };
    expect((await bench.call(tags, { method: "POST", body: right, headers: cookie })).status).toBe(200);
    expect((await post("name=t%C3%A9+a", form)).status).toBe(200);
    expect(bench.upstream.seen.map(({ body }) => body)).toEqual([right, "name=t%C3%A9+a"]);
    expect(await pointers(await post('{"name":"thé","parts":[{"name":"\\u00a0ea","more":1}]}'))).toEqual([
      "#/parts/0/name",
      "#/parts/0/more",
    ]);
    expect(await pointers(await post("name=coffee", form))).toEqual(["#/name"]);
    const wrong = { Cookie: "seen=no", "Content-Type": "application/json" };
    const repeated = { method: "POST", body: right, headers: wrong };
    expect(await pointers(await bench.call("/shop/v1/items?tags=c&tags=c", repeated))).toEqual([
      "query/tags/1",
      "cookie/seen",
    ]);
    expect(await pointers(await bench.call("/shop/v1/items/x"))).toEqual(["path/id"]);
    expect((await bench.call("/shop/v1/items/7")).status).toBe(200);
    await bench.attach(one("request-validation", {}), "version", document({ type: "integer" }));
    expect(await pointers(await post(right))).toEqual(["#/name", "#/parts/0/name"]);
  });

  it("answers with its examples, as they are asked for", async () => {
    await bench.attach(one("mock", {}), "createItem", document(text));
    const made = await post("{}");
    expect([made.status, made.headers.get("gatehouse-mock"), await made.json()]).toEqual([
      201,
      "true",
      { name: "tea", parts: [] },
    ]);
    const refused = await post("{}", { Prefer: "code=400", Accept: "text/plain" });
    expect([refused.status, refused.headers.get("content-type"), await refused.text()]).toEqual([
      400,
      "text/plain",
      "no",
    ]);
    expect(bench.upstream.seen).toEqual([]);
  });
});
