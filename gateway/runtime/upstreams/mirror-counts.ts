import * as ffi from "ffi";
import { lockStripe, unlockStripe, type SharedState } from "./target-states";

/**
 * What became of the copies of an upstream's calls: a slot of `targets.shm` (contract/shared-memory.ts), so that one number holds for all
 * workers of the node, and outlives each of them.
 */
ffi.cdef(`
typedef struct {
  double key, upstream;
  uint32_t address;
  volatile uint32_t retired, down, gate;
  double upAtMs;
  volatile double results[4];
} gatehouse_mirror;
`);

export interface MirrorCounts {
  /** Indexes are the MIRROR_RESULTS of the contract. */
  readonly results: CArray<number>;
  readonly stripe: number;
}

export const MIRRORED = 0;
export const FAILED = 1;
export const SKIPPED = 2;
export const DROPPED = 3;

export function mirrorCountsOf({ slot, stripe }: SharedState): MirrorCounts {
  // By way of char: the slot is a struct of another type.
  const start = ffi.cast("char *", slot);
  const mirror = ffi.cast("gatehouse_mirror *", start) as unknown as { readonly results: CArray<number> };
  return { results: mirror.results, stripe };
}

/** @param counts undefined where the node had no room for them */
export function countCopy(counts: MirrorCounts | undefined, result: number): void {
  if (counts !== undefined) {
    lockStripe(counts.stripe);
    counts.results[result] = (counts.results[result] as number) + 1;
    unlockStripe(counts.stripe);
  }
}
