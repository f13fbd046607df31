import * as ffi from "ffi";
import type { CallLog } from "../../policies/types";
import { mapWritableFile } from "../host/memory";
import { clearSlots, findSlot, slotsPerStripe, STRIPES, type Keyed, type SlotTable } from "./slot-table";

/**
 * The moments that sliding logs count, beside the counters and under the same locks. A sparse file: a log takes one or two pages of
 * memory from its first call on.
 */
ffi.cdef(`
typedef struct {
  double limit_id, subject, detail;
  double windowSeconds, latest, count, latestAt;
  double reserved[17];
  double times[1000];
} gatehouse_call_log;
typedef struct { uint32_t magic, version, slots; char padding[4084]; } gatehouse_call_log_header;
`);

interface Header {
  magic: number;
  version: number;
  slots: number;
}

type Slot = Keyed & CallLog;

const MAGIC = 0x47484c47;
const VERSION = 1;
const HEADER_BYTES = 4096;
const SLOT_BYTES = 8192;
/** One limit in so many is expected to be a sliding log. */
const SHARE = 16;

let table: SlotTable<Slot>;

/** Maps the logs; in nginx's master, so that workers inherit the mapping. @param counterCapacity of all counters together */
export function openCallLogs(path: string, counterCapacity: number): void {
  const perStripe = slotsPerStripe(counterCapacity / SHARE);
  const memory = mapWritableFile(path, HEADER_BYTES + STRIPES * perStripe * SLOT_BYTES);
  const header = ffi.cast("gatehouse_call_log_header *", memory) as unknown as Header;
  const start = (ffi.cast("char *", memory) as unknown as number) + HEADER_BYTES;
  table = { slots: ffi.cast("gatehouse_call_log *", start) as unknown as CArray<Slot>, perStripe, isOver, reset };
  const isFresh = header.magic === 0;
  if (!isFresh && (header.magic !== MAGIC || header.version !== VERSION || header.slots !== perStripe)) {
    clearSlots(table);
  }
  header.magic = MAGIC;
  header.version = VERSION;
  header.slots = perStripe;
}

/** See PolicyHost. */
export function callLog(this: void, limit: number, subject: number, detail: number): CallLog | undefined {
  const slot = findSlot(table, limit, subject, detail);
  return slot;
}

function isOver(this: void, slot: Slot): boolean {
  return slot.latestAt + slot.windowSeconds < os.time();
}

function reset(this: void, slot: Slot): void {
  slot.count = 0;
  slot.latest = 0;
  slot.latestAt = 0;
  slot.windowSeconds = 0;
}
