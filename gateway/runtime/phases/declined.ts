import { findContext } from "../contexts";
import { currentRequest, requestKey } from "../host/request";
import { sendAnswer, sendProblem } from "../host/respond";

/** The answer to a call whose body the client has not sent yet, in a location that ends the connection with it. */
export function declined(): void {
  const context = findContext(requestKey(currentRequest()));
  if (context === undefined || context.decision === undefined) {
    return;
  }
  const decision = context.decision;
  return decision.kind === "answer" ? sendAnswer(context, decision) : sendProblem(context, decision);
}
