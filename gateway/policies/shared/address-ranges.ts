import { addressKey } from "./address";

/** Ranges that neither overlap nor touch, in order: first and last address of each, as address.ts writes them. */
export interface AddressRanges {
  readonly starts: readonly string[];
  readonly ends: readonly string[];
}

/** Ranges with what a worker has found for the addresses that asked, so that the search, which is a loop, runs once for each. */
export interface RangeMemory {
  readonly ranges: AddressRanges;
  /** By the address as it is written. */
  known: Record<string, boolean>;
  count: number;
}

/** Addresses remembered; then all are forgotten at once, which needs no list. */
const MOST_KNOWN = 8192;

export function newRangeMemory(ranges: AddressRanges): RangeMemory {
  return { ranges, known: {}, count: 0 };
}

/** Whether an address lies in one of the ranges; what is no address lies in none. */
export function isInRanges(memory: RangeMemory, address: string): boolean {
  const known = memory.known[address];
  if (known !== undefined) {
    return known;
  }
  return learn(memory, address);
}

function learn(memory: RangeMemory, address: string): boolean {
  const isIn = search(memory.ranges, addressKey(address));
  if (memory.count >= MOST_KNOWN) {
    memory.known = {};
    memory.count = 0;
  }
  memory.known[address] = isIn;
  memory.count += 1;
  return isIn;
}

/** The last range that begins at or before the address is the only one that can hold it. */
function search(ranges: AddressRanges, key: string): boolean {
  const { starts, ends } = ranges;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((starts[middle] ?? "") <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const end = low === 0 ? undefined : ends[low - 1];
  return key !== "" && end !== undefined && key <= end;
}
