import type { Context } from "../contexts";
import { readTrait, type TraitReader } from "./request-trait";

const BUCKETS = 10_000;

/**
 * Whether a request belongs to a share, 0 to 1, of all.
 * @param stickyBy what it is decided by, so that who is in stays in; undefined, or not carried by the request: decided anew
 * @param salt mixed into what is hashed, so that two shares that stick to the same trait are independent
 */
export function isInShare(
  request: CData,
  context: Context,
  share: number,
  stickyBy: TraitReader | undefined,
  salt: string,
): boolean {
  if (stickyBy !== undefined) {
    const trait = readTrait(request, context, stickyBy);
    if (trait !== undefined) {
      return (ngx.crc32_long(`${salt}${trait}`) % BUCKETS) / BUCKETS < share;
    }
  }
  return math.random() < share;
}
