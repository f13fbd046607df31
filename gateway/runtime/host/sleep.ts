import { hasClientGone } from "./client-connection";
import { monotonicMs } from "./clock";
import { currentRequest } from "./request";

const CLIENT_CLOSED_REQUEST = 499;
/** How often somebody looks whether the caller is still there. */
const SLICE_SECONDS = 1;

/**
 * Lets the worker go on with other requests. Never wakes early: nginx's timers count from the time of the event loop's turn, which lies behind.
 * A caller who leaves meanwhile is let go with what nginx has for it, 499: the request ends here, and this does not return.
 */
export function sleep(this: void, seconds: number): void {
  const until = monotonicMs() + seconds * 1000;
  let left = seconds;
  while (left > 0) {
    ngx.sleep(math.max(0.001, math.min(left, SLICE_SECONDS)));
    if (hasClientGone(currentRequest())) {
      ngx.exit(CLIENT_CLOSED_REQUEST);
    }
    left = (until - monotonicMs()) / 1000;
  }
}
