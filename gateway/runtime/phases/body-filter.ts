import { GATEWAY_ERRORS } from "../../contract/errors";
import { findContext } from "../contexts";
import { noteAnswer } from "../shared-memory/flights";
import { httpStatusOfGrpc } from "../grpc-status";
import { currentRequest, isEndOfBody, readVariable, requestKey, responseStatus } from "../host/request";
import { rawProblem } from "../host/respond";
import { HTTP_UPGRADE, SENT_GRPC_STATUS, SERVER_PROTOCOL, UPSTREAM_GRPC_STATUS } from "../host/variables";
import { outcomeOfProblem, outcomeOfStatus } from "../outcomes";

/** Below stand interim responses (RFC 9110 §15.2) and what no server should say. */
const FIRST_FINAL_STATUS = 200;
const SWITCHING_PROTOCOLS = 101;
const CONTINUE = 100;

/** Notes that the response came to its end. nginx tells nobody afterwards: a broken-off response looks complete in the log phase. */
export function bodyFilter(): void {
  const request = currentRequest();
  const status = responseStatus(request);
  if (status < FIRST_FINAL_STATUS && !isTunnel(request, status)) {
    return refuseAnswer(request, status);
  }
  if (isEndOfBody(request)) {
    const context = findContext(requestKey(request));
    if (context !== undefined) {
      context.isComplete = true;
      noteAnswer(context.flight, context.outcome >= 0 ? context.outcome : outcomeOfStatus(status));
    }
  }
}

/** The same for gRPC, whose trailers say what became of the call; nginx has read them by now. */
export function grpcBodyFilter(): void {
  const request = currentRequest();
  if (!isEndOfBody(request)) {
    return;
  }
  const context = findContext(requestKey(request));
  if (context !== undefined) {
    context.isComplete = true;
    if (context.outcome < 0) {
      context.answerStatus = readGrpcStatus(request);
    }
    noteAnswer(context.flight, context.outcome >= 0 ? context.outcome : outcomeOfStatus(context.answerStatus));
  }
}

/** As an HTTP status, which counts where there is no gRPC status. */
function readGrpcStatus(request: CData): number {
  const text = readVariable(request, SENT_GRPC_STATUS) ?? readVariable(request, UPSTREAM_GRPC_STATUS);
  const code = text === undefined ? undefined : tonumber(text);
  return code === undefined ? responseStatus(request) : httpStatusOfGrpc(code);
}

/** The client asked for another protocol, and the upstream took to it. */
function isTunnel(request: CData, status: number): boolean {
  return status === SWITCHING_PROTOCOLS && readVariable(request, HTTP_UPGRADE) !== undefined;
}

/**
 * The upstream's answer is none. nginx takes one without a status line for HTTP/0.9 and passes whatever came as if it were a response of
 * ours; an interim response it takes for the final one, and passes what follows, such as the final one, as bytes that belong to nothing.
 * The client gets a whole response instead, where what nginx has said so far can be followed by one; otherwise a closed connection.
 */
function refuseAnswer(request: CData, status: number): void {
  const context = findContext(requestKey(request));
  if (context === undefined || context.outcome >= 0) {
    ngx.arg.set(1, "");
    return;
  }
  context.outcome = outcomeOfProblem(GATEWAY_ERRORS.upstream_invalid_response);
  noteAnswer(context.flight, context.outcome);
  if (!canFollowWithResponse(request, status)) {
    return error(`the upstream answered with status ${status}`);
  }
  ngx.arg.set(1, rawProblem(context, "upstream_invalid_response"));
  // To be sent now: the upstream may keep its connection open.
  ngx.arg.set(2, true);
}

function canFollowWithResponse(request: CData, status: number): boolean {
  const protocol = readVariable(request, SERVER_PROTOCOL);
  if (protocol === "HTTP/2.0") {
    return false;
  }
  // For an answer without a status line nginx falls back to HTTP/0.9 itself, and writes no head.
  const hasNoHead = ngx.req.http_version() === 0.9;
  return hasNoHead || (protocol === "HTTP/1.1" && status >= CONTINUE && status !== SWITCHING_PROTOCOLS);
}
