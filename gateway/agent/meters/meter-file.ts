import { closeSync, openSync, readSync, unlinkSync } from "node:fs";
import path from "node:path";
import { METER } from "../../contract/shared-memory";
import { Baseline } from "./baseline";
import { isAbandoned, isWriting } from "./file-writers";
import { CELL_BYTES, differenceOf, type CellDifference } from "./meter-cell";

const CELLS_PER_READ = 512;
/** Cells are read and compared without a pause in between, so that all files share one buffer. */
const READ_BUFFER = Buffer.allocUnsafe(CELLS_PER_READ * CELL_BYTES);

/** A cell that changed, and where. */
export interface ChangedCell extends CellDifference {
  readonly file: MeterFile;
  readonly index: number;
}

/** A worker's meter file and what of it has been counted. The worker writes it through its mapping; the agent only reads. */
export class MeterFile {
  readonly baseline: Baseline;
  readonly #descriptor: number;
  /** Cells of the last read whose outcome this agent does not know; they wait for an agent that does. */
  #unknownCells = 0;

  constructor(
    readonly file: string,
    baselineFile: string,
  ) {
    this.#descriptor = openSync(file, "r");
    this.baseline = new Baseline(baselineFile);
  }

  get name(): string {
    return path.basename(this.file);
  }

  get unknownCells(): number {
    return this.#unknownCells;
  }

  /**
   * Whether nobody will write it any more. Ask before reading: what is read afterwards is then the last word.
   */
  isFinished(): boolean {
    const header = this.#readHeader();
    if (header.magic !== METER.magic || header.pid === 0) {
      return isAbandoned(this.file);
    }
    return header.sealed || !isWriting(header.pid, this.file);
  }

  /** Every cell that counted something since the baseline. */
  readChanges(): ChangedCell[] {
    const { magic, count } = this.#readHeader();
    const changes: ChangedCell[] = [];
    this.#unknownCells = 0;
    if (magic !== METER.magic) {
      return changes;
    }
    for (let first = 0; first < count; first += CELLS_PER_READ) {
      const wanted = Math.min(CELLS_PER_READ, count - first) * CELL_BYTES;
      const bytes = readSync(this.#descriptor, READ_BUFFER, 0, wanted, METER.headerBytes + first * CELL_BYTES);
      for (let cell = 0; cell < Math.floor(bytes / CELL_BYTES); cell += 1) {
        this.#compare(first + cell, READ_BUFFER.subarray(cell * CELL_BYTES, (cell + 1) * CELL_BYTES), changes);
      }
    }
    return changes;
  }

  close(): void {
    closeSync(this.#descriptor);
    this.baseline.close();
  }

  /** The file goes first: a baseline without a file is swept up at the next start, a file without a baseline would count again. */
  remove(): void {
    this.close();
    unlinkSync(this.file);
    this.baseline.remove();
  }

  #compare(index: number, current: Buffer, changes: ChangedCell[]): void {
    const counted = this.baseline.cell(index);
    if (counted !== undefined && current.equals(counted)) {
      return;
    }
    const difference = differenceOf(current, counted);
    if (difference === "unknown-outcome") {
      this.#unknownCells += 1;
    } else if (difference !== undefined) {
      changes.push({ ...difference, file: this, index });
    }
  }

  #readHeader(): { magic: number; pid: number; count: number; sealed: boolean } {
    const header = Buffer.alloc(20);
    readSync(this.#descriptor, header, 0, header.length, 0);
    return {
      magic: header.readUInt32LE(METER.magicAt),
      pid: header.readUInt32LE(METER.pidAt),
      count: header.readUInt32LE(METER.countAt),
      sealed: header.readUInt32LE(METER.sealedAt) === 1,
    };
  }
}
