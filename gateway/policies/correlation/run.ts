import type { Decision } from "../../contract/decision";
import { isInRanges, newRangeMemory, type AddressRanges, type RangeMemory } from "../shared/address-ranges";
import type { PolicyHost, PolicyRequest } from "../types";
import { readTraceContext, type TraceContext } from "./trace-context";

export interface CorrelationPlan {
  readonly [key: string]: unknown;
  readonly acceptFrom: "everybody" | "trusted" | "nobody";
  readonly trusted: AddressRanges;
  readonly sendsTraceparent: boolean;
  readonly sendsB3: boolean;
  readonly sendsB3Fields: boolean;
  /** "1" or "0". */
  readonly newSampled: string;
}

export interface PreparedCorrelation {
  readonly plan: CorrelationPlan;
  readonly trusted: RangeMemory;
}

const LONGEST_ID = 128;
const found: TraceContext = { traceId: "", spanId: "", sampled: "" };

export function prepare(plan: CorrelationPlan): PreparedCorrelation {
  return { plan, trusted: newRangeMemory(plan.trusted) };
}

export function run(prepared: PreparedCorrelation, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { plan } = prepared;
  if (accepts(prepared, host)) {
    const id = host.variable("http_x_request_id");
    if (id !== undefined && id !== "" && id.length <= LONGEST_ID && host.isPlain(id)) {
      host.useRequestId(request, id);
    }
    readTraceContext(found, host);
  } else {
    found.traceId = "";
  }
  const isNew = found.traceId === "";
  if (isNew) {
    begin(plan, host);
  }
  send(plan, isNew, host);
  return undefined;
}

function accepts({ plan, trusted }: PreparedCorrelation, host: PolicyHost): boolean {
  if (plan.acceptFrom === "trusted") {
    return isInRanges(trusted, host.variable("remote_addr") ?? "");
  }
  return plan.acceptFrom === "everybody";
}

/** A trace of its own. What came with the request belongs to another one, or to none. */
function begin(plan: CorrelationPlan, host: PolicyHost): void {
  if (hasContext(host)) {
    dropContext(host);
  }
  const digits = host.randomHex();
  found.traceId = digits;
  found.spanId = digits.slice(16);
  found.sampled = plan.newSampled;
}

/** Most requests have none of it: looking for each field costs more than all else here. */
function hasContext(host: PolicyHost): boolean {
  return (
    host.variable("http_traceparent") !== undefined ||
    host.variable("http_tracestate") !== undefined ||
    host.variable("http_b3") !== undefined ||
    host.variable("http_x_b3_traceid") !== undefined
  );
}

function dropContext(host: PolicyHost): void {
  dropField("traceparent", "http_traceparent", host);
  dropField("tracestate", "http_tracestate", host);
  dropField("b3", "http_b3", host);
  dropField("X-B3-TraceId", "http_x_b3_traceid", host);
  dropField("X-B3-SpanId", "http_x_b3_spanid", host);
  dropField("X-B3-ParentSpanId", "http_x_b3_parentspanid", host);
  dropField("X-B3-Sampled", "http_x_b3_sampled", host);
  dropField("X-B3-Flags", "http_x_b3_flags", host);
}

function dropField(name: string, variable: string, host: PolicyHost): void {
  if (host.variable(variable) !== undefined) {
    host.setRequestField(name, undefined);
  }
}

/** The span stays the caller's: the gateway records none of its own, and the upstream's would hang in the air. */
function send(plan: CorrelationPlan, isNew: boolean, host: PolicyHost): void {
  const { traceId, spanId, sampled } = found;
  if (plan.sendsTraceparent && (isNew || host.variable("http_traceparent") === undefined)) {
    host.setRequestField("traceparent", `00-${traceId}-${spanId}-0${sampled === "1" ? "1" : "0"}`);
  }
  if (plan.sendsB3 && (isNew || host.variable("http_b3") === undefined)) {
    host.setRequestField("b3", sampled === "" ? `${traceId}-${spanId}` : `${traceId}-${spanId}-${sampled}`);
  }
  if (plan.sendsB3Fields && (isNew || host.variable("http_x_b3_traceid") === undefined)) {
    host.setRequestField("X-B3-TraceId", traceId);
    host.setRequestField("X-B3-SpanId", spanId);
    if (sampled !== "") {
      host.setRequestField("X-B3-Sampled", sampled);
    }
  }
}
