import { open, type FileHandle } from "node:fs/promises";
import { SHADOW_COUNTER } from "../../contract/shared-memory";

/** Layout of runtime/shared-memory/counters.ts, which owns the file; another version of it is not read. */
const MAGIC = 0x4748434c;
const VERSION = 1;
const HEADER_BYTES = 4096;
const STRIPE_BYTES = 64;
const SLOT_BYTES = 64;
const SUBJECT_AT = 8;
const DETAIL_AT = 16;
const CURRENT_AT = 40;
const SLOTS_PER_READ = 4096;

export interface CounterUse {
  readonly used: number;
  readonly capacity: number;
  /** Calls that limits in mode shadow would have refused, by id of the limit. */
  readonly shadowed: ReadonlyMap<number, number>;
}

/**
 * How full the counters of rate limits are; undefined when there are none yet. Reads the whole file, 128 MB unless the node is told otherwise:
 * for scrapes, and piece by piece, so that the agent goes on meanwhile.
 */
export async function readCounters(file: string): Promise<CounterUse | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch {
    return undefined;
  }
  try {
    const header = Buffer.alloc(16);
    await handle.read(header, 0, header.length, 0);
    if (header.readUInt32LE(0) !== MAGIC || header.readUInt32LE(4) !== VERSION) {
      return undefined;
    }
    const stripes = header.readUInt32LE(8);
    const capacity = stripes * header.readUInt32LE(12);
    return { ...(await readSlots(handle, HEADER_BYTES + stripes * STRIPE_BYTES, capacity)), capacity };
  } finally {
    await handle.close();
  }
}

async function readSlots(handle: FileHandle, start: number, capacity: number): Promise<Omit<CounterUse, "capacity">> {
  const shadowed = new Map<number, number>();
  const block = Buffer.allocUnsafe(SLOTS_PER_READ * SLOT_BYTES);
  let used = 0;
  for (let slot = 0; slot < capacity; slot += SLOTS_PER_READ) {
    const bytes = Math.min(SLOTS_PER_READ, capacity - slot) * SLOT_BYTES;
    const { bytesRead } = await handle.read(block, 0, bytes, start + slot * SLOT_BYTES);
    for (let at = 0; at + SLOT_BYTES <= bytesRead; at += SLOT_BYTES) {
      // The id of the limit that the counter belongs to; 0 while the slot was never used.
      const limit = block.readDoubleLE(at);
      used += limit === 0 ? 0 : 1;
      if (limit > 0 && isOfShadow(block, at)) {
        shadowed.set(limit, block.readDoubleLE(at + CURRENT_AT));
      }
    }
  }
  return { used, shadowed };
}

function isOfShadow(block: Buffer, at: number): boolean {
  const { subject, detail } = SHADOW_COUNTER;
  return block.readDoubleLE(at + DETAIL_AT) === detail && block.readDoubleLE(at + SUBJECT_AT) === subject;
}
