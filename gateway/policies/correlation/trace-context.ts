import type { PolicyHost } from "../types";

/** Where a request belongs: in W3C's or B3's terms. Used by every request anew; nothing yields while it is in use. */
export interface TraceContext {
  /** 32 hex digits, "" = none. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** "1" or "0"; "" leaves it to the next. */
  sampled: string;
}

const NO_TRACE = "00000000000000000000000000000000";
const NO_SPAN = "0000000000000000";
const TRACEPARENT_LENGTH = 55;

/** W3C first, then B3 in one field, then B3 in several; what is malformed is none (W3C Trace Context §3.2.2). */
export function readTraceContext(into: TraceContext, host: PolicyHost): void {
  into.traceId = "";
  const parent = host.variable("http_traceparent");
  if (parent !== undefined) {
    readTraceparent(into, parent, host);
  }
  if (into.traceId === "") {
    const single = host.variable("http_b3");
    if (single !== undefined) {
      readB3(into, single, host);
    }
  }
  if (into.traceId === "") {
    const traceId = host.variable("http_x_b3_traceid");
    const spanId = traceId === undefined ? undefined : host.variable("http_x_b3_spanid");
    if (traceId !== undefined && spanId !== undefined) {
      const isDebug = host.variable("http_x_b3_flags") === "1";
      take(into, traceId, spanId, isDebug ? "1" : sampledOf(host.variable("http_x_b3_sampled") ?? ""), host);
    }
  }
}

/** "00-<trace>-<parent>-<flags>"; of a later version what is known of it. */
function readTraceparent(into: TraceContext, text: string, host: PolicyHost): void {
  const version = text.slice(0, 2);
  const isKnown = version === "00" ? text.length === TRACEPARENT_LENGTH : text.length >= TRACEPARENT_LENGTH;
  const isParted = text.slice(2, 3) === "-" && text.slice(35, 36) === "-" && text.slice(52, 53) === "-";
  const flags = text.slice(53, 55);
  if (isKnown && isParted && version !== "ff" && host.isLowerHex(`${version}${flags}`)) {
    take(into, text.slice(3, 35), text.slice(36, 52), isOdd(flags.slice(1, 2)) ? "1" : "0", host);
  }
}

/** "<trace>-<span>", then perhaps "-<sampled>" and "-<parent>". */
function readB3(into: TraceContext, text: string, host: PolicyHost): void {
  const first = text.indexOf("-");
  if (first < 0) {
    return;
  }
  const second = text.indexOf("-", first + 1);
  const spanEnd = second < 0 ? text.length : second;
  const state = second < 0 ? "" : text.slice(second + 1, second + 2);
  take(into, text.slice(0, first), text.slice(first + 1, spanEnd), sampledOf(state), host);
}

function take(into: TraceContext, traceId: string, spanId: string, sampled: string, host: PolicyHost): void {
  const whole = traceId.length === 16 ? `${NO_SPAN}${traceId}` : traceId;
  const isRight = whole.length === 32 && spanId.length === 16 && whole !== NO_TRACE && spanId !== NO_SPAN;
  if (isRight && host.isLowerHex(`${whole}${spanId}`)) {
    into.traceId = whole;
    into.spanId = spanId;
    into.sampled = sampled;
  }
}

/** "d" asks for a trace with more in it. */
function sampledOf(state: string): string {
  if (state === "1" || state === "d" || state === "true") {
    return "1";
  }
  return state === "0" || state === "false" ? "0" : "";
}

function isOdd(digit: string): boolean {
  return "13579bdf".indexOf(digit) >= 0;
}
