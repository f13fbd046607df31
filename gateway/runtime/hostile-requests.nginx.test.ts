import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeKey } from "../testing/make-key";
import { RecordingUpstream } from "../testing/recording-upstream";
import { sendRaw } from "../testing/send-raw";
import { credentialFor, shopSnapshot } from "../testing/snapshots";
import { TestNode } from "../testing/test-node";

/**
 * Whatever a client sends on a raw socket is refused, or means to the upstream exactly what it meant to the gateway. The upstream reads
 * bytes, so nothing can hide between two requests.
 */
const key = makeKey("hostile");
const ITEMS = "/shop/v1/items";
const CALLER = `Host: shop.test\r\nX-API-Key: ${key}\r\n`;
let node: TestNode;
let upstream: RecordingUpstream;

beforeAll(async () => {
  node = await TestNode.start({ workers: 1 });
  await node.putCredentials([credentialFor(key)]);
  upstream = await RecordingUpstream.start();
  await node.publish(shopSnapshot([upstream.url]));
});

beforeEach(() => upstream.forget());

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

const get = (target: string, fields = "") => `GET ${target} HTTP/1.1\r\n${CALLER}${fields}\r\n`;
const post = (fields: string, body: string, line = `POST ${ITEMS} HTTP/1.1`) =>
  `${line}\r\n${CALLER}${fields}\r\n${body}`;
const chunked = (body: string) => post("Transfer-Encoding: chunked\r\n", body);
const total = () => Object.values(node.outcomes()).reduce((sum, count) => sum + count, 0);

/** Whatever was left on a connection to the upstream, this request would meet it. */
async function expectNothingBehind(): Promise<void> {
  const before = upstream.seen.length;
  expect(await sendRaw(node.settings.port, get(`${ITEMS}?marker`))).toContain(" 200 ");
  expect(upstream.seen.slice(before).map(({ line }) => line)).toEqual(["GET /items?marker HTTP/1.1"]);
  expect(upstream.unread).toBe("");
}

const SMUGGLED = get(`${ITEMS}?smuggled`);

const refused: readonly (readonly [name: string, bytes: string, status: number, code: string])[] = [
  ["two lengths that agree", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400, "request_malformed"],
  ["two lengths", post("Content-Length: 0\r\nContent-Length: 5\r\n", "hello"), 400, "request_malformed"],
  ["a list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400, "request_malformed"],
  ["a negative length", post("Content-Length: -5\r\n", "hello"), 400, "request_malformed"],
  ["a length with a sign", post("Content-Length: +5\r\n", "hello"), 400, "request_malformed"],
  ["a length in hex", post("Content-Length: 0x5\r\n", "hello"), 400, "request_malformed"],
  ["a length beyond all numbers", post(`Content-Length: ${"9".repeat(30)}\r\n`, "hello"), 400, "request_malformed"],
  ["a length beyond the limit", post("Content-Length: 999999999999\r\n", "hello"), 413, "body_too_large"],
  ["an empty length", post("Content-Length: \r\n", "hello"), 400, "request_malformed"],
  [
    "a length and chunks",
    post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${SMUGGLED}`),
    400,
    "request_malformed",
  ],
  [
    "chunks and a length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", `0\r\n\r\n${SMUGGLED}`),
    400,
    "request_malformed",
  ],
  [
    "two codings",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${SMUGGLED}`),
    400,
    "request_malformed",
  ],
  ["a list of codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400, "request_malformed"],
  ["a coding nobody knows", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400, "request_malformed"],
  ["no coding", post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello"), 400, "request_malformed"],
  ["a coding behind a tab", post("Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n"), 400, "request_malformed"],
  ["a coding behind a vertical tab", post("Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n"), 400, "request_malformed"],
  [
    "a space before the colon",
    post("Content-Length: 5\r\nTransfer-Encoding : chunked\r\n", "0\r\n\r\n"),
    400,
    "request_malformed",
  ],
  [
    "chunks in HTTP/1.0",
    post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", `POST ${ITEMS} HTTP/1.0`),
    400,
    "request_malformed",
  ],
  ["a chunk size that is no number", chunked("zz\r\nhello\r\n0\r\n\r\n"), 400, "request_malformed"],
  ["a chunk size with a prefix", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, "request_malformed"],
  ["a negative chunk size", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400, "request_malformed"],
  ["a chunk size beyond all numbers", chunked(`${"f".repeat(20)}\r\nhello\r\n0\r\n\r\n`), 400, "request_malformed"],
  ["a chunk size beyond the limit", chunked("7fffffff\r\nhello\r\n0\r\n\r\n"), 413, "body_too_large"],
  ["a chunk longer than it says", chunked("5\r\nhelloXX0\r\n\r\n"), 400, "request_malformed"],
  ["a bare CR in a field", get(ITEMS, "X-A: a\rX-Admin: 1\r\n"), 400, "request_malformed"],
  ["a bare CR in a field's name", get(ITEMS, "X\r-A: a\r\n"), 400, "request_malformed"],
  ["a bare CR in the request line", `GET ${ITEMS}\rX HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["lines that end with CR", `GET ${ITEMS} HTTP/1.1\rHost: a\r\r`, 400, "request_malformed"],
  ["a folded line", get(ITEMS, "X-A: a\r\n b\r\n"), 400, "request_malformed"],
  ["a line folded with a tab", get(ITEMS, "X-A: a\r\n\tb\r\n"), 400, "request_malformed"],
  ["a folded first line", `GET ${ITEMS} HTTP/1.1\r\n X-A: a\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a NUL in a field", get(ITEMS, "X-A: a\0b\r\n"), 400, "request_malformed"],
  ["a NUL in a field's name", get(ITEMS, "X\0A: b\r\n"), 400, "request_malformed"],
  ["a NUL in the target", get(`${ITEMS}\0`), 400, "request_malformed"],
  ["a control character in a field's name", get(ITEMS, "X\x01A: b\r\n"), 400, "request_malformed"],
  ["a field without a name", get(ITEMS, ": x\r\n"), 400, "request_malformed"],
  ["a field of nine kilobytes", get(ITEMS, `X-A: ${"a".repeat(9_000)}\r\n`), 431, "headers_too_large"],
  [
    "forty kilobytes of fields",
    get(ITEMS, Array.from({ length: 40 }, (_unused, index) => `X-${index}: ${"a".repeat(1_000)}\r\n`).join("")),
    431,
    "headers_too_large",
  ],
  [
    "a key of nearly eight kilobytes",
    `GET ${ITEMS} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${"k".repeat(7_900)}\r\n\r\n`,
    401,
    "key_malformed",
  ],
  ["two Authorization fields", get(ITEMS, "Authorization: a\r\nAuthorization: b\r\n"), 400, "request_malformed"],
  ["two hosts", get(ITEMS, "Host: other.test\r\n"), 400, "request_malformed"],
  ["the same host twice", get(ITEMS, "Host: shop.test\r\n"), 400, "request_malformed"],
  ["no host", `GET ${ITEMS} HTTP/1.1\r\nX-API-Key: ${key}\r\n\r\n`, 400, "request_malformed"],
  ...["", "a/b", "a b", "a..b", "a\x01b"].map(
    (host) =>
      [
        `the host ${JSON.stringify(host)}`,
        `GET ${ITEMS} HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${key}\r\n\r\n`,
        400,
        "request_malformed",
      ] as const,
  ),
  ["an absolute target of another host", get(`http://other.test${ITEMS}`), 400, "request_malformed"],
  ["an absolute target of another port", get(`http://shop.test:81${ITEMS}`), 400, "request_malformed"],
  ["an absolute target of another scheme", get(`https://shop.test${ITEMS}`), 400, "request_malformed"],
  ["an absolute target with a user", get(`http://me:secret@shop.test${ITEMS}`), 400, "request_malformed"],
  ["an absolute target with dot segments", get("http://shop.test/shop/v1/../v1/items"), 400, "path_ambiguous"],
  ["an absolute target without a path", get("http://shop.test"), 404, "route_not_found"],
  ["an absolute target with only a query", get(`http://shop.test?x=${ITEMS}`), 404, "route_not_found"],
  ["an authority as target", get("shop.test:80"), 400, "request_malformed"],
  ["CONNECT", `CONNECT shop.test:80 HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["CONNECT with a path", `CONNECT ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 405, "method_not_allowed"],
  ["an asterisk", `OPTIONS * HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a relative target", get("shop/v1/items"), 400, "request_malformed"],
  ["a fragment", get(`${ITEMS}#top`), 400, "request_malformed"],
  ["a fragment behind a path parameter", get(`${ITEMS}/a#top`), 400, "request_malformed"],
  ["a fragment behind a query", get(`${ITEMS}?a=1#&b=2`), 400, "request_malformed"],
  ["an encoded slash", get("/shop/v1%2fitems"), 400, "path_ambiguous"],
  ["an encoded slash in a path parameter", get(`${ITEMS}/a%2Fb`), 400, "path_ambiguous"],
  ["dot segments", get(`${ITEMS}/../items`), 400, "path_ambiguous"],
  ["a path parameter of dots", get(`${ITEMS}/..`), 400, "path_ambiguous"],
  ["encoded dot segments", get(`${ITEMS}/%2e%2E/items`), 400, "path_ambiguous"],
  ["dot segments before matrix parameters", get(`${ITEMS}/..;x=1/y`), 400, "path_ambiguous"],
  ["dot segments before an encoded semicolon", get(`${ITEMS}/%2e.%3bx`), 400, "path_ambiguous"],
  ["a backslash", get(`${ITEMS}/..\\x`), 400, "path_ambiguous"],
  ["an encoded backslash", get(`${ITEMS}/a%5cb`), 400, "path_ambiguous"],
  ["an encoded NUL", get(`${ITEMS}/a%00`), 400, "request_malformed"],
  ["a broken escape", get(`${ITEMS}/a%zz`), 400, "request_malformed"],
  ["half an escape", get(`${ITEMS}/a%2`), 400, "request_malformed"],
  ["a double slash", get("/shop//v1/items"), 404, "route_not_found"],
  ["a double slash in front", get("//shop/v1/items"), 404, "route_not_found"],
  ["matrix parameters of a literal segment", get(`${ITEMS};x=1`), 404, "route_not_found"],
  ["a space in the path", get(`${ITEMS}/a b`), 400, "request_malformed"],
  ["a space in the query", get(`${ITEMS}?a b`), 400, "request_malformed"],
  ["a tab in the request line", `GET\t${ITEMS}\tHTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a control character in the path", get(`${ITEMS}/\x01`), 400, "request_malformed"],
  ["a request line that begins with spaces", `  ${get(ITEMS)}`, 400, "request_malformed"],
  ["a version with more behind it", `GET ${ITEMS} HTTP/1.1x\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a version in lower case", `GET ${ITEMS} http/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a version with a zero", `GET ${ITEMS} HTTP/01.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["HTTP/2.0 in words", `GET ${ITEMS} HTTP/2.0\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "request_malformed"],
  ["a method in lower case", `get ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a method in both cases", `GeT ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a method of odd characters", `GE!T ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 400, "request_malformed"],
  ["a method that nobody knows", `BREW ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 405, "method_not_allowed"],
  ["a method with a dash", `M-SEARCH ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 405, "method_not_allowed"],
  [
    "a method of five thousand letters",
    `${"A".repeat(5_000)} ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`,
    405,
    "method_not_allowed",
  ],
  ["a method of nine thousand letters", `${"A".repeat(9_000)} ${ITEMS} HTTP/1.1\r\n${CALLER}\r\n`, 414, "uri_too_long"],
];

describe("is refused with a problem document, and nothing of it reaches the upstream:", () => {
  it.each(refused)("%s", async (_name, bytes, status, code) => {
    const answer = await sendRaw(node.settings.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(/"code":"(\w+)"/.exec(answer)?.[1]).toBe(code);
    expect(answer.match(/^HTTP\/1/gm)).toHaveLength(1);
    expect(upstream.seen).toEqual([]);
    await expectNothingBehind();
  });

  it("each of them counted once", async () => {
    const before = total();
    for (const [, bytes] of refused) {
      await sendRaw(node.settings.port, bytes);
    }
    await expect.poll(total).toBe(before + refused.length);
  });
});

/** Name, what the client sends, the request line for the upstream, fields that are passed on, body. */
const understood: readonly (readonly [string, string, string, readonly string[], string])[] = [
  ["chunks", chunked("5\r\nhello\r\n0\r\n\r\n"), "POST /items HTTP/1.1", ["Content-Length: 5"], "hello"],
  [
    "a coding in any case",
    post("Transfer-Encoding: ChUnKeD\r\n", "5\r\nhello\r\n0\r\n\r\n"),
    "POST /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "chunk extensions, which end at the gateway",
    chunked("5;a=b\r\nhello\r\n0;x\r\n\r\n"),
    "POST /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "chunks whose lines end with LF",
    chunked("5\nhello\n0\n\n"),
    "POST /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "trailers, which end at the gateway",
    chunked("5\r\nhello\r\n0\r\nX-Admin: 1\r\n\r\n"),
    "POST /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "a body that looks like a request",
    post(`Content-Length: ${SMUGGLED.length}\r\n`, SMUGGLED),
    "POST /items HTTP/1.1",
    [`Content-Length: ${SMUGGLED.length}`],
    SMUGGLED,
  ],
  [
    "a coding with an underscore, which is no field to anybody",
    post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello"),
    "POST /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "a body of GET",
    `${get(ITEMS, "Content-Length: 5\r\n")}hello`,
    "GET /items HTTP/1.1",
    ["Content-Length: 5"],
    "hello",
  ],
  [
    "lines that end with LF",
    `GET ${ITEMS} HTTP/1.1\nHost: a\nX-API-Key: ${key}\nX-A: 1\n\n`,
    "GET /items HTTP/1.1",
    ["X-A: 1"],
    "",
  ],
  ["empty lines in front", `\r\n\r\n${get(ITEMS)}`, "GET /items HTTP/1.1", [], ""],
  ["more than one space", `GET  ${ITEMS}  HTTP/1.1 \r\n${CALLER}\r\n`, "GET /items HTTP/1.1", [], ""],
  ["bytes that are no UTF-8", get(ITEMS, "X-A: \xff\xfe\r\n"), "GET /items HTTP/1.1", ["X-A: \xff\xfe"], ""],
  ["a field without a colon, which has no value", get(ITEMS, "X-A\r\n"), "GET /items HTTP/1.1", ["X-A: "], ""],
  ["names that are none", get(ITEMS, "X(A): 1\r\nX-\xe9: 1\r\nX_API_Key: 1\r\n"), "GET /items HTTP/1.1", [], ""],
  [
    "fields that belong to the connection, which end at the gateway",
    get(ITEMS, "Connection: X-A, upgrade\r\nUpgrade: h2c\r\nTE: trailers\r\nKeep-Alive: 9\r\nX-A: 1\r\n"),
    "GET /items HTTP/1.1",
    ["X-A: 1"],
    "",
  ],
  [
    "another key behind the first, both of which end at the gateway",
    get(ITEMS, "X-API-Key: other\r\nx-api-key: third\r\n"),
    "GET /items HTTP/1.1",
    [],
    "",
  ],
  ["an absolute target", get(`http://Shop.Test${ITEMS}?a=1`), "GET /items?a=1 HTTP/1.1", [], ""],
  ["HTTP/1.0", `GET ${ITEMS} HTTP/1.0\r\n${CALLER}\r\n`, "GET /items HTTP/1.1", [], ""],
  ["HTTP/1.0 without a host", `GET ${ITEMS} HTTP/1.0\r\nX-API-Key: ${key}\r\n\r\n`, "GET /items HTTP/1.1", [], ""],
  ["matrix parameters of a path parameter", get(`${ITEMS}/a;x=1`), "GET /items/a;x=1 HTTP/1.1", [], ""],
  [
    "double encoding, decoded by nobody",
    get(`${ITEMS}/%252e%252e%252fx`),
    "GET /items/%252e%252e%252fx HTTP/1.1",
    [],
    "",
  ],
  ["an encoded hash and question mark", get(`${ITEMS}/a%23b%3fc`), "GET /items/a%23b%3Fc HTTP/1.1", [], ""],
  ["encoded line breaks", get(`${ITEMS}/%0d%0aX:y?%0d%0aX:y`), "GET /items/%0D%0AX:y?%0d%0aX:y HTTP/1.1", [], ""],
  [
    "a path and a query that are no UTF-8",
    get(`${ITEMS}/\xff%C0%AF?\xfe%ff`),
    "GET /items/\xff%C0%AF?\xfe%ff HTTP/1.1",
    [],
    "",
  ],
];

describe("means to the upstream what it meant to the gateway:", () => {
  it.each(understood)("%s", async (_name, bytes, line, fields, body) => {
    const answer = await sendRaw(node.settings.port, bytes);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(upstream.seen.map((request) => [request.line, request.body])).toEqual([[line, body]]);
    expect(upstream.passedOn).toEqual(fields);
    await expectNothingBehind();
  });

  it("a request of HTTP/0.9, which has no fields: no key", async () => {
    expect(await sendRaw(node.settings.port, `GET ${ITEMS}\r\n`)).toMatch(/^\{.*"code":"key_missing"/);
    expect(upstream.seen).toEqual([]);
    await expectNothingBehind();
  });

  it("a key behind a hundred and fifty fields is found, and every field passed on", async () => {
    const many = Array.from({ length: 150 }, (_unused, index) => `X-F${index}: ${index}`);
    const bytes = `GET ${ITEMS} HTTP/1.1\r\nHost: a\r\n${many.join("\r\n")}\r\nX-API-Key: ${key}\r\n\r\n`;
    expect(await sendRaw(node.settings.port, bytes)).toContain(" 200 ");
    expect(upstream.passedOn).toEqual(many);
  });

  it.each(["a,b", "me@shop.test", 'a"b', "a:99999999"])(
    "the odd host %s, which the upstream is told of as it is",
    async (host) => {
      await sendRaw(node.settings.port, `GET ${ITEMS} HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${key}\r\n\r\n`);
      expect(upstream.seen[0]?.fields).toContain(`X-Forwarded-Host: ${host}`);
      expect(upstream.seen[0]?.fields).toContain(`Host: 127.0.0.1:${upstream.server.port}`);
    },
  );

  it("what the caller says about itself does not replace what the gateway knows", async () => {
    const claims =
      "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\n";
    await sendRaw(node.settings.port, get(ITEMS, `${claims}X-Request-Id: mine\r\n`));
    const own = (upstream.seen[0]?.fields ?? []).filter((field) => field.startsWith("X-Forwarded-"));
    expect(own.toSorted()).toEqual([
      "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 127.0.0.1",
      "X-Forwarded-Host: shop.test",
      "X-Forwarded-Proto: http",
    ]);
    expect(upstream.seen[0]?.fields).not.toContain("X-Request-Id: mine");
  });
});
