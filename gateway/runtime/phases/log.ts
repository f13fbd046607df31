import { settle } from "../../policies/rate-limit/settle";
import { closeContext, findContext, type Context } from "../contexts";
import { closeFlight } from "../shared-memory/flights";
import { bytesSent, closeClientConnection, hasClientGone } from "../host/client-connection";
import { monotonicMs } from "../host/clock";
import { policyHost } from "../host/policy-host";
import { requestLength } from "../host/request-length";
import { currentRequest, readNumberVariable, requestKey, responseStatus } from "../host/request";
import { UPSTREAM_BYTES_SENT } from "../host/variables";
import { countRequest } from "../shared-memory/meter";
import {
  CLIENT_CLOSED,
  CLIENT_ERROR,
  MALFORMED,
  outcomeOfStatus,
  SUCCESS,
  UPSTREAM_ERROR,
  UPSTREAM_UNREACHABLE,
} from "../outcomes";
import { isSampled, logRequest } from "../request-log";
import { mirrorCall } from "../upstreams/mirror-calls";
import { settleCall } from "../upstreams/settle";

const CLIENT_CLOSED_REQUEST = 499;
const REQUEST_TIMEOUT = 408;
const FIRST_FINAL_STATUS = 200;

/** Counts the request, after its last byte. */
export function log(): void {
  const request = currentRequest();
  const key = requestKey(request);
  const context = findContext(key);
  let bytesIn = requestLength(request);
  const bytesOut = bytesSent(request);
  if (context === undefined) {
    // nginx refused the request before any phase of ours; without a byte sent it was no request but a closed connection.
    if (bytesOut > 0) {
      countRequest(undefined, 0, 0, 0, 0, MALFORMED, bytesIn, bytesOut, 0, -1);
    }
    return;
  }
  let now = monotonicMs();
  if (context.switchedAt !== 0) {
    // What came after the handshake nginx counts on its way to the upstream only.
    bytesIn = math.max(bytesIn, readNumberVariable(request, UPSTREAM_BYTES_SENT));
    now = context.switchedAt;
  }
  const outcome = context.outcome >= 0 ? context.outcome : upstreamOutcome(request, context);
  if (context.settlement !== undefined) {
    settle(context.settlement, policyHost, bytesIn + bytesOut, isFailure(outcome));
    context.settlement = undefined;
  }
  const upstream = context.upstream;
  if (upstream !== undefined && upstream.managed !== undefined) {
    settleCall(request, context, upstream.managed, outcome, now);
  }
  if (isFailure(outcome) || context.isShadowed || isSampled()) {
    logRequest(request, context, outcome, bytesIn, bytesOut, now);
  }
  countRequest(
    context.flight,
    context.operation,
    context.credential === undefined ? 0 : context.credential.application,
    context.subscription,
    context.plan === undefined ? 0 : context.plan.id,
    outcome,
    bytesIn,
    bytesOut,
    now - context.startedAt,
    context.forwardedAt === 0 ? -1 : now - context.forwardedAt,
  );
  closeFlight(context.flight);
  if (context.mirror !== undefined) {
    mirrorCall(context, context.mirror);
  }
  closeContext(key, context);
}

/** Whether the caller got no answer, through no act of its own. */
function isFailure(outcome: number): boolean {
  return outcome !== SUCCESS && outcome !== CLIENT_ERROR && outcome !== CLIENT_CLOSED;
}

function upstreamOutcome(request: CData, context: Context): number {
  const status = responseStatus(request);
  if (context.isComplete) {
    return outcomeOfStatus(context.answerStatus === 0 ? status : context.answerStatus);
  }
  return context.method === "HEAD" ? headOutcome(request, context, status) : interruptedOutcome(request, status);
}

/** Without a body there is no end of one that the body filter could see. */
function headOutcome(request: CData, context: Context, status: number): number {
  if (status === CLIENT_CLOSED_REQUEST) {
    return CLIENT_CLOSED;
  }
  if (status < FIRST_FINAL_STATUS) {
    // nginx has passed an interim response as the final one, and the client would take the next call's for it.
    closeClientConnection(request);
    return UPSTREAM_UNREACHABLE;
  }
  context.isComplete = true;
  return outcomeOfStatus(status);
}

/** nginx gives up a client that does not send its body in time as if it had gone, without an answer. */
function isClosedByClient(status: number): boolean {
  return status === CLIENT_CLOSED_REQUEST || status === REQUEST_TIMEOUT;
}

/** The response did not reach its end: either the upstream broke off, or the client went away. */
function interruptedOutcome(request: CData, status: number): number {
  return isClosedByClient(status) || hasClientGone(request) ? CLIENT_CLOSED : UPSTREAM_ERROR;
}
