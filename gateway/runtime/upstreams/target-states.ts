import * as ffi from "ffi";
import { TARGETS } from "../../contract/shared-memory";
import { C } from "../host/c-functions";
import { mapWritableFile } from "../host/memory";

/**
 * What the node knows of each address of each watched target (contract/shared-memory.ts has the layout): one copy for all workers, so that
 * what one learns holds for all. A slot is changed while its stripe is locked; a killed worker leaves the lock to the next one.
 */
ffi.cdef(`
typedef struct {
  uint32_t magic, version;
  volatile uint32_t count, workersVersion, agentVersion;
  uint32_t reserved[11];
  uint32_t pids[32];
} gatehouse_targets_header;
typedef struct { gatehouse_mutex mutex; char padding[24]; } gatehouse_target_stripe;
typedef struct {
  double key, upstream;
  uint32_t address;
  volatile uint32_t retired, down, gate;
  volatile double upAtMs;
  double closedAtMs, openUntilMs, probeUntilMs, openedAt, windowStartMs;
  uint32_t requests, failures, consecutive, openings, reason, inFlight, slow, trips;
  double reserved;
  uint32_t ofWorker[32];
  double reservedToo;
} gatehouse_target;
int kill(int process, int signal);
`);

interface Header {
  magic: number;
  version: number;
  count: number;
  workersVersion: number;
  readonly agentVersion: number;
  readonly pids: CArray<number>;
}

export interface TargetState {
  key: number;
  upstream: number;
  address: number;
  retired: number;
  /** By the agent. */
  down: number;
  gate: number;
  readonly upAtMs: number;
  closedAtMs: number;
  openUntilMs: number;
  probeUntilMs: number;
  openedAt: number;
  windowStartMs: number;
  requests: number;
  failures: number;
  consecutive: number;
  openings: number;
  reason: number;
  inFlight: number;
  slow: number;
  trips: number;
  readonly ofWorker: CArray<number>;
}

/** A slot and the lock that guards it. */
export interface SharedState {
  readonly slot: TargetState;
  readonly stripe: number;
}

const STRIPES_BYTES = TARGETS.stripes * TARGETS.stripeBytes;
const BYTES = TARGETS.headerBytes + STRIPES_BYTES + TARGETS.capacity * TARGETS.slotBytes;
const OWNER_DIED = 130;
const PROCESS_SHARED = 1;
const ROBUST = 1;
/** The lock of the header: no slot's stripe. */
const HEADER_STRIPE = TARGETS.stripes - 1;
const SLOT_STRIPES = TARGETS.stripes - 1;
/** In the place of an address: the slot is a canary's. */
export const CANARY_ADDRESS = 0;

let header: Header;
let mutexes: CArray<CData>;
let slots: CArray<TargetState>;
/** Which of the columns of `ofWorker` is this process's; -1 when there were none left. */
let column = -1;

/**
 * Maps the states; called in nginx's master, so that workers inherit the mapping.
 * @param isNewMaster false at a reload
 */
export function openTargetStates(path: string, isNewMaster: boolean): void {
  const memory = mapWritableFile(path, BYTES);
  const start = ffi.cast("char *", memory) as unknown as number;
  header = ffi.cast("gatehouse_targets_header *", memory) as unknown as Header;
  mutexes = ffi.cast("gatehouse_target_stripe *", start + TARGETS.headerBytes) as unknown as CArray<CData>;
  slots = ffi.cast("gatehouse_target *", start + TARGETS.headerBytes + STRIPES_BYTES) as unknown as CArray<TargetState>;
  // A reload runs this again in the same master while old workers still hold locks; a new master has the file to itself, and what was
  // learnt before may be hours old.
  if (isNewMaster) {
    initialiseMutexes();
    forgetTargets();
    clear(header.pids, TARGETS.columns * 4);
  }
  header.version = TARGETS.version;
  header.magic = TARGETS.magic;
}

/** All but which canaries are halted: a target may have recovered, but a halt is for people to end, with a release. */
function forgetTargets(): void {
  const used = header.magic === TARGETS.magic ? math.min(header.count, TARGETS.capacity) : 0;
  let kept = 0;
  for (const place of $range(0, used - 1)) {
    const { key, upstream, address, gate, openedAt, reason, retired } = slots[place] as TargetState;
    if (address === CANARY_ADDRESS && gate !== 0 && retired === 0 && header.version === TARGETS.version) {
      const slot = slots[kept] as TargetState;
      clear(slot, TARGETS.slotBytes);
      slot.key = key;
      slot.upstream = upstream;
      slot.gate = gate;
      slot.openedAt = openedAt;
      slot.reason = reason;
      kept += 1;
    }
  }
  for (const place of $range(kept, used - 1)) {
    clear(slots[place], TARGETS.slotBytes);
  }
  header.count = kept;
}

function clear(memory: unknown, bytes: number): void {
  // By way of char: LuaJIT takes no struct with volatile fields for a void *.
  ffi.fill(ffi.cast("char *", memory), bytes);
}

function initialiseMutexes(): void {
  const attributes = ffi.new("gatehouse_mutex_attributes");
  C.pthread_mutexattr_init(attributes);
  C.pthread_mutexattr_setpshared(attributes, PROCESS_SHARED);
  C.pthread_mutexattr_setrobust(attributes, ROBUST);
  for (const stripe of $range(0, TARGETS.stripes - 1)) {
    C.pthread_mutex_init(mutexOf(stripe), attributes);
  }
}

function mutexOf(stripe: number): CData {
  return (mutexes[stripe] as unknown as { mutex: CData }).mutex;
}

export function lockStripe(stripe: number): void {
  if (C.pthread_mutex_lock(mutexOf(stripe)) === OWNER_DIED) {
    // Counts of a window may be off by one, which the next window forgets; requests in flight are counted anew, see joinWorkers.
    C.pthread_mutex_consistent(mutexOf(stripe));
  }
}

export function unlockStripe(stripe: number): void {
  C.pthread_mutex_unlock(mutexOf(stripe));
}

/** In a worker, before its first request: takes a column, and gives back what dead workers had in flight. */
export function joinWorkers(pid: number): void {
  column = -1;
  lockStripe(HEADER_STRIPE);
  for (const index of $range(0, TARGETS.columns - 1)) {
    const owner = header.pids[index] as number;
    if (owner !== 0 && !isAlive(owner)) {
      clearColumn(index);
      header.pids[index] = 0;
    }
    if (column < 0 && header.pids[index] === 0) {
      header.pids[index] = pid;
      column = index;
    }
  }
  unlockStripe(HEADER_STRIPE);
}

function isAlive(pid: number): boolean {
  return (ffi.C as { kill: (this: void, process: number, signal: number) => number }).kill(pid, 0) === 0;
}

function clearColumn(index: number): void {
  for (const place of $range(0, header.count - 1)) {
    const slot = slots[place] as TargetState;
    const stripe = place % SLOT_STRIPES;
    lockStripe(stripe);
    slot.ofWorker[index] = 0;
    let sum = 0;
    for (const other of $range(0, TARGETS.columns - 1)) {
      sum += slot.ofWorker[other] as number;
    }
    // Summed up, not subtracted: the dead worker may have been between two stores.
    slot.inFlight = sum;
    unlockStripe(stripe);
  }
}

/** Changes whenever a target goes or comes back, on whichever worker, or by the agent's word. */
export function statesVersion(): number {
  return header.workersVersion + header.agentVersion;
}

export function raiseStatesVersion(): void {
  lockStripe(HEADER_STRIPE);
  header.workersVersion = header.workersVersion + 1;
  unlockStripe(HEADER_STRIPE);
}

/** A request goes to the target. */
export function enterTarget(state: SharedState): void {
  if (column >= 0) {
    const slot = state.slot;
    lockStripe(state.stripe);
    slot.ofWorker[column] = (slot.ofWorker[column] as number) + 1;
    slot.inFlight = slot.inFlight + 1;
    unlockStripe(state.stripe);
  }
}

/** It has come back. */
export function leaveTarget(state: SharedState): void {
  if (column >= 0) {
    const slot = state.slot;
    lockStripe(state.stripe);
    // Below nothing only after the slot was given to another target meanwhile.
    if ((slot.ofWorker[column] as number) > 0) {
      slot.ofWorker[column] = (slot.ofWorker[column] as number) - 1;
      slot.inFlight = slot.inFlight - 1;
    }
    unlockStripe(state.stripe);
  }
}

/** Key → address → place of the slot; as far as the slots below `indexed` go. Rebuilt when the agent has given a slot away. */
let places = new LuaTable<number, LuaTable<number, number>>();
let indexed = 0;

/**
 * The slot of an address of a target, or of a canary; for the linking of a release.
 * @returns undefined when there is no room: the target is then used without being watched
 */
export function findState(upstream: number, key: number, address: number): SharedState | undefined {
  lockStripe(HEADER_STRIPE);
  let place = lookUp(key, address);
  if (place === undefined) {
    place = claim(upstream, key, address);
  } else if ((slots[place] as TargetState).retired !== 0) {
    // No release has named it for long: what was known of it, a halted canary too, is no more true than after another has had the slot.
    occupy(slots[place] as TargetState, upstream, key, address);
  }
  unlockStripe(HEADER_STRIPE);
  return place === undefined ? undefined : { slot: slots[place] as TargetState, stripe: place % SLOT_STRIPES };
}

function lookUp(key: number, address: number): number | undefined {
  indexSlots();
  let place = places.get(key)?.get(address);
  const slot = place === undefined ? undefined : slots[place];
  if (slot !== undefined && (slot.key !== key || slot.address !== address)) {
    places = new LuaTable<number, LuaTable<number, number>>();
    indexed = 0;
    indexSlots();
    place = places.get(key)?.get(address);
  }
  return place;
}

function indexSlots(): void {
  for (const place of $range(indexed, header.count - 1)) {
    const slot = slots[place] as TargetState;
    const ofKey = places.get(slot.key) ?? new LuaTable<number, number>();
    ofKey.set(slot.address, place);
    places.set(slot.key, ofKey);
  }
  indexed = header.count;
}

function claim(upstream: number, key: number, address: number): number | undefined {
  const isNew = header.count < TARGETS.capacity;
  const place = isNew ? header.count : findRetired();
  if (place !== undefined) {
    occupy(slots[place] as TargetState, upstream, key, address);
    if (isNew) {
      // Last: the agent trusts every slot below the count.
      header.count = place + 1;
    } else {
      indexed = 0;
    }
  }
  return place;
}

function occupy(slot: TargetState, upstream: number, key: number, address: number): void {
  clear(slot, TARGETS.slotBytes);
  slot.upstream = upstream;
  slot.address = address;
  slot.key = key;
}

function findRetired(): number | undefined {
  for (const place of $range(0, header.count - 1)) {
    if ((slots[place] as TargetState).retired !== 0) {
      return place;
    }
  }
  return undefined;
}
