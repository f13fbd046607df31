import { connect as connectHttp2 } from "node:http2";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { findFreePort } from "../testing/free-port";
import { one, PolicyBench } from "../testing/policy-bench";
import { sendRaw } from "../testing/send-raw";

let bench: PolicyBench;
let h2cPort: number;

beforeAll(async () => {
  h2cPort = await findFreePort();
  bench = await PolicyBench.start({ workers: 1, h2cPort });
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

const validate = (schema: unknown) => bench.attach(one("request-validation", { body: { schema } }), "createItem");

const post = (body: string | Buffer<ArrayBuffer>) =>
  bench.call("/shop/v1/items", { method: "POST", body, headers: { "Content-Type": "application/json" } });

/** A worker that is busy answers nobody: how long the longest of others' calls takes, meanwhile. */
async function whileOthersCall(
  harm: () => Promise<Response>,
): Promise<{ readonly answer: Response; readonly slowestMs: number }> {
  let isOver = false;
  let slowestMs = 0;
  const harmed = harm().finally(() => (isOver = true));
  while (!isOver) {
    const before = performance.now();
    await (await bench.call()).text();
    slowestMs = Math.max(slowestMs, performance.now() - before);
  }
  return { answer: await harmed, slowestMs };
}

it("a body's names do not hold the worker up, however long they are and whatever is in them", async () => {
  await validate({ additionalProperties: { type: "array", items: { type: "integer" } } });
  const slashes = await whileOthersCall(() => post(JSON.stringify({ ["/".repeat(1_000_000)]: 1 })));
  expect(slashes.answer.status).toBe(400);
  expect((await slashes.answer.text()).length).toBeLessThan(1_000);
  const cut = await post(JSON.stringify({ [`${"a".repeat(63)}é${"b".repeat(9)}`]: 1 }));
  expect(await cut.json()).toMatchObject({ errors: [{ pointer: `#/${"a".repeat(63)}…` }] });
  const many = Array.from({ length: 200_000 }, () => 1);
  const parts = await whileOthersCall(() => post(JSON.stringify({ ["a".repeat(500_000)]: many })));
  expect(parts.answer.status).toBe(200);
  expect(Math.max(slashes.slowestMs, parts.slowestMs)).toBeLessThan(1_000);
});

it("a body with two media types is refused, and the upstream sees neither", async () => {
  const content = { "multipart/form-data": { schema: {} }, "application/json": { schema: { required: ["a"] } } };
  await bench.attach(one("request-validation", {}), "createItem", {
    openapi: "3.1.0",
    paths: { "/items": { post: { requestBody: { content } } } },
  });
  const types = "Content-Type: multipart/form-data\r\nContent-Type: application/json\r\n";
  const head = `POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: ${bench.key}\r\n${types}Content-Length: 2\r\n\r\n`;
  expect(await sendRaw(bench.node.settings.port, `${head}{}`)).toMatch(/ 400 [^]*"pointer":"header\/Content-Type"/);
  expect(bench.upstream.seen).toEqual([]);
});

/** Without a length, which HTTP/2 does not need. */
async function postHttp2(body: string | undefined, contentType = "application/json"): Promise<number> {
  const session = connectHttp2(`http://127.0.0.1:${h2cPort}`);
  const stream = session.request(
    { ":path": "/shop/v1/items", ":method": "POST", "x-api-key": bench.key, "content-type": contentType },
    { endStream: body === undefined },
  );
  if (body !== undefined) {
    stream.end(body);
  }
  stream.resume();
  const status = await new Promise<number>((resolve) =>
    stream.on("response", (head) => resolve(Number(head[":status"]))),
  );
  session.close();
  return status;
}

it("a body over HTTP/2 is checked and measured, though it says no length", async () => {
  const schema = { type: "object", properties: { a: { type: "integer" } } };
  await bench.attach(one("request-validation", { body: { schema, required: false } }), "createItem");
  expect(await postHttp2('{"a":"x"}')).toBe(400);
  expect(await postHttp2("{}", "text/plain")).toBe(415);
  expect(bench.upstream.seen).toEqual([]);
  expect([await postHttp2('{"a":7}'), await postHttp2(undefined), await postHttp2(undefined, "text/plain")]).toEqual([
    200, 200, 200,
  ]);
  expect(bench.upstream.seen.map(({ body }) => body)).toEqual(['{"a":7}', "", ""]);
  await bench.attach(one("request-size", { maxBodyBytes: 100_000 }), "createItem");
  expect([await postHttp2("x".repeat(100_000)), await postHttp2("x".repeat(100_001))]).toEqual([200, 413]);
  await bench.attach(one("request-size", { maxBodyBytes: 9, chunked: "refuse" }), "createItem");
  expect([await postHttp2(undefined), await postHttp2("x")]).toEqual([200, 411]);
});

it("characters are counted as their readers will, of whatever bytes they are", async () => {
  const schema = { properties: { a: { type: "string", minLength: 2, maxLength: 3 } } };
  await validate(schema);
  const quoted = (...bytes: readonly number[]) =>
    Buffer.from([...Buffer.from('{"a":"'), ...bytes, ...Buffer.from('"}')]);
  for (const text of ["£¿", "éé", "€€€", "😀😀"]) {
    expect((await post(JSON.stringify({ a: text }))).status, text).toBe(200);
  }
  for (const text of ["£", "££££", "😀"]) {
    expect((await post(JSON.stringify({ a: text }))).status, text).toBe(400);
  }
  // Bytes that continue no character, half a surrogate pair, and what is longer than it need be.
  for (const bytes of [
    [0x80, 0x80, 0x80, 0x80],
    [0x61, 0xed, 0xa0, 0x80],
    [0x61, 0xc0, 0xaf],
    [0x61, 0x62, 0xff],
  ]) {
    const answer = await post(quoted(...bytes));
    expect(await answer.json()).toMatchObject({ status: 400, errors: [{ pointer: "#", detail: "is not UTF-8" }] });
  }
  await bench.attach(
    one("request-validation", { parameters: [{ in: "query", name: "a", schema: schema.properties.a }] }),
  );
  const ask = async (text: string) => (await bench.call(`/shop/v1/items?a=${text}`)).status;
  expect([await ask("%C2%A3%C2%A3"), await ask("%C2%A3"), await ask("%80%80%80%80%80")]).toEqual([200, 400, 400]);
});

const TOO_MUCH = { code: "request_invalid", errors: [{ detail: "takes too many steps to check", pointer: "#" }] };

/** Within so many of the same form, each around the next. */
const within = (levels: number, wrap: (inner: object) => object, inner: object): object =>
  levels === 0 ? inner : wrap(within(levels - 1, wrap, inner));

it.each<[string, (inner: object) => object]>([
  ["allOf", (inner) => ({ allOf: [inner] })],
  ["anyOf", (inner) => ({ anyOf: [inner], unevaluatedProperties: false })],
  ["if", (inner) => ({ if: inner, then: true, unevaluatedProperties: {} })],
  ["dependentSchemas", (inner) => ({ dependentSchemas: { a: inner }, unevaluatedProperties: {} })],
  ["not", (inner) => ({ not: { not: inner } })],
])(
  "a schema within schemas of a value that nests is checked, or refused, and never an error of ours: %s",
  async (_name, wrap) => {
    const body = `${'{"a":'.repeat(60)}1${"}".repeat(60)}`;
    const nest = (levels: number) =>
      validate({ anyOf: [{ type: "integer" }, { additionalProperties: within(levels, wrap, { $ref: "#" }) }] });
    await nest(4);
    expect((await post(body)).status).toBe(200);
    await nest(60);
    expect(await (await post(body)).json()).toMatchObject(TOO_MUCH);
  },
);

it.each([
  [
    "names that a pattern goes back and forth in",
    { patternProperties: { "^(\\w+\\s?)*$": { type: "integer" } } },
    Object.fromEntries(Array.from({ length: 2_000 }, (_unused, index) => [`${"a".repeat(40)}${index}!`, 1])),
  ],
  [
    "texts that a pattern goes back and forth in",
    { items: { anyOf: [{ pattern: "^(\\w+\\s?)*$" }, true] } },
    Array.from({ length: 2_000 }, () => `${"a".repeat(40)}!`),
  ],
  [
    "lists within lists that must all be unique",
    { type: ["array", "integer"], uniqueItems: true, items: { $ref: "#" } },
    within(
      60,
      (inner) => [inner],
      Array.from({ length: 100_000 }, (_unused, index) => index),
    ),
  ],
])("no body holds the worker up for long: %s", async (_name, schema, body) => {
  await validate(schema);
  const { answer, slowestMs } = await whileOthersCall(() => post(JSON.stringify(body)));
  expect(await answer.json()).toMatchObject(TOO_MUCH);
  expect(slowestMs).toBeLessThan(1_500);
});
