import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { MIRROR_RESULTS, TARGETS } from "../../contract/shared-memory";

/** A slot of `targets.shm` as it stands. */
export interface TargetSlot {
  readonly place: number;
  readonly key: number;
  readonly address: number;
  readonly isRetired: boolean;
  readonly down: number;
  readonly gate: number;
  readonly reason: number;
  readonly inFlight: number;
  readonly trips: number;
  /** Of a mirror's slot: calls by MIRROR_RESULTS. Of another's: nothing that means anything. */
  readonly mirrorResults: readonly number[];
}

/** The agent's side of `targets.shm`: reads what the workers know of their targets, writes what its checks have found. */
export class TargetFile {
  constructor(readonly file: string) {}

  /** Empty before nginx has run for the first time. */
  read(): TargetSlot[] {
    return this.#open("r", (descriptor) => {
      const header = Buffer.alloc(TARGETS.pidsAt);
      readSync(descriptor, header, 0, header.length, 0);
      if (header.readUInt32LE(TARGETS.magicAt) !== TARGETS.magic) {
        return [];
      }
      const count = Math.min(header.readUInt32LE(TARGETS.countAt), TARGETS.capacity);
      const slots = Buffer.alloc(count * TARGETS.slotBytes);
      readSync(descriptor, slots, 0, slots.length, startOf(0));
      return Array.from({ length: count }, (_unused, place) => decode(slots, place));
    });
  }

  /** @param down TARGET_UP, TARGET_DOWN or TARGET_RETURNING; @param upAtMs on the monotonic clock, 0 to leave it as it is */
  setDown(place: number, down: number, upAtMs: number): void {
    this.#open("r+", (descriptor) => {
      if (upAtMs !== 0) {
        const time = Buffer.alloc(8);
        time.writeDoubleLE(upAtMs);
        writeSync(descriptor, time, 0, 8, startOf(place) + TARGETS.slot.upAtMsAt);
      }
      writeWord(descriptor, startOf(place) + TARGETS.slot.downAt, down);
      this.#raiseVersion(descriptor);
      return [];
    });
  }

  /** Lets a slot be given to another target, or not: only what no release names, for long, may be. */
  setRetired(place: number, isRetired: boolean): void {
    this.#open("r+", (descriptor) => {
      writeWord(descriptor, startOf(place) + TARGETS.slot.retiredAt, isRetired ? 1 : 0);
      return [];
    });
  }

  #raiseVersion(descriptor: number): void {
    const word = Buffer.alloc(4);
    readSync(descriptor, word, 0, 4, TARGETS.agentVersionAt);
    writeWord(descriptor, TARGETS.agentVersionAt, (word.readUInt32LE(0) + 1) >>> 0);
  }

  /** Opened anew each time: a file that was removed while nginx was stopped is another one afterwards. */
  #open(flags: "r" | "r+", work: (descriptor: number) => TargetSlot[]): TargetSlot[] {
    let descriptor: number;
    try {
      descriptor = openSync(this.file, flags);
    } catch {
      return [];
    }
    try {
      return work(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

function startOf(place: number): number {
  return TARGETS.headerBytes + TARGETS.stripes * TARGETS.stripeBytes + place * TARGETS.slotBytes;
}

function writeWord(descriptor: number, at: number, value: number): void {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(value);
  writeSync(descriptor, word, 0, 4, at);
}

function decode(slots: Buffer, place: number): TargetSlot {
  const at = place * TARGETS.slotBytes;
  const field = TARGETS.slot;
  return {
    place,
    key: slots.readDoubleLE(at + field.keyAt),
    address: slots.readUInt32LE(at + field.addressAt),
    isRetired: slots.readUInt32LE(at + field.retiredAt) !== 0,
    down: slots.readUInt32LE(at + field.downAt),
    gate: slots.readUInt32LE(at + field.gateAt),
    reason: slots.readUInt32LE(at + field.reasonAt),
    inFlight: slots.readUInt32LE(at + field.inFlightAt),
    trips: slots.readUInt32LE(at + field.tripsAt),
    mirrorResults: MIRROR_RESULTS.map((_unused, result) =>
      slots.readDoubleLE(at + TARGETS.mirror.resultsAt + result * 8),
    ),
  };
}
