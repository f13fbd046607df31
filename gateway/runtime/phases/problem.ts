import { GATEWAY_ERRORS, type GatewayErrorCode } from "../../contract/errors";
import { currentBundle } from "../bundle-store";
import { findContext, openContext } from "../contexts";
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
import { REQUEST_ID, UPSTREAM_CONNECT_TIME } from "../host/variables";
import { outcomeOfProblem } from "../outcomes";
import { nextRequestId } from "../request-id";

/** nginx's own status → our code. Whatever is not here is a malformed request below 500 and a fault of the gateway above. */
const CODES = new LuaTable<number, GatewayErrorCode>();
CODES.set(404, "route_not_found");
CODES.set(405, "method_not_allowed");
CODES.set(408, "request_timeout");
CODES.set(413, "body_too_large");
CODES.set(414, "uri_too_long");
CODES.set(431, "headers_too_large");
CODES.set(503, "gateway_not_ready");
CODES.set(504, "upstream_timeout");

/** Answers in nginx's place. */
export function problem(): void {
  const request = currentRequest();
  const code = codeOf(request, ngx.status);
  const key = requestKey(request);
  let context = findContext(key);
  if (context === undefined) {
    context = openContext(key, nextRequestId(), monotonicMs(), requestMethod(request), currentBundle());
    writeVariable(request, variableValues(request, REQUEST_ID), REQUEST_ID, context.id);
  }
  context.outcome = outcomeOfProblem(GATEWAY_ERRORS[code]);
  sendProblem(context, { kind: "refuse", code });
}

function codeOf(request: CData, status: number): GatewayErrorCode {
  if (status === 502) {
    return upstreamCode(request);
  }
  return CODES.get(status) ?? (status < 500 ? "request_malformed" : "gateway_error");
}

/** nginx says 502 both when nobody listens and when what came back is not HTTP. */
function upstreamCode(request: CData): GatewayErrorCode {
  const connectTime = readVariable(request, UPSTREAM_CONNECT_TIME) ?? "-";
  // One entry per try, "-" where no connection was made; the last try decides.
  return string.sub(connectTime, -1) === "-" ? "upstream_unreachable" : "upstream_invalid_response";
}
