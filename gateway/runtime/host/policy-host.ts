import { add_header } from "ngx.req";
import type { Credential, Grant, PolicyHost, PolicyRequest } from "../../policies/types";
import type { Context } from "../contexts";
import { findKeys } from "../key-sets";
import { nextRandomText } from "../request-id";
import { decodeUnreserved } from "../routing/decode-unreserved";
import { counter, lock, stripeOf, unlock } from "../shared-memory/counters";
import { cacheEpoch } from "../shared-memory/cache-epochs";
import { callLog } from "../shared-memory/call-logs";
import { addInFlight, inFlight, recount } from "../shared-memory/in-flight";
import { wishForKeys } from "../shared-memory/control";
import { findCredential, findGrantIn } from "../shared-memory/credential-store";
import { bodyAsRead } from "./body";
import { clientBytes } from "./client-bytes";
import { monotonicMs, nowSeconds } from "./clock";
import { jsonReader } from "./json";
import { fileBytes } from "./memory";
import { currentRequest, readVariable, variableNamed, variableValues, writeVariable } from "./request";
import { countAge, secondsInCache } from "./cached-answer";
import { digest } from "./digest";
import { decodeBase64Url } from "./base64-url";
import { isSignedBy } from "./public-key";
import { isSha256, isSigned } from "./signature";
import { sleep } from "./sleep";
import { REQUEST_ID } from "./variables";

const HIGH_BYTE = 16_777_216;

function variable(this: void, name: string): string | undefined {
  const text = readVariable(currentRequest(), variableNamed(name));
  return text;
}

let askedField = "";
let askedNames: readonly string[] = [];
let isFieldRepeated = false;

function isRepeated(this: void, name: string): boolean {
  // Without "http_".
  askedField = string.sub(name, 6);
  runApart(lookForRepeated);
  return isFieldRepeated;
}

function lookForRepeated(this: void): void {
  // Without a bound, as below. Its index reads underscores as dashes.
  const values = ngx.req.get_headers(0)[askedField];
  isFieldRepeated = values !== undefined && typeof values !== "string";
}

function isAnyRepeated(this: void, names: readonly string[]): boolean {
  askedNames = names;
  runApart(lookForAnyRepeated);
  return isFieldRepeated;
}

function lookForAnyRepeated(this: void): void {
  const fields = ngx.req.get_headers(0);
  isFieldRepeated = false;
  for (const name of askedNames) {
    const values = fields[string.sub(name, 6)];
    if (values !== undefined && typeof values !== "string") {
      isFieldRepeated = true;
    }
  }
}

function cut(this: void, text: string, from: number, end?: number): string {
  const part = string.sub(text, from + 1, end ?? -1);
  return part;
}

function setRequestField(this: void, name: string, value: string | undefined): void {
  if (value === undefined) {
    ngx.req.clear_header(name);
  } else {
    ngx.req.set_header(name, value);
  }
}

function addRequestField(this: void, name: string, value: string): void {
  add_header(name, value);
}

function renameRequestField(this: void, name: string, newName: string): void {
  // Without a bound: a table cut off at a hundred fields would lose the one asked for.
  const values = ngx.req.get_headers(0)[string.lower(name)];
  if (values !== undefined) {
    ngx.req.set_header(newName, values);
    ngx.req.clear_header(name);
  }
}

/** A call that LuaJIT does not compile, but stitches traces around. */
function cutTrace(this: void): void {
  string.match("", "");
}

function readBody(this: void): string {
  ngx.req.read_body();
  const text = bodyAsRead();
  return text;
}

/** The pattern library calls the task from C: LuaJIT goes on behind the call, and compiles the task by itself. */
function runApart(this: void, task: (this: void) => void): void {
  string.gsub("x", "x", task as (this: void) => string);
}

/** Of UTF-8. Made of bytes: in a text of TypeScript these would be two characters of two bytes each. */
const BUT_CONTINUING = `[^${string.char(0x80)}-${string.char(0xbf)}]`;

function countCharacters(this: void, text: string): number {
  // Every byte but those that continue a character; each byte where some continue none, which readers put a character in the place of.
  const [, count] = string.gsub(text, BUT_CONTINUING, "");
  return count === text.length || matchesPattern(text, "") ? count : text.length;
}

function matchesPattern(this: void, text: string, pattern: string): boolean {
  const [from] = ngx.re.find(text, pattern, "jou");
  return from !== undefined;
}

function unescapeUri(this: void, text: string): string {
  const unescaped = ngx.unescape_uri(text);
  return unescaped;
}

function useRequestId(this: void, request: PolicyRequest, id: string): void {
  const context = request as Context;
  context.id = id;
  const current = currentRequest();
  writeVariable(current, variableValues(current), REQUEST_ID, id);
}

/** A digest of what no other worker has, and of a number that this one uses once. */
function randomHex(this: void): string {
  const digest = ngx.md5(nextRandomText());
  return digest;
}

function isLowerHex(this: void, text: string): boolean {
  return string.find(text, "^[0-9a-f]+$")[0] !== undefined;
}

function isPlain(this: void, text: string): boolean {
  return string.find(text, "^[%w%-%._~:/+=@]+$")[0] !== undefined;
}

function parseHttpTime(this: void, text: string): number | undefined {
  const seconds = ngx.parse_http_time(text);
  return seconds;
}

function escapeUri(this: void, text: string): string {
  const escaped = ngx.escape_uri(text);
  return escaped;
}

function decodeBase64(this: void, text: string): string | undefined {
  const decoded = ngx.decode_base64(text);
  return decoded;
}

/** A body beyond client_body_buffer_size is in a file. */
function readBodyBytes(this: void): number {
  ngx.req.read_body();
  const text = ngx.req.get_body_data();
  if (text !== undefined) {
    return text.length;
  }
  const file = ngx.req.get_body_file();
  return file === undefined ? 0 : fileBytes(file);
}

/** Of the request's own release, which may no longer be the worker's once a body was waited for. */
function findGrant(this: void, request: PolicyRequest, credential: Credential, apiVersion: number): Grant | undefined {
  const bundle = (request as Context).bundle;
  return bundle === undefined ? undefined : findGrantIn(bundle, credential, apiVersion);
}

function word(text: string, from: number): number {
  const [first, second, third, fourth] = string.byte(text, from, from + 3);
  return (first ?? 0) * HIGH_BYTE + (second ?? 0) * 65_536 + (third ?? 0) * 256 + (fourth ?? 0);
}

function addressHigh(this: void): number {
  const address = clientBytes(currentRequest());
  return address.length === 16 ? word(address, 1) : 0;
}

function addressLow(this: void): number {
  const address = clientBytes(currentRequest());
  return word(address, address.length === 16 ? 5 : 1);
}

export const policyHost: PolicyHost = {
  variable,
  isRepeated,
  isAnyRepeated,
  setRequestField,
  addRequestField,
  renameRequestField,
  cutTrace,
  decodeUnreserved,
  readBody,
  runApart,
  json: jsonReader,
  countCharacters,
  matchesPattern,
  unescapeUri,
  useRequestId,
  randomHex,
  isLowerHex,
  isPlain,
  parseHttpTime,
  escapeUri,
  decodeBase64,
  readBodyBytes,
  nowSeconds,
  monotonicMs,
  crc32: ngx.crc32_long,
  cut,
  isSigned,
  isSha256,
  decodeBase64Url,
  isSignedBy,
  findKeys,
  wishForKeys,
  findCredential,
  findGrant,
  addressHigh,
  addressLow,
  stripeOf,
  lock,
  unlock,
  counter,
  callLog,
  inFlight,
  recount,
  addInFlight,
  digest,
  cacheEpoch,
  secondsInCache,
  countAge,
  sleep,
};
