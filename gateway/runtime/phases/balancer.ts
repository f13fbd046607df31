import { findContext } from "../contexts";
import { allowTries, rebuildRequest, setPeer, setTimeouts } from "../host/balancer-functions";
import { currentRequest, requestKey, variableValues, writeVariable } from "../host/request";
import { REQUEST_ID, UPSTREAM_HOST } from "../host/variables";
import { pickAddress, pickOtherTarget } from "../upstreams";

/**
 * Names the address for the target that the access phase picked. nginx asks again when the connection failed: then the next
 * target of the round robin gets the request, if its pool and path are the same. Cannot yield, so names were resolved long before.
 */
export function balancer(): void {
  const request = currentRequest();
  const context = findContext(requestKey(request));
  if (context === undefined || context.upstream === undefined || context.target === undefined) {
    return error("the balancer ran without a target");
  }
  const upstream = context.upstream;
  context.tries += 1;
  if (context.tries === 1) {
    if (upstream.sequence.length > 1) {
      allowTries(request, 1);
    }
  } else {
    const next = pickOtherTarget(upstream, context.target);
    if (next !== undefined) {
      context.target = next;
      writeVariable(request, variableValues(request, REQUEST_ID), UPSTREAM_HOST, next.hostField);
      rebuildRequest(request);
    }
  }
  const target = context.target;
  if (upstream.hasOwnTimeouts) {
    setTimeouts(request, upstream.connectTimeoutMs, upstream.sendTimeoutMs, upstream.readTimeoutMs);
  }
  if (!setPeer(request, pickAddress(target), target.port)) {
    error("nginx does not take the upstream's address");
  }
}
