import { CREDENTIAL_INDEX } from "../../contract/shared-memory";

const { headerBytes, slotBytes, slot: field } = CREDENTIAL_INDEX;
/** All of a slot but its version. */
export const SLOT_BODY_BYTES = field.versionAt;
const HASH_BYTES = 32;
const NO_HASH = Buffer.alloc(HASH_BYTES);
const LOWEST_CAPACITY = 4096;

/** What a slot says beside the hash it is found by. */
export interface SlotBody {
  readonly expiresAt: number;
  readonly valueOffset: number;
  readonly subscriptions: number;
  readonly quotas: number;
  /** CREDENTIAL_ACTIVE, CREDENTIAL_REVOKED or CREDENTIAL_SIGNING. */
  readonly state: number;
}

/**
 * The bytes of a credential index file in memory: open addressing with linear probing, exactly as the workers read it
 * (contract/shared-memory.ts). The agent probes here and writes the difference to the file.
 */
export class SlotTable {
  private constructor(readonly bytes: Buffer) {}

  /** @param entries how many it must hold at a load below one half */
  static withRoomFor(entries: number): SlotTable {
    let capacity = LOWEST_CAPACITY;
    while (entries >= capacity / 2) {
      capacity *= 2;
    }
    const bytes = Buffer.alloc(headerBytes + capacity * slotBytes);
    bytes.writeUInt32LE(CREDENTIAL_INDEX.magic, CREDENTIAL_INDEX.magicAt);
    bytes.writeUInt32LE(capacity, CREDENTIAL_INDEX.capacityAt);
    return new SlotTable(bytes);
  }

  /** @returns undefined when the bytes are not a whole index file */
  static fromBytes(bytes: Buffer): SlotTable | undefined {
    if (bytes.length < headerBytes || bytes.readUInt32LE(CREDENTIAL_INDEX.magicAt) !== CREDENTIAL_INDEX.magic) {
      return undefined;
    }
    const capacity = bytes.readUInt32LE(CREDENTIAL_INDEX.capacityAt);
    const isPowerOfTwo = capacity > 0 && (capacity & (capacity - 1)) === 0;
    return isPowerOfTwo && bytes.length === headerBytes + capacity * slotBytes ? new SlotTable(bytes) : undefined;
  }

  get capacity(): number {
    return this.bytes.readUInt32LE(CREDENTIAL_INDEX.capacityAt);
  }

  get count(): number {
    return this.bytes.readUInt32LE(CREDENTIAL_INDEX.countAt);
  }

  get cursor(): number {
    return this.bytes.readDoubleLE(CREDENTIAL_INDEX.cursorAt);
  }

  setCursor(cursor: number): void {
    this.bytes.writeDoubleLE(cursor, CREDENTIAL_INDEX.cursorAt);
  }

  setCount(count: number): void {
    this.bytes.writeUInt32LE(count, CREDENTIAL_INDEX.countAt);
  }

  /** Whether so many more entries keep the load below one half. */
  hasRoomFor(more: number): boolean {
    return this.count + more < this.capacity / 2;
  }

  /** Byte offset of the slot that holds the hash, or of the free slot where it belongs. */
  find(hash: Buffer): number {
    const mask = this.capacity - 1;
    let index = hash.readUInt32LE(0) & mask;
    for (;;) {
      const at = headerBytes + (index >>> 0) * slotBytes;
      if (this.isFree(at) || this.bytes.compare(hash, 0, HASH_BYTES, at, at + HASH_BYTES) === 0) {
        return at;
      }
      index = (index + 1) & mask;
    }
  }

  isFree(at: number): boolean {
    return this.version(at) === 0;
  }

  version(at: number): number {
    return this.bytes.readUInt32LE(at + field.versionAt);
  }

  setVersion(at: number, version: number): void {
    this.bytes.writeUInt32LE(version >>> 0, at + field.versionAt);
  }

  readBody(at: number): SlotBody {
    return {
      expiresAt: this.bytes.readDoubleLE(at + field.expiresAtAt),
      valueOffset: this.bytes.readDoubleLE(at + field.valueAt),
      subscriptions: this.bytes.readUInt32LE(at + field.subscriptionsAt),
      quotas: this.bytes.readUInt32LE(at + field.quotasAt),
      state: this.bytes.readUInt32LE(at + field.stateAt),
    };
  }

  writeBody(at: number, hash: Buffer, body: SlotBody): void {
    hash.copy(this.bytes, at + field.hashAt, 0, HASH_BYTES);
    this.bytes.writeDoubleLE(body.expiresAt, at + field.expiresAtAt);
    this.bytes.writeDoubleLE(body.valueOffset, at + field.valueAt);
    this.bytes.writeUInt32LE(body.subscriptions, at + field.subscriptionsAt);
    this.bytes.writeUInt32LE(body.quotas, at + field.quotasAt);
    this.bytes.writeUInt32LE(body.state, at + field.stateAt);
  }

  /** The hash in a used slot; a view, not a copy. */
  hashAt(at: number): Buffer {
    return this.bytes.subarray(at + field.hashAt, at + field.hashAt + HASH_BYTES);
  }

  /** Offsets of all used slots. */
  *used(): Generator<number> {
    for (let at = headerBytes; at < this.bytes.length; at += slotBytes) {
      if (!this.isFree(at)) {
        yield at;
      }
    }
  }

  /**
   * Ends writes that a killed agent left half done. A body is written in one call within one page, so it is the old one or the new
   * one, and either is sound; the page it belongs to lies behind the cursor and comes again.
   * @returns offsets of the slots whose version changed
   */
  repair(): number[] {
    const repaired: number[] = [];
    let count = 0;
    for (const at of this.used()) {
      const version = this.version(at);
      if (version % 2 === 1) {
        // Nothing was written into this free slot yet: give it back, or it would hold a place forever.
        this.setVersion(at, this.hashAt(at).equals(NO_HASH) ? 0 : version + 1);
        repaired.push(at);
      }
      count += this.isFree(at) ? 0 : 1;
    }
    this.setCount(count);
    return repaired;
  }
}
