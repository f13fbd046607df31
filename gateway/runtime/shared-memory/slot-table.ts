/**
 * A hash table in mapped memory: slots in stripes, open addressing inside a stripe. Whoever looks holds the stripe's lock
 * (counters.ts). Nothing is ever removed: a slot that nobody can need any more is given to the next who comes.
 */
export interface Keyed {
  limit_id: number;
  subject: number;
  detail: number;
}

export interface SlotTable<Slot extends Keyed> {
  readonly slots: CArray<Slot>;
  readonly perStripe: number;
  /** Whether what the slot holds can be forgotten. */
  readonly isOver: (this: void, slot: Slot) => boolean;
  /** Makes the slot one that has counted nothing. */
  readonly reset: (this: void, slot: Slot) => void;
}

export const STRIPES = 256;
/** Slots looked at before a stripe counts as full. */
export const PROBES = 32;
const WORD = 4_294_967_296;
/** In place of an id while a slot changes hands: unlike 0 it does not end a probe. */
const NOBODY = -1;

/** Every product and the sum stay below 2^53, so the arithmetic is exact. */
export function hash(limit: number, subject: number, detail: number): number {
  const subjectPart = (subject % WORD) * 131 + math.floor(subject / WORD) * 524_287;
  const detailPart = (detail % WORD) * 65_599 + math.floor(detail / WORD) * 8_191;
  return limit * 31 + subjectPart + detailPart;
}

/** The slot of a key, made when it is missing; undefined when the stripe has no room for it. */
export function findSlot<Slot extends Keyed>(
  table: SlotTable<Slot>,
  limit: number,
  subject: number,
  detail: number,
): Slot | undefined {
  const place = hash(limit, subject, detail);
  const first = (place % STRIPES) * table.perStripe;
  const offset = math.floor(place / STRIPES) % table.perStripe;
  const slot = table.slots[first + offset] as Slot;
  if (slot.limit_id === limit && slot.subject === subject && slot.detail === detail) {
    return slot;
  }
  return probe(table, limit, subject, detail, first, offset);
}

/** Apart from the first look, because a loop would keep the caller from being compiled. */
export function probe<Slot extends Keyed>(
  table: SlotTable<Slot>,
  limit: number,
  subject: number,
  detail: number,
  first: number,
  offset: number,
): Slot | undefined {
  let stalest: Slot | undefined;
  for (const step of $range(0, PROBES - 1)) {
    const slot = table.slots[first + ((offset + step) % table.perStripe)] as Slot;
    if (slot.limit_id === limit && slot.subject === subject && slot.detail === detail) {
      return slot;
    }
    if (slot.limit_id === 0) {
      return claim(table, stalest ?? slot, limit, subject, detail);
    }
    if (stalest === undefined && table.isOver(slot)) {
      stalest = slot;
    }
  }
  return stalest === undefined ? undefined : claim(table, stalest, limit, subject, detail);
}

function claim<Slot extends Keyed>(
  table: SlotTable<Slot>,
  slot: Slot,
  limit: number,
  subject: number,
  detail: number,
): Slot {
  // Without an owner first: a worker killed in the middle must not leave somebody else's count under a new name.
  slot.limit_id = NOBODY;
  table.reset(slot);
  slot.subject = subject;
  slot.detail = detail;
  slot.limit_id = limit;
  return slot;
}

/** Makes all slots free. */
export function clearSlots<Slot extends Keyed>(table: SlotTable<Slot>): void {
  for (const index of $range(0, STRIPES * table.perStripe - 1)) {
    const slot = table.slots[index];
    if (slot !== undefined && slot.limit_id !== 0) {
      slot.limit_id = 0;
    }
  }
}

/** So that all stripes together have room for `capacity`, and each for what is looked at at once. */
export function slotsPerStripe(capacity: number): number {
  return math.max(PROBES, math.ceil(capacity / STRIPES));
}
