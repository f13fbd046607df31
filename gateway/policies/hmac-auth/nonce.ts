import type { PolicyHost } from "../types";

/** In place of a limit's id, which are smaller. Nonces are remembered where limits count: shared by all workers, and bounded. */
const NONCES = 4_294_967_296;

/**
 * Whether a credential uses a nonce for the first time on this node, and remembers it. Undefined when there is no room to.
 * @param seconds how long a signature with it can still be presented
 */
export function isNewNonce(credential: number, nonce: string, seconds: number, host: PolicyHost): boolean | undefined {
  const detail = host.digest(nonce);
  const stripe = host.stripeOf(NONCES, credential, detail);
  host.lock(stripe);
  const seen = host.counter(NONCES, credential, detail);
  if (seen === undefined) {
    host.unlock(stripe);
    return undefined;
  }
  const now = host.nowSeconds();
  const isNew = seen.current === 0 || seen.start + seconds < now;
  if (isNew) {
    // A counter is another's once two windows have gone by; a second more, since that clock has no fractions.
    seen.windowSeconds = seconds / 2 + 1;
    seen.start = now;
    seen.current = 1;
  }
  host.unlock(stripe);
  return isNew;
}
