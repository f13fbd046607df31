import { closeContext, findContext } from "../contexts";
import { monotonicMs } from "../host/clock";
import { currentRequest, isVariableSet, readNumberVariable, requestKey, responseStatus } from "../host/request";
import {
  BODY_BYTES_SENT,
  BYTES_SENT,
  REQUEST_COMPLETION,
  REQUEST_LENGTH,
  UPSTREAM_RESPONSE_LENGTH,
} from "../host/variables";
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
    context.outcome >= 0 ? context.outcome : upstreamOutcome(request),
    bytesIn,
    bytesOut,
    now - context.startedAt,
    context.forwardedAt === 0 ? -1 : now - context.forwardedAt,
  );
  closeContext(key, context);
}

function upstreamOutcome(request: CData): number {
  const status = responseStatus(request);
  if (isVariableSet(request, REQUEST_COMPLETION)) {
    return outcomeOfStatus(status);
  }
  return interruptedOutcome(request, status);
}

/**
 * The response did not reach its end. When all that the upstream sent has been passed on, the upstream broke off; otherwise the
 * client went away.
 */
function interruptedOutcome(request: CData, status: number): number {
  if (status === CLIENT_CLOSED_REQUEST) {
    return CLIENT_CLOSED;
  }
  const received = readNumberVariable(request, UPSTREAM_RESPONSE_LENGTH);
  const passedOn = readNumberVariable(request, BODY_BYTES_SENT);
  return passedOn >= received ? UPSTREAM_ERROR : CLIENT_CLOSED;
}
