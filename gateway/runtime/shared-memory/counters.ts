import * as ffi from "ffi";
import type { Counter } from "../../policies/types";
import { C } from "../host/c-functions";
import { mapWritableFile } from "../host/memory";
import { clearSlots, hash, probe, slotsPerStripe, STRIPES, type Keyed, type SlotTable } from "./slot-table";

/**
 * Rate-limit counters in a file that all workers map. Counters are spread over stripes; each stripe has a process-shared robust mutex,
 * so several fields change together, a worker killed inside leaves the lock to the next one, and counts survive a restart of nginx.
 * A shared dict would need get-then-set, which over-admits, and evicts live counters when it is full.
 */
ffi.cdef(`
typedef struct {
  double limit_id, subject, detail;
  double windowSeconds, start, current, previous;
  double reserved;
} gatehouse_counter;
typedef struct { gatehouse_mutex mutex; char padding[24]; } gatehouse_stripe;
typedef struct { uint32_t magic, version, stripes, slots; char padding[4080]; } gatehouse_counter_header;
`);

interface Header {
  magic: number;
  version: number;
  stripes: number;
  slots: number;
}

type Slot = Keyed & Counter;

const MAGIC = 0x4748434c;
const VERSION = 1;
const HEADER_BYTES = 4096;
const STRIPE_BYTES = 64;
const SLOT_BYTES = 64;
export const OWNER_DIED = 130;
const PROCESS_SHARED = 1;
const ROBUST = 1;
const MASTER_VARIABLE = "GATEHOUSE_COUNTERS_OF";

let perStripe = 0;
let mutexes: CArray<CData>;
let slots: CArray<Slot>;
let table: SlotTable<Slot>;

/**
 * Maps the counters; called in nginx's master, so that workers inherit the mapping.
 * @returns whether this master has just begun, so that no worker of an earlier one lives
 */
export function openCounters(path: string, capacity: number): boolean {
  perStripe = slotsPerStripe(capacity);
  const bytes = HEADER_BYTES + STRIPES * STRIPE_BYTES + STRIPES * perStripe * SLOT_BYTES;
  const memory = mapWritableFile(path, bytes);
  const header = ffi.cast("gatehouse_counter_header *", memory) as unknown as Header;
  const start = ffi.cast("char *", memory) as unknown as number;
  mutexes = ffi.cast("gatehouse_stripe *", start + HEADER_BYTES) as unknown as CArray<CData>;
  slots = ffi.cast("gatehouse_counter *", start + HEADER_BYTES + STRIPES * STRIPE_BYTES) as unknown as CArray<Slot>;
  table = { slots, perStripe, isOver, reset };
  const isOurs = header.magic === MAGIC && header.version === VERSION && header.stripes === STRIPES;
  // A new file is all zeros: to look at each of its slots would cost a start half a second.
  if (header.magic !== 0 && (!isOurs || header.slots !== perStripe)) {
    clearSlots(table);
  }
  // A reload runs this again in the same master while old workers still hold locks; a new master has the file to itself.
  const isNewMaster = !isReload();
  if (isNewMaster) {
    initialiseMutexes();
  }
  header.magic = MAGIC;
  header.version = VERSION;
  header.stripes = STRIPES;
  header.slots = perStripe;
  return isNewMaster;
}

/**
 * Whether this very master has been here before. Told by its environment, which a reload keeps: a process id in the file would be
 * mistaken for ours in a container, where nginx gets the same id at every start.
 */
function isReload(): boolean {
  const pid = tostring(C.getpid());
  const before = os.getenv(MASTER_VARIABLE);
  C.setenv(MASTER_VARIABLE, pid, 1);
  return before === pid;
}

function initialiseMutexes(): void {
  const attributes = robustAttributes();
  for (const stripe of $range(0, STRIPES - 1)) {
    C.pthread_mutex_init(mutexOf(stripe), attributes);
  }
}

/** Of mutexes that processes share, and that the next one gets when their owner dies. */
export function robustAttributes(): CData {
  const attributes = ffi.new("gatehouse_mutex_attributes");
  C.pthread_mutexattr_init(attributes);
  C.pthread_mutexattr_setpshared(attributes, PROCESS_SHARED);
  C.pthread_mutexattr_setrobust(attributes, ROBUST);
  return attributes;
}

function mutexOf(stripe: number): CData {
  return (mutexes[stripe] as unknown as { mutex: CData }).mutex;
}

export function stripeOf(this: void, limit: number, subject: number, detail: number): number {
  return hash(limit, subject, detail) % STRIPES;
}

export function lock(this: void, stripe: number): void {
  if (C.pthread_mutex_lock(mutexOf(stripe)) === OWNER_DIED) {
    // rollWindow and the charge are ordered so that a half-done change admits less, never more: nothing to repair.
    C.pthread_mutex_consistent(mutexOf(stripe));
  }
}

export function unlock(this: void, stripe: number): void {
  C.pthread_mutex_unlock(mutexOf(stripe));
}

/** The counter of a limit for a subject; its stripe must be locked. Undefined when the stripe has no room for a new one. */
export function counter(this: void, limit: number, subject: number, detail: number): Counter | undefined {
  const place = hash(limit, subject, detail);
  const first = (place % STRIPES) * perStripe;
  const offset = math.floor(place / STRIPES) % perStripe;
  const slot = slots[first + offset] as Slot;
  if (slot.limit_id === limit && slot.subject === subject && slot.detail === detail) {
    return slot;
  }
  return probe(table, limit, subject, detail, first, offset);
}

/** Neither its window nor the one after can still hold anything against the subject. Of a bucket the length is negative. */
function isOver(this: void, slot: Slot): boolean {
  return slot.start + 2 * math.abs(slot.windowSeconds) < os.time();
}

function reset(this: void, slot: Slot): void {
  slot.start = 0;
  slot.current = 0;
  slot.previous = 0;
  slot.windowSeconds = 0;
}
