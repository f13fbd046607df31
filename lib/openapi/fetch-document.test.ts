import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NameLookup } from "./address-guard";
import { fetchDocument, fetchWithin, type FetchDocumentResult, type FetchOptions } from "./fetch-document";
import type { FetchLimits } from "./fetch-text";
import { referencesFromFiles } from "./import-document";
import { accept, readFixture, readFixtureFiles } from "./testing";

const PETSTORE = readFixture("petstore/petstore-3.0.yaml");
const BOOKSHOP = readFixtureFiles("bookshop");

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let origin: string;
let asked: string[] = [];
const handlers = new Map<string, Handler>();

function answer(body: string | Buffer, headers: Record<string, string> = {}, status = 200): Handler {
  return (_request, response) => response.writeHead(status, headers).end(body);
}

function redirect(location: string, status = 302): Handler {
  return answer("", { location }, status);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const handler = handlers.get(request.url ?? "") ?? answer("no such file", {}, 404);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  asked = [];
  handlers.clear();
});

async function fetchPrivately(path: string, options: Partial<FetchOptions> = {}): Promise<FetchDocumentResult> {
  return fetchDocument(new URL(path, origin).href, { allowPrivate: true, ...options });
}

async function codes(result: Promise<FetchDocumentResult>): Promise<string[]> {
  const { ok, ...rest } = await result;
  return ok || !("problems" in rest) ? ["fetched"] : rest.problems.map(({ code }) => code);
}

describe("fetching", () => {
  it.each(["application/json", "text/plain; charset=utf-8", "application/octet-stream", ""])(
    "takes the text byte for byte, whatever the content type (%s)",
    async (type) => {
      handlers.set("/petstore", answer(PETSTORE, type === "" ? {} : { "content-type": type }));
      const result = await fetchPrivately("/petstore");
      expect(result).toEqual({ ok: true, text: PETSTORE, location: `${origin}/petstore`, references: {} });
    },
  );

  it.each([
    ["gzip", gzipSync(PETSTORE)],
    ["br", brotliCompressSync(PETSTORE)],
  ])("understands %s", async (encoding, body) => {
    handlers.set("/packed", answer(body, { "content-encoding": encoding }));
    expect(await fetchPrivately("/packed")).toMatchObject({ ok: true, text: PETSTORE });
  });

  it("understands UTF-16 with a byte order mark", async () => {
    handlers.set("/wide", answer(Buffer.from(`\uFEFF${PETSTORE}`, "utf16le")));
    expect(await fetchPrivately("/wide")).toMatchObject({ ok: true, text: PETSTORE });
  });

  it("fetches every file that references reach, once, and nothing that only looks like one", async () => {
    for (const [name, text] of Object.entries(BOOKSHOP)) {
      handlers.set(`/specs/${name}`, answer(text));
    }
    const result = await fetchPrivately("/specs/openapi.yaml");
    expect(result.ok).toBe(true);
    if (result.ok) {
      expect(Object.keys(result.references)).toHaveLength(17);
      expect(asked).toHaveLength(18);
      const { text, location, references } = result;
      const document = await accept({ text, location, fetchReference: referencesFromFiles(references) });
      expect(document.operations).toHaveLength(8);
    }
  });

  it("follows redirects, and resolves references where it ended", async () => {
    handlers.set("/latest", redirect("/v2/openapi.yaml", 301));
    handlers.set("/v2/openapi.yaml", answer("openapi: 3.0.0\npaths: { /a: { $ref: a.yaml } }"));
    handlers.set("/v2/a.yaml", answer("get: {}"));
    const result = await fetchPrivately("/latest");
    expect(result).toMatchObject({
      location: `${origin}/v2/openapi.yaml`,
      references: { [`${origin}/v2/a.yaml`]: "get: {}" },
    });
  });
});

describe("addresses that are not public", () => {
  const nameOf =
    (...addresses: string[]): NameLookup =>
    () =>
      Promise.resolve(addresses.map((address) => ({ address, family: 4 as const })));

  it.each([
    "http://127.0.0.1/",
    "http://localhost/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://10.0.0.1/",
    "http://100.64.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://192.168.0.1:8080/",
  ])("%s is refused before anything is sent", async (url) => {
    expect(await codes(fetchDocument(url, { allowPrivate: false, timeoutMs: 3_000 }))).toEqual(["address_refused"]);
  });

  it("the real server is not reached by its address, nor by a name that leads there", async () => {
    handlers.set("/petstore", answer(PETSTORE));
    const { port } = new URL(origin);
    const url = `http://public.example:${port}/petstore`;
    const toServer = { allowPrivate: false, lookup: nameOf("127.0.0.1") };
    expect(await codes(fetchDocument(`${origin}/petstore`, { allowPrivate: false }))).toEqual(["address_refused"]);
    expect(await codes(fetchDocument(url, toServer))).toEqual(["address_refused"]);
    expect(await codes(fetchDocument(url, { ...toServer, lookup: nameOf("8.8.8.8", "127.0.0.1") }))).toEqual([
      "address_refused",
    ]);
    expect(asked).toEqual([]);
    expect(await fetchDocument(url, { ...toServer, allowPrivate: true })).toMatchObject({ ok: true, text: PETSTORE });
  });

  it("the connection goes to the address that was checked, whatever the name says later", async () => {
    handlers.set("/petstore", answer(PETSTORE));
    const { port } = new URL(origin);
    let lookups = 0;
    // A name that no resolver knows: only the checked address can lead to the server.
    const result = await fetchDocument(`http://rebinding.invalid:${port}/petstore`, {
      allowPrivate: true,
      lookup: () => {
        lookups += 1;
        return Promise.resolve([{ address: lookups === 1 ? "127.0.0.1" : "192.0.2.1", family: 4 }]);
      },
    });
    expect(result).toMatchObject({ ok: true });
    expect(lookups).toBe(1);
  });

  describe("behind an address that is allowed", () => {
    /** The test's server stands for the outside; 127.0.0.2, where it listens too on Linux, for the inside. */
    const limits = (): FetchLimits => ({
      isAllowed: (address) => address === "127.0.0.1",
      maxBytes: 1_000_000,
      signal: AbortSignal.timeout(5_000),
      lookup: (hostname) =>
        Promise.resolve([{ address: hostname.startsWith("inside") ? "127.0.0.2" : "127.0.0.1", family: 4 }]),
    });

    it.each(["http://127.0.0.2:PORT/secret", "http://inside.example:PORT/secret", "//inside.example:PORT/secret"])(
      "a redirect to %s is refused",
      async (target) => {
        const { port } = new URL(origin);
        handlers.set("/jump", redirect(target.replace("PORT", port)));
        handlers.set("/secret", answer(PETSTORE));
        expect(await codes(fetchWithin(`http://outside.example:${port}/jump`, limits()))).toEqual(["address_refused"]);
        expect(asked).toEqual(["/jump"]);
      },
    );

    it("a redirect that stays outside is followed", async () => {
      const { port } = new URL(origin);
      handlers.set("/jump", redirect(`http://elsewhere.example:${port}/petstore`));
      handlers.set("/petstore", answer(PETSTORE));
      expect(await fetchWithin(`http://outside.example:${port}/jump`, limits())).toMatchObject({
        ok: true,
        location: `http://elsewhere.example:${port}/petstore`,
      });
    });

    it("a reference to the inside is refused, directly and through a redirect", async () => {
      const { port } = new URL(origin);
      const paths = `{ /a: { $ref: 'http://inside.example:${port}/a.yaml' }, /b: { $ref: hop.yaml } }`;
      handlers.set("/openapi.yaml", answer(`openapi: 3.0.0\npaths: ${paths}`));
      handlers.set("/hop.yaml", redirect(`http://127.0.0.2:${port}/b.yaml`));
      handlers.set("/a.yaml", answer("get: {}"));
      handlers.set("/b.yaml", answer("get: {}"));
      const result = await fetchWithin(`http://outside.example:${port}/openapi.yaml`, limits());
      expect(result).toMatchObject({
        problems: [
          { code: "address_refused", place: "/paths/~1a", line: 2 },
          { code: "address_refused", place: "/paths/~1b", line: 2 },
        ],
      });
      expect(asked).toEqual(["/openapi.yaml", "/hop.yaml"]);
    });
  });

  it("references to files and with credentials are never fetched", async () => {
    handlers.set(
      "/files.yaml",
      answer("openapi: 3.0.0\npaths: { /a: { $ref: 'file:///etc/passwd' }, /b: { get: {} } }"),
    );
    // The import says that it is not allowed.
    expect(await fetchPrivately("/files.yaml")).toMatchObject({ ok: true, references: {} });
    handlers.set("/user.yaml", answer(`openapi: 3.0.0\npaths: { /a: { $ref: 'http://u:p@127.0.0.1/a.yaml' } }`));
    expect(await codes(fetchPrivately("/user.yaml"))).toEqual(["url_credentials_refused"]);
  });
});

describe("what is refused", () => {
  it.each([
    ["not a url", "url_invalid"],
    ["", "url_invalid"],
    ["/etc/passwd", "url_invalid"],
    ["file:///etc/passwd", "url_scheme_refused"],
    ["ftp://example.com/x", "url_scheme_refused"],
    ["gopher://127.0.0.1:6379/_INFO", "url_scheme_refused"],
    ["data:text/plain,openapi", "url_scheme_refused"],
    ["http://user:secret@example.com/", "url_credentials_refused"],
  ])("%s: %s", async (url, code) => {
    const result = await fetchDocument(url, { allowPrivate: true });
    expect(await codes(Promise.resolve(result))).toEqual([code]);
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  it("redirects without end, to other schemes, with credentials or to nothing", async () => {
    handlers.set("/round", redirect("/round"));
    handlers.set("/file", redirect("file:///etc/passwd"));
    handlers.set("/credentials", redirect("http://a:b@127.0.0.1/"));
    handlers.set("/nothing", redirect("http://"));
    expect(await codes(fetchPrivately("/round"))).toEqual(["too_many_redirects"]);
    expect(asked).toHaveLength(6);
    expect(await codes(fetchPrivately("/file"))).toEqual(["url_scheme_refused"]);
    expect(await codes(fetchPrivately("/credentials"))).toEqual(["url_credentials_refused"]);
    expect(await codes(fetchPrivately("/nothing"))).toEqual(["redirect_invalid"]);
  });

  it("five redirects are followed", async () => {
    for (let hop = 0; hop < 5; hop += 1) {
      handlers.set(`/${hop}`, redirect(`/${hop + 1}`));
    }
    handlers.set("/5", answer(PETSTORE));
    expect(await fetchPrivately("/0")).toMatchObject({ ok: true, location: `${origin}/5` });
  });

  it("bodies that are too large, by their length, by their bytes, or after decompression", async () => {
    const large = "a".repeat(200_000);
    let written = 0;
    handlers.set("/length", answer(large));
    handlers.set("/endless", (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(large)) {
          written += large.length;
        }
        response.once("drain", write);
      };
      write();
    });
    handlers.set("/bomb", answer(gzipSync("a".repeat(50_000_000)), { "content-encoding": "gzip" }));
    for (const path of ["/length", "/endless", "/bomb"]) {
      expect(await codes(fetchPrivately(path, { maxBytes: 100_000 }))).toEqual(["document_too_large"]);
    }
    expect(written).toBeLessThan(20_000_000);
  });

  it("servers that are slow to answer or slow to finish", async () => {
    handlers.set("/silent", () => undefined);
    handlers.set("/slow", (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("a"), 20);
      response.on("close", () => clearInterval(timer));
    });
    for (const path of ["/silent", "/slow"]) {
      const startedMs = performance.now();
      expect(await codes(fetchPrivately(path, { timeoutMs: 300 }))).toEqual(["fetch_timeout"]);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    }
  });

  it("a name server that never answers", async () => {
    const lookup: NameLookup = () => new Promise(() => undefined);
    const result = fetchDocument("http://slow.example/", { allowPrivate: false, timeoutMs: 200, lookup });
    expect(await codes(result)).toEqual(["fetch_timeout"]);
  });

  it("errors of servers, names and connections", async () => {
    handlers.set("/cut", (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("openapi");
      setTimeout(() => response.destroy(), 20);
    });
    handlers.set("/odd", answer("x", { "content-encoding": "zstd" }));
    handlers.set("/broken", answer("not gzip", { "content-encoding": "gzip" }));
    expect(await codes(fetchPrivately("/missing"))).toEqual(["fetch_status"]);
    expect(await codes(fetchPrivately("/cut"))).toEqual(["fetch_failed"]);
    expect(await codes(fetchPrivately("/odd"))).toEqual(["fetch_encoding_unsupported"]);
    expect(await codes(fetchPrivately("/broken"))).toEqual(["fetch_encoding_unsupported"]);
    const lookup: NameLookup = () => Promise.reject(new Error("ENOTFOUND"));
    expect(await codes(fetchPrivately("http://nowhere.example/", { lookup }))).toEqual(["name_unresolved"]);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await codes(fetchPrivately(`http://127.0.0.1:${port}/`))).toEqual(["fetch_failed"]);
  });

  it("missing files of a document, each at the place that refers to it", async () => {
    handlers.set("/openapi.yaml", answer("openapi: 3.0.0\npaths:\n  /a: { $ref: a.yaml }\n  /b: { $ref: b.yaml }\n"));
    handlers.set("/b.yaml", answer("get: {}"));
    const result = await fetchPrivately("/openapi.yaml");
    expect(result).toMatchObject({ ok: false, problems: [{ code: "fetch_status", place: "/paths/~1a", line: 3 }] });
  });
});
