import * as ffi from "ffi";
import type { Counter } from "../policies/types";
import { C } from "./host/c-functions";
import { mapWritableFile } from "./host/memory";

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

interface Slot extends Counter {
  limit_id: number;
  subject: number;
  detail: number;
}

const MAGIC = 0x4748434c;
const VERSION = 1;
const STRIPES = 256;
const HEADER_BYTES = 4096;
const STRIPE_BYTES = 64;
const SLOT_BYTES = 64;
/** Slots looked at before a stripe counts as full. */
const PROBES = 32;
const OWNER_DIED = 130;
const PROCESS_SHARED = 1;
const ROBUST = 1;
const WORD = 4_294_967_296;
const MASTER_VARIABLE = "GATEHOUSE_COUNTERS_OF";
/** In place of an id while a slot changes hands: unlike 0 it does not end a probe. */
const NOBODY = -1;

let slotsPerStripe = 0;
let mutexes: CArray<CData>;
let slots: CArray<Slot>;

/** Maps the counters; called in nginx's master, so that workers inherit the mapping. */
export function openCounters(path: string, capacity: number): void {
  slotsPerStripe = math.max(PROBES, math.ceil(capacity / STRIPES));
  const bytes = HEADER_BYTES + STRIPES * STRIPE_BYTES + STRIPES * slotsPerStripe * SLOT_BYTES;
  const memory = mapWritableFile(path, bytes);
  const header = ffi.cast("gatehouse_counter_header *", memory) as unknown as Header;
  const start = ffi.cast("char *", memory) as unknown as number;
  mutexes = ffi.cast("gatehouse_stripe *", start + HEADER_BYTES) as unknown as CArray<CData>;
  slots = ffi.cast("gatehouse_counter *", start + HEADER_BYTES + STRIPES * STRIPE_BYTES) as unknown as CArray<Slot>;
  const isOurs = header.magic === MAGIC && header.version === VERSION && header.stripes === STRIPES;
  if (!isOurs || header.slots !== slotsPerStripe) {
    clearSlots();
  }
  // A reload runs this again in the same master while old workers still hold locks; a new master has the file to itself.
  if (!isReload()) {
    initialiseMutexes();
  }
  header.magic = MAGIC;
  header.version = VERSION;
  header.stripes = STRIPES;
  header.slots = slotsPerStripe;
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

function clearSlots(): void {
  for (const index of $range(0, STRIPES * slotsPerStripe - 1)) {
    const slot = slots[index];
    if (slot !== undefined && slot.limit_id !== 0) {
      slot.limit_id = 0;
    }
  }
}

function initialiseMutexes(): void {
  const attributes = ffi.new("gatehouse_mutex_attributes");
  C.pthread_mutexattr_init(attributes);
  C.pthread_mutexattr_setpshared(attributes, PROCESS_SHARED);
  C.pthread_mutexattr_setrobust(attributes, ROBUST);
  for (const stripe of $range(0, STRIPES - 1)) {
    C.pthread_mutex_init(mutexOf(stripe), attributes);
  }
}

function mutexOf(stripe: number): CData {
  return (mutexes[stripe] as unknown as { mutex: CData }).mutex;
}

/** Every product and the sum stay below 2^53, so the arithmetic is exact. */
function hash(limit: number, subject: number, detail: number): number {
  const subjectPart = (subject % WORD) * 131 + math.floor(subject / WORD) * 524_287;
  const detailPart = (detail % WORD) * 65_599 + math.floor(detail / WORD) * 8_191;
  return limit * 31 + subjectPart + detailPart;
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
  const first = (place % STRIPES) * slotsPerStripe;
  const offset = math.floor(place / STRIPES) % slotsPerStripe;
  const slot = slots[first + offset] as Slot;
  if (slot.limit_id === limit && slot.subject === subject && slot.detail === detail) {
    return slot;
  }
  return probe(limit, subject, detail, first, offset);
}

/** Apart from the first look, because a loop would keep the caller from being compiled. */
function probe(limit: number, subject: number, detail: number, first: number, offset: number): Counter | undefined {
  let stalest: Slot | undefined;
  for (const step of $range(0, PROBES - 1)) {
    const slot = slots[first + ((offset + step) % slotsPerStripe)] as Slot;
    if (slot.limit_id === limit && slot.subject === subject && slot.detail === detail) {
      return slot;
    }
    if (slot.limit_id === 0) {
      return claim(stalest ?? slot, limit, subject, detail);
    }
    if (stalest === undefined && isOver(slot)) {
      stalest = slot;
    }
  }
  return stalest === undefined ? undefined : claim(stalest, limit, subject, detail);
}

/** Neither its window nor the one after can still hold anything against the subject. */
function isOver(slot: Slot): boolean {
  return slot.start + 2 * slot.windowSeconds < os.time();
}

function claim(slot: Slot, limit: number, subject: number, detail: number): Counter {
  // Without an owner first: a worker killed in the middle must not leave somebody else's count under a new name.
  slot.limit_id = NOBODY;
  slot.start = 0;
  slot.current = 0;
  slot.previous = 0;
  slot.windowSeconds = 0;
  slot.subject = subject;
  slot.detail = detail;
  slot.limit_id = limit;
  return slot;
}
