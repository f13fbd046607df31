import type { ClientAddressDetail, RequestLogSettings } from "../contract/bundle-types";
import type { Refusal } from "../contract/decision";
import { REQUEST_LOG_DEFAULTS } from "../contract/request-log-defaults";
import type { ViolatedLimit } from "../policies/types";
import type { Context } from "./contexts";
import { clientBytes } from "./host/client-bytes";
import { nowSeconds } from "./host/clock";
import { quote } from "./host/quote";
import { readVariable, responseStatus } from "./host/request";
import { REMOTE_ADDRESS_TEXT, REQUEST_URI, UPSTREAM_ADDRESS, UPSTREAM_STATUS } from "./host/variables";
import { writeRecord } from "./shared-memory/request-ring";

// What a record may hold of texts that come from outside, in bytes.
const PATH_BYTES = 500;
const METHOD_BYTES = 20;
const ID_BYTES = 128;
const UPSTREAM_BYTES = 200;
const DETAIL_BYTES = 300;
const ERRORS = 10;
const LIMITS = 10;

let sampleEvery = REQUEST_LOG_DEFAULTS.sampleEvery;
let addressDetail: ClientAddressDetail = REQUEST_LOG_DEFAULTS.clientAddress;
/** Calls until the next that is written down: a count, because it is the one thing that every call pays for this log. */
let callsToSample = 1;

/** A release is taken up. The first call under a new rate is a sample, then every nth. */
export function applyRequestLog(settings: RequestLogSettings | undefined): void {
  const wanted = settings ?? REQUEST_LOG_DEFAULTS;
  addressDetail = wanted.clientAddress;
  if (wanted.sampleEvery !== sampleEvery) {
    sampleEvery = wanted.sampleEvery;
    callsToSample = 1;
  }
}

/** Whether a call that was neither refused nor failed is written down all the same: exactly one in `sampleEvery`, per worker. */
export function isSampled(): boolean {
  callsToSample -= 1;
  if (callsToSample > 0) {
    return false;
  }
  // A year of calls, where none is wanted.
  callsToSample = sampleEvery === 0 ? 1e15 : sampleEvery;
  return sampleEvery !== 0;
}

/**
 * Writes down what became of a call, and why (contract/request-log.ts has the form). The query never: it may hold keys.
 * @param nowMs on the monotonic clock
 */
export function logRequest(
  request: CData,
  context: Context,
  outcome: number,
  bytesIn: number,
  bytesOut: number,
  nowMs: number,
): void {
  const latencyMs = nowMs - context.startedAt;
  const text =
    identityText(request, context, latencyMs) +
    string.format(
      ',"status":%d,"outcome":%d,"latencyMs":%.3f,"bytesIn":%d,"bytesOut":%d',
      responseStatus(request),
      outcome,
      latencyMs,
      bytesIn,
      bytesOut,
    ) +
    callerText(request, context) +
    upstreamText(request, context, nowMs) +
    traceText(context);
  writeRecord(`${text}}`);
}

/** Which call it was. */
function identityText(request: CData, context: Context, latencyMs: number): string {
  const target = readVariable(request, REQUEST_URI) ?? "";
  const [mark] = string.find(target, "?", 1, true);
  const path = mark === undefined ? target : string.sub(target, 1, mark - 1);
  const bundle = context.bundle;
  return (
    string.format(
      '{"at":%.3f,"release":%d',
      nowSeconds() - latencyMs / 1000,
      bundle === undefined ? 0 : bundle.release,
    ) +
    `,"requestId":${quoteStart(context.id, ID_BYTES)}` +
    `,"method":${quoteStart(context.method, METHOD_BYTES)}` +
    `,"path":${quoteStart(path, PATH_BYTES)}` +
    string.format(',"apiVersion":%d,"operation":%d', context.apiVersion, context.operation)
  );
}

/** Whose it was. */
function callerText(request: CData, context: Context): string {
  const credential = context.credential;
  return (
    string.format(
      ',"application":%d,"credential":%d,"subscription":%d,"plan":%d',
      credential === undefined ? 0 : credential.application,
      credential === undefined ? 0 : credential.id,
      context.subscription,
      context.plan === undefined ? 0 : context.plan.id,
    ) + `,"address":"${clientAddress(request)}"`
  );
}

function clientAddress(request: CData): string {
  if (addressDetail === "none") {
    return "";
  }
  if (addressDetail === "full") {
    const address = readVariable(request, REMOTE_ADDRESS_TEXT) ?? "";
    return address;
  }
  const bytes = clientBytes(request);
  if (bytes.length === 4) {
    const [first, second, third] = string.byte(bytes, 1, 3);
    return string.format("%d.%d.%d.0/24", first ?? 0, second ?? 0, third ?? 0);
  }
  if (bytes.length !== 16) {
    return "";
  }
  const [a, b, c, d, e, f] = string.byte(bytes, 1, 6);
  return string.format(
    "%x:%x:%x::/48",
    (a ?? 0) * 256 + (b ?? 0),
    (c ?? 0) * 256 + (d ?? 0),
    (e ?? 0) * 256 + (f ?? 0),
  );
}

/** Where it went. */
function upstreamText(request: CData, context: Context, nowMs: number): string {
  if (context.tries === 0) {
    return "";
  }
  const address = readVariable(request, UPSTREAM_ADDRESS) ?? "";
  const status = readVariable(request, UPSTREAM_STATUS) ?? "";
  const target = context.target === undefined ? "" : context.target.hostField;
  return (
    `,"target":${quoteStart(target, UPSTREAM_BYTES)}` +
    `,"upstreamAddress":${quoteStart(address, UPSTREAM_BYTES)}` +
    `,"upstreamStatus":${quoteStart(status, UPSTREAM_BYTES)}` +
    string.format(',"tries":%d', context.tries) +
    (context.forwardedAt === 0 ? "" : string.format(',"upstreamMs":%.3f', nowMs - context.forwardedAt))
  );
}

/** Who decided, and on what grounds. */
function traceText(context: Context): string {
  let text = context.decidedBy === "" ? "" : `,"policy":"${context.decidedBy}"`;
  if (context.isShadowed) {
    text += ',"isShadowed":true';
  }
  if (context.isFromCache) {
    text += ',"isFromCache":true';
  }
  if (context.refusal !== undefined) {
    text += refusalText(context.refusal);
  }
  if (context.violatedLimits !== undefined) {
    text += limitsText(context.violatedLimits);
  }
  return text;
}

function refusalText(refusal: Refusal): string {
  let text = `,"code":"${refusal.code}"`;
  if (refusal.retryAfterSeconds !== undefined) {
    text += string.format(',"retryAfterSeconds":%d', refusal.retryAfterSeconds);
  }
  if (refusal.detail !== undefined) {
    text += `,"detail":${quoteStart(refusal.detail, DETAIL_BYTES)}`;
  }
  const errors = refusal.errors;
  if (errors !== undefined) {
    let list = "";
    for (const index of $range(0, math.min(errors.length, ERRORS) - 1)) {
      const found = errors[index];
      if (found !== undefined) {
        list += `${list === "" ? "" : ","}{"detail":${quoteStart(found.detail, DETAIL_BYTES)}`;
        list += `,"pointer":${quoteStart(found.pointer, DETAIL_BYTES)}}`;
      }
    }
    text += `,"errors":[${list}]`;
  }
  return text;
}

function limitsText(violated: readonly ViolatedLimit[]): string {
  let list = "";
  for (const index of $range(0, math.min(violated.length, LIMITS) - 1)) {
    const found = violated[index];
    if (found !== undefined) {
      const { limit } = found;
      list += `${list === "" ? "" : ","}{"name":${quote(limit.name)}`;
      list += `,"algorithm":"${limit.algorithm}","scope":"${limit.scope}","unit":"${limit.unit ?? "requests"}"`;
      if (limit.calendar !== undefined) {
        list += `,"period":"${limit.calendar.period}"`;
      }
      list += string.format(
        ',"used":%.2f,"quota":%d,"windowSeconds":%d,"retryAfterSeconds":%d}',
        found.used,
        limit.quota,
        limit.windowSeconds,
        found.retryAfterSeconds,
      );
    }
  }
  return `,"limits":[${list}]`;
}

/** A JSON string of the beginning of a text. */
function quoteStart(text: string, bytes: number): string {
  const quoted = quote(text.length > bytes ? string.sub(text, 1, bytes) : text);
  return quoted;
}
