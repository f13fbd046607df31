import * as ffi from "ffi";
import type { InFlight } from "../../policies/types";
import { OWNER_DIED, robustAttributes } from "./counters";
import { C } from "../host/c-functions";
import { mapWritableFile } from "../host/memory";
import { findSlot, slotsPerStripe, STRIPES, type Keyed, type SlotTable } from "./slot-table";

/**
 * Calls in flight, for limits of concurrency. Each worker counts its own in a column, besides the sum: what a killed worker held is
 * left out when the sum is made anew, which is done before anybody is refused.
 *
 * A column belongs to the worker that holds its mutex, from its start to its end; the kernel lets go of it when the worker dies, however it
 * dies. Whoever takes a column raises its generation, and with that gives back what was counted in it.
 */
ffi.cdef(`
typedef struct {
  double limit_id, subject, detail;
  double current, epoch, deaths;
  double reserved[2];
  uint32_t held[32], generation[32];
} gatehouse_in_flight;
typedef struct { gatehouse_mutex mutex; char padding[24]; } gatehouse_column;
typedef struct {
  uint32_t magic, version, slots, epoch;
  uint32_t generation[32];
  uint32_t deaths;
  char padding[1900];
  gatehouse_column columns[32];
} gatehouse_in_flight_header;
`);

interface Header {
  magic: number;
  version: number;
  slots: number;
  epoch: number;
  readonly generation: CArray<number>;
  /** Raised with the generations: since then there is something to count anew. */
  deaths: number;
  readonly columns: CArray<{ readonly mutex: CData }>;
}

interface Slot extends Keyed, InFlight {
  epoch: number;
  /** Of the header, when the slot was last counted anew. */
  deaths: number;
  readonly held: CArray<number>;
  readonly generation: CArray<number>;
}

const MAGIC = 0x47484946;
const VERSION = 1;
const HEADER_BYTES = 4096;
const SLOT_BYTES = 320;
/** Workers of a node, twice: after a reload of nginx the old ones go on until their calls have ended. */
const COLUMNS = 32;
const NO_COLUMN = -1;
/** One limit in so many is expected to be one of concurrency. */
const SHARE = 4;

let header: Header;
let table: SlotTable<Slot>;
let column = NO_COLUMN;
let ownGeneration = 0;

/**
 * Maps the calls in flight; in nginx's master, so that workers inherit the mapping.
 * @param isNewMaster whether no worker of an earlier master lives: then nothing is in flight
 */
export function openInFlight(path: string, counterCapacity: number, isNewMaster: boolean): void {
  const perStripe = slotsPerStripe(counterCapacity / SHARE);
  const memory = mapWritableFile(path, HEADER_BYTES + STRIPES * perStripe * SLOT_BYTES);
  header = ffi.cast("gatehouse_in_flight_header *", memory) as unknown as Header;
  const start = (ffi.cast("char *", memory) as unknown as number) + HEADER_BYTES;
  table = { slots: ffi.cast("gatehouse_in_flight *", start) as unknown as CArray<Slot>, perStripe, isOver, reset };
  if (isNewMaster) {
    const attributes = robustAttributes();
    for (const index of $range(0, COLUMNS - 1)) {
      C.pthread_mutex_init(mutexOf(index), attributes);
    }
    header.epoch = header.epoch + 1;
  }
  header.magic = MAGIC;
  header.version = VERSION;
  header.slots = perStripe;
}

/** In each worker, once: takes a column that nobody has, and gives back what dead workers held in any. */
export function chooseColumn(): void {
  column = NO_COLUMN;
  for (const index of $range(0, COLUMNS - 1)) {
    const mutex = mutexOf(index);
    const result = C.pthread_mutex_trylock(mutex);
    if (result === 0 || result === OWNER_DIED) {
      if (result === OWNER_DIED) {
        C.pthread_mutex_consistent(mutex);
      }
      header.generation[index] = (header.generation[index] ?? 0) + 1;
      if (column === NO_COLUMN) {
        column = index;
        ownGeneration = header.generation[index] ?? 0;
      } else {
        C.pthread_mutex_unlock(mutex);
      }
    }
  }
  header.deaths = header.deaths + 1;
}

function mutexOf(index: number): CData {
  return (header.columns[index] as { readonly mutex: CData }).mutex;
}

/** See PolicyHost. */
export function inFlight(this: void, limit: number, subject: number, detail: number): InFlight | undefined {
  if (column === NO_COLUMN) {
    return undefined;
  }
  const slot = findSlot(table, limit, subject, detail);
  if (slot !== undefined && slot.epoch !== header.epoch) {
    slot.current = 0;
    slot.epoch = header.epoch;
  }
  return slot;
}

export function addInFlight(this: void, given: InFlight, change: number): void {
  const slot = given as Slot;
  const held = slot.generation[column] === ownGeneration ? (slot.held[column] ?? 0) : 0;
  slot.held[column] = math.max(0, held + change);
  slot.generation[column] = ownGeneration;
  slot.current = slot.current + change;
}

export function recount(this: void, given: InFlight): void {
  const slot = given as Slot;
  if (slot.deaths !== header.deaths) {
    sumColumns(slot);
  }
}

/** Apart from its caller, which a loop would keep from being compiled. */
function sumColumns(slot: Slot): void {
  // First: a worker that dies from here on is looked at again.
  slot.deaths = header.deaths;
  let sum = 0;
  for (const index of $range(0, COLUMNS - 1)) {
    if (slot.generation[index] === header.generation[index]) {
      sum += slot.held[index] ?? 0;
    }
  }
  slot.current = sum;
}

function isOver(this: void, slot: Slot): boolean {
  if (slot.epoch !== header.epoch) {
    return true;
  }
  if (slot.current > 0) {
    recount(slot);
  }
  return slot.current === 0;
}

function reset(this: void, slot: Slot): void {
  slot.current = 0;
  slot.epoch = header.epoch;
  for (const index of $range(0, COLUMNS - 1)) {
    slot.held[index] = 0;
    slot.generation[index] = 0;
  }
}
