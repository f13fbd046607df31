import { findContext, type Context } from "../contexts";
import { forgetPath } from "../shared-memory/cache-epochs";
import { noteAnswer } from "../shared-memory/flights";
import { monotonicMs } from "../host/clock";
import { currentRequest, requestKey, responseStatus } from "../host/request";
import { outcomeOfStatus } from "../outcomes";
import { shapeResponse } from "../shape-response";

const SWITCHING_PROTOCOLS = 101;

/** In the location for handshakes of WebSockets: a switched connection may stay for hours, so the call is as fast as its handshake. */
export function websocketHeaderFilter(): void {
  const request = currentRequest();
  const context = findContext(requestKey(request));
  if (context !== undefined) {
    if (responseStatus(request) === SWITCHING_PROTOCOLS) {
      context.switchedAt = monotonicMs();
      // The answer is whole with its head: however the connection ends, the upstream has not failed.
      context.isComplete = true;
      noteAnswer(context.flight, outcomeOfStatus(SWITCHING_PROTOCOLS));
    }
    shapeResponse(context);
  }
}

const FIRST_SUCCESS = 200;
const FIRST_ERROR = 400;

/** In the location for responses that a policy wants to change: the head of the upstream's answer goes by. */
export function headerFilter(): void {
  const request = currentRequest();
  const context = findContext(requestKey(request));
  if (context !== undefined) {
    if (context.isUnsafe) {
      forgetChanged(request, context);
    }
    shapeResponse(context);
    if (context.isFromCache) {
      context.forwardedAt = 0;
    }
  }
}

/** RFC 9111 §4.4. Before the caller has the answer, after which it may expect to see what it has changed. */
function forgetChanged(request: CData, context: Context): void {
  const status = responseStatus(request);
  if (status >= FIRST_SUCCESS && status < FIRST_ERROR) {
    forgetPath(context.path);
  }
}
