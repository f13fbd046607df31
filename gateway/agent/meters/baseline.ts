import { closeSync, existsSync, fdatasync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { CELL_BYTES } from "./meter-cell";

const synchronise = promisify(fdatasync);

/**
 * What of a meter file has been put into batches: the same cells, without the header. Updated in place after the batch is on the
 * disk; the batch's redo record repairs an update that a crash cut short.
 */
export class Baseline {
  #cells: Buffer;
  #descriptor: number | undefined;
  #isDirty = false;

  constructor(readonly file: string) {
    this.#cells = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  }

  /** A view; undefined for a cell that was never counted. */
  cell(index: number): Buffer | undefined {
    const at = index * CELL_BYTES;
    return at + CELL_BYTES <= this.#cells.length ? this.#cells.subarray(at, at + CELL_BYTES) : undefined;
  }

  set(index: number, cell: Buffer): void {
    const at = index * CELL_BYTES;
    this.#reserve(at + CELL_BYTES);
    cell.copy(this.#cells, at);
    this.#descriptor ??= openSync(this.file, existsSync(this.file) ? "r+" : "w+");
    writeSync(this.#descriptor, cell, 0, CELL_BYTES, at);
    this.#isDirty = true;
  }

  /** Repairs a cell from a redo record. @param words [index, value, …] of 32-bit words */
  redo(index: number, words: readonly number[]): void {
    const cell = Buffer.from(this.cell(index) ?? Buffer.alloc(CELL_BYTES));
    for (let position = 0; position + 1 < words.length; position += 2) {
      cell.writeUInt32LE(words[position + 1] ?? 0, (words[position] ?? 0) * 4);
    }
    this.set(index, cell);
  }

  /** Through a power failure too, before the next batch builds on it. */
  async flush(): Promise<void> {
    if (this.#isDirty && this.#descriptor !== undefined) {
      await synchronise(this.#descriptor);
      this.#isDirty = false;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    }
  }

  remove(): void {
    this.close();
    if (existsSync(this.file)) {
      unlinkSync(this.file);
    }
  }

  #reserve(bytes: number): void {
    if (bytes > this.#cells.length) {
      // Whole cells of zeros are "never counted" all the same.
      const larger = Buffer.alloc(Math.ceil(Math.max(bytes, this.#cells.length * 2) / CELL_BYTES) * CELL_BYTES);
      this.#cells.copy(larger);
      this.#cells = larger;
    }
  }
}
