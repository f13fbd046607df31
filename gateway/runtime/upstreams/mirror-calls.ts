import type { Context } from "../contexts";
import { readNumberVariable, readVariable } from "../host/request";
import { CONTENT_LENGTH, SERVER_PROTOCOL, TRANSFER_ENCODING } from "../host/variables";
import { makeCopy } from "./make-copy";
import type { RuntimeMirror } from "./mirror";
import { countCopy, DROPPED, SKIPPED } from "./mirror-counts";
import { copiesUnderWay, MOST_COPIES } from "./send-copy";
import { isInShare } from "./share";

/**
 * In the access phase: whether the call will be copied. The body that a copy needs is waited for here, as the policies that look into one do:
 * what streams through is not there any more when the call is over.
 */
export function chooseCopy(request: CData, context: Context, mirror: RuntimeMirror): void {
  if (!mirror.copiesAll && !isSafe(context.method)) {
    return;
  }
  if (isInShare(request, context, mirror.share, mirror.stickyBy, mirror.salt)) {
    context.mirror = mirror;
    // WebSocket and gRPC: a conversation of which a copy would be the first word only.
    context.isCopySkipped = context.transport !== "" || !takeBody(request, context.method, mirror.maxBodyBytes);
  }
}

/** RFC 9110 §9.2.1; TRACE is not forwarded. */
function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/** @returns false when the body is larger than that, or nobody knows how large it will be */
function takeBody(request: CData, method: string, maxBytes: number): boolean {
  if (readVariable(request, TRANSFER_ENCODING) !== undefined) {
    return false;
  }
  if (readVariable(request, CONTENT_LENGTH) === undefined) {
    return !(mayHaveBody(method) && readVariable(request, SERVER_PROTOCOL) === "HTTP/2.0");
  }
  const bytes = readNumberVariable(request, CONTENT_LENGTH);
  if (bytes > maxBytes) {
    return false;
  }
  if (bytes > 0) {
    ngx.req.read_body();
  }
  return true;
}

/** HTTP/2 needs no length, and nginx does not tell whether a body follows: other methods are taken to have none. */
function mayHaveBody(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

/**
 * In the log phase, when the caller has its answer and is counted: nothing that happens to the copy, and none of the work for it, can be felt by
 * this call. Calls that came to no upstream (refused, or answered from the cache) are not copied.
 */
export function mirrorCall(context: Context, mirror: RuntimeMirror): void {
  context.mirror = undefined;
  if (context.tries === 0 || context.upstream === mirror.calledPool) {
    return;
  }
  if (context.isCopySkipped) {
    countCopy(mirror.counts, SKIPPED);
  } else if (mirror.load.inFlight >= mirror.maxConcurrent || copiesUnderWay() >= MOST_COPIES) {
    countCopy(mirror.counts, DROPPED);
  } else {
    makeCopy(context, mirror);
  }
}
