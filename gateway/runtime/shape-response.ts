import type { Context } from "./contexts";
import { policyHost } from "./host/policy-host";
import { policyResponse } from "./host/policy-response";

/** Runs the response steps of every chain that the request went through. */
export function shapeResponse(context: Context): void {
  if (!context.isShaped) {
    return;
  }
  if (context.bundle !== undefined) {
    context.bundle.chain.respond(context, policyResponse, policyHost);
  }
  if (context.route !== undefined) {
    context.route.chain.respond(context, policyResponse, policyHost);
  }
  if (context.plan !== undefined && context.plan.chain !== undefined) {
    context.plan.chain.respond(context, policyResponse, policyHost);
  }
}
