import { closeContext, findContext, type Context } from "../contexts";
import { hasClientGone } from "../host/client-connection";
import { monotonicMs } from "../host/clock";
import { currentRequest, readNumberVariable, requestKey, responseStatus } from "../host/request";
import { BYTES_SENT, REQUEST_LENGTH } from "../host/variables";
import { countRequest } from "../meter";
import { CLIENT_CLOSED, MALFORMED, outcomeOfStatus, UPSTREAM_ERROR } from "../outcomes";

const CLIENT_CLOSED_REQUEST = 499;

/** Counts the request, after its last byte: what was not answered is not counted. */
export function log(): void {
  const request = currentRequest();
  const key = requestKey(request);
  const context = findContext(key);
  const bytesIn = readNumberVariable(request, REQUEST_LENGTH);
  const bytesOut = readNumberVariable(request, BYTES_SENT);
  if (context === undefined) {
    // nginx refused the request before any phase of ours; without a byte sent it was no request but a closed connection.
    if (bytesOut > 0) {
      countRequest(0, 0, 0, 0, MALFORMED, bytesIn, bytesOut, 0, -1);
    }
    return;
  }
  const now = monotonicMs();
  countRequest(
    context.operation,
    context.credential === undefined ? 0 : context.credential.application,
    context.subscription,
    context.plan === undefined ? 0 : context.plan.id,
    context.outcome >= 0 ? context.outcome : upstreamOutcome(request, context),
    bytesIn,
    bytesOut,
    now - context.startedAt,
    context.forwardedAt === 0 ? -1 : now - context.forwardedAt,
  );
  closeContext(key, context);
}

function upstreamOutcome(request: CData, context: Context): number {
  const status = responseStatus(request);
  return context.isComplete ? outcomeOfStatus(status) : interruptedOutcome(request, status);
}

/** The response did not reach its end: either the upstream broke off, or the client went away. */
function interruptedOutcome(request: CData, status: number): number {
  return status === CLIENT_CLOSED_REQUEST || hasClientGone(request) ? CLIENT_CLOSED : UPSTREAM_ERROR;
}
