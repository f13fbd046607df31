import { closeSync, existsSync, openSync, readSync, writeSync } from "node:fs";
import { METER } from "../contract/shared-memory";

export interface CountedCall {
  readonly operation: number;
  readonly application: number;
  readonly subscription: number;
  readonly plan: number;
  readonly outcome: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latencyBucket: number;
  readonly upstreamLatencyBucket: number;
}

/** Writes a meter file as a worker does through its mapping, one aligned number after the other, so that readers meet it half-done. */
export class FakeMeter {
  readonly #descriptor: number;
  readonly #cells = new Map<string, number>();

  constructor(
    readonly file: string,
    pid = process.pid,
    readonly capacity = 1_000,
  ) {
    const isNew = !existsSync(file);
    this.#descriptor = openSync(file, isNew ? "w+" : "r+");
    if (isNew) {
      writeSync(this.#descriptor, Buffer.alloc(METER.headerBytes + capacity * METER.cellBytes));
      this.#writeWord(METER.pidAt, pid);
      this.#writeWord(METER.capacityAt, capacity);
      this.#writeWord(METER.magicAt, METER.magic);
    }
  }

  count(call: CountedCall, times = 1): void {
    const at = this.#cellFor(call);
    this.#addDouble(at + METER.cell.bytesInAt, call.bytesIn * times);
    this.#addDouble(at + METER.cell.bytesOutAt, call.bytesOut * times);
    this.#addWord(at + METER.cell.latencyAt + call.latencyBucket * 4, times);
    this.#addWord(at + METER.cell.upstreamLatencyAt + call.upstreamLatencyBucket * 4, times);
    this.#addDouble(at + METER.cell.requestsAt, times);
  }

  /** Sets one histogram word, for counts that are about to wrap. */
  presetLatency(call: CountedCall, value: number): void {
    this.#writeWord(this.#cellFor(call) + METER.cell.latencyAt + call.latencyBucket * 4, value);
  }

  seal(): void {
    this.#writeWord(METER.sealedAt, 1);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #cellFor(call: CountedCall): number {
    const key = [call.operation, call.application, call.subscription, call.plan, call.outcome].join();
    const index = this.#cells.get(key) ?? this.#addCell(key, call);
    return METER.headerBytes + index * METER.cellBytes;
  }

  #addCell(key: string, call: CountedCall): number {
    const index = this.#readWord(METER.countAt);
    if (index >= this.capacity) {
      throw new Error("the meter file is full");
    }
    const at = METER.headerBytes + index * METER.cellBytes;
    this.#addDouble(at + METER.cell.operationAt, call.operation);
    this.#addDouble(at + METER.cell.applicationAt, call.application);
    this.#addDouble(at + METER.cell.subscriptionAt, call.subscription);
    this.#addDouble(at + METER.cell.planAt, call.plan);
    this.#addDouble(at + METER.cell.outcomeAt, call.outcome);
    this.#writeWord(METER.countAt, index + 1);
    this.#cells.set(key, index);
    return index;
  }

  #addDouble(at: number, difference: number): void {
    const bytes = Buffer.alloc(8);
    readSync(this.#descriptor, bytes, 0, 8, at);
    bytes.writeDoubleLE(bytes.readDoubleLE(0) + difference);
    writeSync(this.#descriptor, bytes, 0, 8, at);
  }

  #addWord(at: number, difference: number): void {
    this.#writeWord(at, (this.#readWord(at) + difference) >>> 0);
  }

  #readWord(at: number): number {
    const bytes = Buffer.alloc(4);
    readSync(this.#descriptor, bytes, 0, 4, at);
    return bytes.readUInt32LE(0);
  }

  #writeWord(at: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    writeSync(this.#descriptor, bytes, 0, 4, at);
  }
}
