import { crc32 } from "node:zlib";
import { BASE62, encodeChecksum, KEY_PREFIX, KEY_RANDOM_LENGTH } from "../gateway/contract/key-format";

/** The same work for everybody who does it: what a row of the table asks for. */
export interface Row {
  /** For --rows. */
  readonly id: string;
  readonly title: string;
  readonly routes: number;
  readonly keys: number;
  /** An unknown or missing key is refused. */
  readonly checksKey: boolean;
  /** A limit of requests, for each key where keys are checked; it is never reached while we measure. */
  readonly limits: boolean;
  /** Something is kept of every request: which route, which key, what became of it. */
  readonly meters: boolean;
}

/** Of one API version: /api3/v1/resources17/{id} is the 317th route. */
export const ROUTES_PER_API = 100;
/** What the upstream answers. */
export const BODY_BYTES = 1024;
export const NEVER_REACHED = 1_000_000_000;

const WORK = [
  { id: "none", title: "routing only", checksKey: false, limits: false, meters: false },
  { id: "limit", title: "limit", checksKey: false, limits: true, meters: false },
  { id: "key", title: "key", checksKey: true, limits: false, meters: false },
  { id: "all", title: "key + limit + metering", checksKey: true, limits: true, meters: true },
] as const;

const SIZES = [
  { routes: 1, keys: 100, name: "1", works: WORK },
  { routes: 100, keys: 100, name: "100", works: WORK },
  { routes: 10_000, keys: 10_000, name: "10k", works: WORK.slice(3) },
  { routes: 100_000, keys: 1_000_000, name: "100k", works: WORK.slice(3) },
] as const;

export const ROWS: readonly Row[] = SIZES.flatMap(({ routes, keys, name, works }) =>
  works.map((work) => ({
    ...work,
    id: `${name}-${work.id}`,
    title: `${count(routes)} ${routes === 1 ? "route" : "routes"}, ${count(keys)} keys: ${work.title}`,
    routes,
    keys,
  })),
);

/** The row that the targets are about. */
export const MAIN_ROW = findRow("100-all");

export function findRow(id: string): Row {
  const row = ROWS.find((one) => one.id === id);
  if (row === undefined) {
    throw new Error(`there is no row "${id}"; there are ${ROWS.map((one) => one.id).join(", ")}`);
  }
  return row;
}

/** "/api3/v1/resources17": the path of a route without its parameter. */
export function routePath(index: number): string {
  return `${apiPath(Math.floor(index / ROUTES_PER_API))}/resources${index % ROUTES_PER_API}`;
}

export function apiPath(api: number): string {
  return `/api${api}/v1`;
}

const keys: string[] = [];

/** The first so many keys; all have the same length. */
export function benchKeys(many: number): readonly string[] {
  while (keys.length < many) {
    keys.push(benchKey(keys.length));
  }
  return keys.length === many ? keys : keys.slice(0, many);
}

/** Every two characters of a key. */
const PAIRS = BASE62.split("").flatMap((first) => BASE62.split("").map((second) => first + second));

/** A well-formed key that looks random from its first character on; a million of them take a second. */
function benchKey(index: number): string {
  let body = KEY_PREFIX;
  for (let pair = 0; pair < KEY_RANDOM_LENGTH / 2; pair += 1) {
    body += PAIRS[scramble(index * KEY_RANDOM_LENGTH + pair) % PAIRS.length] ?? "";
  }
  return body + encodeChecksum(crc32(body));
}

/** The finisher of MurmurHash3 (Austin Appleby, public domain): every bit in changes every bit out. */
function scramble(number: number): number {
  let mixed = number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Well-formed, and nobody's. */
export const UNKNOWN_KEY = benchKey(2 ** 26);

function count(number: number): string {
  return number.toLocaleString("en-US");
}
