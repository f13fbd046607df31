import type { LookupFunction } from "node:net";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Readable } from "node:stream";
import { Agent, request } from "undici";
import { AddressRefused, resolveHost, type AddressRule, type NameLookup, type ResolvedAddress } from "./address-guard";
import type { ProblemCode } from "./problem-codes";
import { quote } from "./problem-log";

export interface FetchLimits {
  readonly isAllowed: AddressRule;
  /** Of the body after decompression. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly lookup: NameLookup;
}

export type FetchedText =
  | { readonly ok: true; readonly text: string; /** After redirects. */ readonly url: string }
  | { readonly ok: false; readonly problems: readonly { readonly code: ProblemCode; readonly message: string }[] };

const MAX_REDIRECTS = 5;
const ACCEPT =
  "application/vnd.oai.openapi+json, application/vnd.oai.openapi, application/json, application/yaml, text/yaml, */*;q=0.5";

/** Carries a problem out of the depth of a request. */
class FetchFailed extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Fetches one text over http or https. Every address, the redirects' too, is checked after its name was resolved, and the connection
 * goes to exactly the checked address, so a name that changes its mind in between (DNS rebinding) gains nothing.
 */
export async function fetchText(address: string, limits: FetchLimits): Promise<FetchedText> {
  try {
    let url = checkUrl(address);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const answer = await requestOnce(url, limits);
      if (typeof answer === "string") {
        return { ok: true, text: answer, url: url.href };
      }
      url = answer;
    }
    throw new FetchFailed("too_many_redirects", `${quote(address)} redirects more than ${MAX_REDIRECTS} times.`);
  } catch (error) {
    return { ok: false, problems: [toProblem(error, address, limits.signal)] };
  }
}

function checkUrl(address: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw new FetchFailed(base === undefined ? "url_invalid" : "redirect_invalid", `${quote(address)} is not a URL.`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new FetchFailed("url_scheme_refused", `${quote(url.href)} is neither http nor https.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new FetchFailed("url_credentials_refused", `The URL for ${url.host} holds a user name or password.`);
  }
  if (base?.protocol === "https:" && url.protocol === "http:") {
    throw new FetchFailed("redirect_invalid", `${quote(base.href)} redirects from https to http.`);
  }
  url.hash = "";
  return url;
}

/** The body, or the URL to go on with. */
async function requestOnce(url: URL, limits: FetchLimits): Promise<string | URL> {
  const addresses = await resolve(url, limits);
  const dispatcher = new Agent({ connect: { lookup: pinned(addresses) }, pipelining: 0, maxHeaderSize: 32_768 });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      signal: limits.signal,
      headers: { accept: ACCEPT, "accept-encoding": "gzip, br", "user-agent": "Gatehouse" },
    });
    // A body that nobody reads fails when its connection is closed; that is no news.
    body.on("error", () => undefined);
    if (statusCode >= 300 && statusCode < 400 && typeof headers.location === "string") {
      return checkUrl(headers.location, url);
    }
    if (statusCode !== 200) {
      throw new FetchFailed("fetch_status", `${quote(url.href)} answered with status ${statusCode}.`);
    }
    if (Number(headers["content-length"]) > limits.maxBytes) {
      throw tooLarge(url, limits);
    }
    return decode(await readBody(body, String(headers["content-encoding"] ?? ""), url, limits));
  } finally {
    // Also ends a body that was not read to its end.
    await dispatcher.destroy();
  }
}

async function resolve(url: URL, { isAllowed, lookup, signal }: FetchLimits): Promise<readonly ResolvedAddress[]> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    const addresses = await Promise.race([resolveHost(url.hostname, isAllowed, lookup), aborted]);
    if (addresses.length === 0) {
      throw new Error("no address");
    }
    return addresses;
  } catch (error) {
    if (error instanceof AddressRefused || signal.aborted) {
      throw error;
    }
    throw new FetchFailed("name_unresolved", `The name ${quote(url.hostname)} has no address.`);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Answers every lookup of a connection with what was checked before, in the form the caller asks for. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) {
      callback(null, [...addresses]);
    } else if (first !== undefined) {
      callback(null, first.address, first.family);
    }
  };
}

async function readBody(body: Readable, encoding: string, url: URL, limits: FetchLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stream = decompress(body, encoding.trim().toLowerCase(), url);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.maxBytes) {
      throw tooLarge(url, limits);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decompress(body: Readable, encoding: string, url: URL): Readable {
  if (encoding === "" || encoding === "identity") {
    return body;
  }
  const streams = new Map([
    ["gzip", createGunzip],
    ["x-gzip", createGunzip],
    ["deflate", createInflate],
    ["br", createBrotliDecompress],
  ]);
  const create = streams.get(encoding);
  if (create === undefined) {
    throw new FetchFailed("fetch_encoding_unsupported", `${quote(url.href)} is compressed as ${quote(encoding)}.`);
  }
  const stream = create();
  body.on("error", (error) => stream.destroy(error));
  return body.pipe(stream);
}

/** UTF-8, or what a byte order mark says. The content type is not asked: servers of raw files say text/plain for everything. */
function decode(bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function tooLarge(url: URL, { maxBytes }: FetchLimits): FetchFailed {
  return new FetchFailed("document_too_large", `${quote(url.href)} has more than ${maxBytes / 1e6} MB.`);
}

function toProblem(error: unknown, address: string, signal: AbortSignal): { code: ProblemCode; message: string } {
  if (error instanceof FetchFailed) {
    return { code: error.code, message: error.message };
  }
  if (error instanceof AddressRefused) {
    const at = error.hostname === error.address ? "" : ` leads to ${error.address}, which`;
    const message = `${quote(error.hostname)}${at} is not a public address; documents are not fetched from there.`;
    return { code: "address_refused", message };
  }
  if (signal.aborted) {
    return { code: "fetch_timeout", message: `${quote(address)} did not answer completely in time.` };
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_") || code.startsWith("ERR__ERROR_")) {
    return { code: "fetch_encoding_unsupported", message: `The compression of ${quote(address)} is broken.` };
  }
  return { code: "fetch_failed", message: `${quote(address)} could not be fetched${code === "" ? "" : ` (${code})`}.` };
}
