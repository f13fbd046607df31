import { GATEWAY_ERRORS, type GatewayErrorCode } from "../../contract/errors";
import { currentBundle } from "../release/bundle-store";
import { findContext, openContext, type Context } from "../contexts";
import { noteAnswer } from "../shared-memory/flights";
import { monotonicMs } from "../host/clock";
import {
  currentRequest,
  readVariable,
  requestKey,
  requestMethod,
  variableValues,
  writeVariable,
} from "../host/request";
import { sendProblem } from "../host/respond";
import { REQUEST_ID, UPSTREAM_BYTES_RECEIVED, UPSTREAM_CONNECT_TIME } from "../host/variables";
import { outcomeOfProblem } from "../outcomes";
import { nextRequestId } from "../request-id";

/** nginx's own status → our code. Whatever is not here is a malformed request below 500 and a fault of the gateway above. */
const CODES = new LuaTable<number, GatewayErrorCode>();
CODES.set(404, "route_not_found");
CODES.set(405, "method_not_allowed");
CODES.set(408, "request_timeout");
CODES.set(413, "body_too_large");
CODES.set(414, "uri_too_long");
CODES.set(421, "misdirected_request");
CODES.set(431, "headers_too_large");
// A coding that nginx does not know, and a version that it does not speak: RFC 9112 leaves the framing of both unknown.
CODES.set(501, "request_malformed");
CODES.set(505, "request_malformed");
CODES.set(503, "gateway_not_ready");
CODES.set(504, "upstream_timeout");

/** Answers in nginx's place. */
export function problem(): void {
  const request = currentRequest();
  const key = requestKey(request);
  let context = findContext(key);
  const code = codeOf(request, context, ngx.status);
  if (context === undefined) {
    context = openContext(key, nextRequestId(), monotonicMs(), requestMethod(request), currentBundle());
    writeVariable(request, variableValues(request), REQUEST_ID, context.id);
  }
  context.outcome = outcomeOfProblem(GATEWAY_ERRORS[code]);
  noteAnswer(context.flight, context.outcome);
  sendProblem(context, { kind: "refuse", code });
}

function codeOf(request: CData, context: Context | undefined, status: number): GatewayErrorCode {
  if (status === 502) {
    if (context !== undefined && context.isOnlyIfCached) {
      return "not_cached";
    }
    return upstreamCode(request, context);
  }
  return CODES.get(status) ?? (status < 500 ? "request_malformed" : "gateway_error");
}

/** nginx says 502 both when nobody listens and when what came back is not HTTP. */
function upstreamCode(request: CData, context: Context | undefined): GatewayErrorCode {
  const connectTime = readVariable(request, UPSTREAM_CONNECT_TIME) ?? "-";
  // One entry per try, "-" where no connection was made; the last try decides.
  if (string.sub(connectTime, -1) === "-") {
    return "upstream_unreachable";
  }
  return isCertificateRefused(request, context) ? "upstream_certificate_refused" : "upstream_invalid_response";
}

/** In TLS 1.3 the server judges the client's certificate when the client already takes the handshake for done (RFC 8446 §4.4.2.4). */
function isCertificateRefused(request: CData, context: Context | undefined): boolean {
  if (context === undefined || context.target === undefined || context.target.clientCertificate === undefined) {
    return false;
  }
  const received = readVariable(request, UPSTREAM_BYTES_RECEIVED) ?? "0";
  return received === "0" || string.sub(received, -2) === " 0";
}
