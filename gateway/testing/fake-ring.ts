import { closeSync, existsSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { REQUEST_RING } from "../contract/shared-memory";
import type { RingRecord } from "../contract/request-log";

const LENGTH_BYTES = 4;

/** Writes a ring as a worker does (runtime/shared-memory/request-ring.ts), one step after the other, so that readers meet it half-done. */
export class FakeRing {
  readonly #descriptor: number;

  constructor(
    readonly file: string,
    readonly capacity = 8192,
    pid = process.pid,
  ) {
    const isNew = !existsSync(file);
    this.#descriptor = openSync(file, isNew ? "w+" : "r+");
    if (isNew) {
      ftruncateSync(this.#descriptor, REQUEST_RING.headerBytes + capacity);
      this.#writeWord(REQUEST_RING.pidAt, pid);
      this.#writeWord(REQUEST_RING.capacityAt, capacity);
      this.#writeWord(REQUEST_RING.magicAt, REQUEST_RING.magic);
    }
  }

  /** @returns whether there was room */
  write(record: RingRecord): boolean {
    return this.writeText(JSON.stringify(record));
  }

  writeText(text: string): boolean {
    const bytes = Buffer.from(text);
    const needed = Math.ceil((LENGTH_BYTES + bytes.length) / 8) * 8;
    const written = this.#readDouble(REQUEST_RING.writtenAt);
    const offset = written % this.capacity;
    const begin = offset + needed > this.capacity ? written + this.capacity - offset : written;
    if (begin + needed - this.#readDouble(REQUEST_RING.readAt) > this.capacity) {
      this.#writeDouble(REQUEST_RING.droppedAt, this.#readDouble(REQUEST_RING.droppedAt) + 1);
      return false;
    }
    if (begin !== written) {
      this.#writeWord(REQUEST_RING.headerBytes + offset, REQUEST_RING.skip);
    }
    const place = REQUEST_RING.headerBytes + (begin % this.capacity);
    this.#writeWord(place, bytes.length);
    writeSync(this.#descriptor, bytes, 0, bytes.length, place + LENGTH_BYTES);
    this.#writeDouble(REQUEST_RING.writtenAt, begin + needed);
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readDouble(at: number): number {
    const bytes = Buffer.alloc(8);
    readSync(this.#descriptor, bytes, 0, 8, at);
    return bytes.readDoubleLE(0);
  }

  #writeDouble(at: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    writeSync(this.#descriptor, bytes, 0, 8, at);
  }

  #writeWord(at: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    writeSync(this.#descriptor, bytes, 0, 4, at);
  }
}

export function ringRecord(requestId: string, more: Partial<RingRecord> = {}): RingRecord {
  return {
    at: 1_790_000_000.25,
    requestId,
    release: 42,
    method: "GET",
    path: "/shop/v1/items/1",
    apiVersion: 1,
    operation: 11,
    application: 5,
    credential: 9,
    subscription: 7,
    plan: 1,
    status: 429,
    outcome: 6,
    latencyMs: 0.125,
    bytesIn: 100,
    bytesOut: 400,
    address: "127.0.0.0/24",
    code: "rate_limit_exceeded",
    policy: "rate-limit",
    ...more,
  };
}
