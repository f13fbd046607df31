import { SHADOW_COUNTER } from "../../contract/shared-memory";
import type { PolicyHost, ViolatedLimit } from "../types";
import type { Claim } from "./claim";

/** A limit that would have refused nobody for twice so long is forgotten when its place is wanted. */
const KEPT_SECONDS = 2_678_400;

/**
 * Of a call that was let through: if the limit is in shadow and would have refused it, adds it to those that are written down, and counts
 * the call for it. The count is a counter like any other, of a subject that no caller is, under a lock of its own: none may be held.
 */
export function noteShadowed(claim: Claim | undefined, shadowed: ViolatedLimit[], host: PolicyHost): void {
  if (claim === undefined || claim.rule === undefined || !claim.isRefused) {
    return;
  }
  const limit = claim.rule;
  shadowed.push({ limit, used: claim.used, retryAfterSeconds: Math.max(1, claim.seconds) });
  const { subject, detail } = SHADOW_COUNTER;
  const stripe = host.stripeOf(limit.id, subject, detail);
  host.lock(stripe);
  const counter = host.counter(limit.id, subject, detail);
  if (counter !== undefined) {
    counter.windowSeconds = KEPT_SECONDS;
    counter.start = host.nowSeconds();
    counter.current = counter.current + 1;
  }
  host.unlock(stripe);
}
