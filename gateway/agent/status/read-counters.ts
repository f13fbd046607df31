import { closeSync, openSync, readSync } from "node:fs";

/** Layout of runtime/counters.ts, which owns the file; another version of it is not read. */
const MAGIC = 0x4748434c;
const VERSION = 1;
const HEADER_BYTES = 4096;
const STRIPE_BYTES = 64;
const SLOT_BYTES = 64;
const SLOTS_PER_READ = 4096;

export interface CounterUse {
  readonly used: number;
  readonly capacity: number;
}

/** How full the counters of rate limits are; undefined when there are none yet. Reads the whole file (some 16 MB): for scrapes. */
export function readCounters(file: string): CounterUse | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const header = Buffer.alloc(16);
    readSync(descriptor, header, 0, header.length, 0);
    if (header.readUInt32LE(0) !== MAGIC || header.readUInt32LE(4) !== VERSION) {
      return undefined;
    }
    const stripes = header.readUInt32LE(8);
    const capacity = stripes * header.readUInt32LE(12);
    return { used: countUsed(descriptor, HEADER_BYTES + stripes * STRIPE_BYTES, capacity), capacity };
  } finally {
    closeSync(descriptor);
  }
}

function countUsed(descriptor: number, start: number, capacity: number): number {
  const block = Buffer.allocUnsafe(SLOTS_PER_READ * SLOT_BYTES);
  let used = 0;
  for (let slot = 0; slot < capacity; slot += SLOTS_PER_READ) {
    const bytes = Math.min(SLOTS_PER_READ, capacity - slot) * SLOT_BYTES;
    const read = readSync(descriptor, block, 0, bytes, start + slot * SLOT_BYTES);
    for (let at = 0; at + SLOT_BYTES <= read; at += SLOT_BYTES) {
      // The id of the limit that the counter belongs to; 0 while the slot was never used.
      used += block.readDoubleLE(at) === 0 ? 0 : 1;
    }
  }
  return used;
}
