import { request } from "undici";
import type { VerificationKey } from "../../contract/key-sets";
import { MOST_KEYS, readJsonWebKeySet } from "../../policies/config/json-web-keys";

export interface FetchedKeySet {
  readonly keys: readonly VerificationKey[];
  /** As the answer says; undefined when it says nothing. */
  readonly maxAgeSeconds: number | undefined;
}

export type FetchKeySet = (uri: string) => Promise<FetchedKeySet>;

const LONGEST_FETCH_MS = 5_000;
const MOST_BYTES = 262_144;

/**
 * Fetches a JSON Web Key Set (RFC 7517). Follows no redirects: the address is the one that the owner of the API has named.
 * @throws when there is no answer in time, or none that is a key set with a key to verify with
 */
export async function fetchKeySet(uri: string): Promise<FetchedKeySet> {
  const { statusCode, headers, body } = await request(uri, {
    headers: { Accept: "application/jwk-set+json, application/json" },
    signal: AbortSignal.timeout(LONGEST_FETCH_MS),
  });
  // Whoever does not read it to the end makes it fail, which nobody else would hear.
  body.on("error", () => undefined);
  if (statusCode !== 200) {
    body.destroy();
    throw new Error(`the answer is ${statusCode}`);
  }
  return { keys: readKeys(await readText(body)), maxAgeSeconds: maxAgeOf(String(headers["cache-control"] ?? "")) };
}

async function readText(body: AsyncIterable<Buffer> & { destroy: () => unknown }): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MOST_BYTES) {
      body.destroy();
      throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function readKeys(text: string): VerificationKey[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error("the answer is not JSON");
  }
  const read = readJsonWebKeySet(parsed);
  if (read === undefined) {
    throw new Error("the answer is no JSON Web Key Set");
  }
  const keys = read.flatMap((one) => (one.kind === "key" ? [one.key] : []));
  if (keys.length === 0 || keys.length > MOST_KEYS) {
    throw new Error(`the answer has ${keys.length} keys to verify with, not 1 to ${MOST_KEYS}`);
  }
  return keys;
}

/** RFC 9111 §5.2.2. */
function maxAgeOf(cacheControl: string): number | undefined {
  if (/\bno-(cache|store)\b/i.test(cacheControl)) {
    return 0;
  }
  const seconds = /\bmax-age="?(\d{1,9})\b/i.exec(cacheControl)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
