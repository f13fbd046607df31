import type { Upstream } from "../../contract/bundle-types";
import type { RuntimeTarget, RuntimeUpstream } from "../release/bundle";
import type { ManagedPool } from "./managed";
import { retryBudgetOf } from "./retry-budget";

/** nginx.conf's own; an upstream that wants others sets them per request. */
const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** An upstream, or a pool of one, over the targets that have an address. */
export function makeUpstream(
  upstream: Upstream,
  sequence: readonly RuntimeTarget[],
  managed: ManagedPool | undefined,
): RuntimeUpstream {
  return {
    id: upstream.id,
    sequence,
    // Workers start at different places, so that few requests already spread over all targets.
    cursor: sequence.length === 0 ? 0 : math.random(0, sequence.length - 1),
    connectTimeoutMs: upstream.connectTimeoutMs,
    sendTimeoutMs: upstream.sendTimeoutMs,
    readTimeoutMs: upstream.readTimeoutMs,
    hasOwnTimeouts:
      upstream.connectTimeoutMs !== DEFAULT_CONNECT_TIMEOUT_MS ||
      upstream.sendTimeoutMs !== DEFAULT_TIMEOUT_MS ||
      upstream.readTimeoutMs !== DEFAULT_TIMEOUT_MS,
    retryBudget: retryBudgetOf(upstream.id, upstream.retries, sequence.length > 1),
    lacksCertificate: false,
    managed,
    mirror: undefined,
  };
}
