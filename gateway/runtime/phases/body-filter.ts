import { findContext } from "../contexts";
import { currentRequest, isEndOfBody, requestKey } from "../host/request";

/** Notes that the response came to its end. nginx tells nobody afterwards: a broken-off response looks complete in the log phase. */
export function bodyFilter(): void {
  const request = currentRequest();
  if (isEndOfBody(request)) {
    const context = findContext(requestKey(request));
    if (context !== undefined) {
      context.isComplete = true;
    }
  }
}
