import { closeSync, openSync, readdirSync, readlinkSync, readFileSync, readSync, statSync, unlinkSync } from "node:fs";
import path from "node:path";
import { METER } from "../../contract/shared-memory";
import { Baseline } from "./baseline";
import { CELL_BYTES, differenceOf, type CellDifference } from "./meter-cell";

const CELLS_PER_READ = 512;
/** Cells are read and compared without a pause in between, so that all files share one buffer. */
const READ_BUFFER = Buffer.allocUnsafe(CELLS_PER_READ * CELL_BYTES);
/** A file whose maker died before it wrote a header. */
const ABANDONED_AFTER_MS = 60_000;
/** Between making a file and mapping it a worker needs far less. */
const SETTLED_AFTER_MS = 5_000;

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
      return ageMs(this.file) > ABANDONED_AFTER_MS;
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

/**
 * Whether a process has the file mapped or open. The process id alone would not do: ids are used again, and a wrong "still writing"
 * keeps a file forever, while a wrong "finished" would lose counts; hence "still writing" whenever we may not look.
 */
function isWriting(pid: number, file: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") {
      return false;
    }
  }
  if (ageMs(file) < SETTLED_AFTER_MS) {
    return true;
  }
  try {
    // By name, not by path: the process may see the directory under another one.
    const name = `/${path.basename(file)}`;
    return (
      readFileSync(`/proc/${pid}/maps`, "utf8").includes(name) || openFiles(pid).some((open) => open.endsWith(name))
    );
  } catch {
    return true;
  }
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
    } catch {
      // Closed while we looked.
      return [];
    }
  });
}

function ageMs(file: string): number {
  return Date.now() - statSync(file).ctimeMs;
}
