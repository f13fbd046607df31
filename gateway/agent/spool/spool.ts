import { readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { readFile, rename, rm, unlink } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Logger } from "../log";
import { SerialQueue } from "../state/serial-queue";
import { writeFileAtomically } from "../state/write-file-atomically";
import {
  batchTextOf,
  encodeSpoolFile,
  minuteText,
  parseSpoolFileName,
  redoOf,
  spoolFileName,
  type SpoolFile,
} from "./spool-file";

/** Sequences are reserved in blocks, so that the file which keeps them from being used twice is seldom written. */
const RESERVED_AT_ONCE = 1_000;
/** A merged batch still has to be taken by the control plane in one call. */
const MERGED_BYTES_MAX = 4 * 1024 * 1024;
const STATE_FILE = "state.json";

const stateSchema = z.strictObject({
  /** No sequence from here on was ever used. */
  reservedUpTo: z.number().int().positive(),
  droppedRequests: z.number().int().nonnegative(),
  /** Batches up to this sequence that were not sent are dropped, also when a crash left their files behind. */
  droppedThrough: z.number().int().nonnegative(),
});
type SpoolState = z.infer<typeof stateSchema>;

/** A batch is on the disk, its baseline is not: the process must end, and its next start repairs the baseline. */
export class BaselineBroken extends Error {
  override readonly name = "BaselineBroken";
}

type MergeRows<Batch extends SpooledBatch> = NonNullable<SpoolFormat<Batch, unknown>["mergeRows"]>;

/** What every batch has; the rest is its kind's own business. */
export interface SpooledBatch {
  readonly sequence: number;
  /** Start of the minute, UTC. */
  readonly minute: string;
  readonly rows: readonly unknown[];
}

/** What a spool must know of its batches. */
export interface SpoolFormat<Batch extends SpooledBatch, Redo> {
  /** For the log: "usage". */
  readonly name: string;
  readonly batchSchema: z.ZodType<Batch>;
  /** What repairs the place that a batch was taken from, when a crash came between the two. */
  readonly redoSchema: z.ZodType<Redo>;
  /** Requests that are lost with a batch. */
  readonly countRequests: (batch: Batch) => number;
  /** Makes one batch of several of the same minute, to save room; absent where it would save none. */
  readonly mergeRows?: (rows: readonly Batch["rows"][number][]) => Batch["rows"];
}

/** A batch before it has its place in the order. */
export type BatchContent<Batch extends SpooledBatch> = Omit<Batch, "sequence" | "minute">;

export interface SpoolOptions<Batch extends SpooledBatch, Redo> {
  readonly format: SpoolFormat<Batch, Redo>;
  readonly directory: string;
  readonly maxBytes: number;
  readonly logger: Logger;
}

/**
 * Batches on their way to the control plane, one file each, sent in order of sequence. Bounded: when it is full, batches of the same
 * minute become one; only when that does not help is the oldest dropped, and counted.
 */
export class Spool<Batch extends SpooledBatch, Redo> {
  #files: SpoolFile[] = [];
  #state: SpoolState = { reservedUpTo: 1, droppedRequests: 0, droppedThrough: 0 };
  #next = 1;
  #bytes = 0;
  /** Appending, merging and sending change the same files. */
  readonly #queue = new SerialQueue();

  private constructor(readonly options: SpoolOptions<Batch, Redo>) {}

  static async open<Batch extends SpooledBatch, Redo>(options: SpoolOptions<Batch, Redo>): Promise<Spool<Batch, Redo>> {
    const spool = new Spool(options);
    await spool.#load();
    return spool;
  }

  get depth(): number {
    return this.#files.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get droppedRequests(): number {
    return this.#state.droppedRequests;
  }

  /** The redo record of the newest batch, whose baseline update may have been cut short. */
  newestRedo(): Redo | undefined {
    const newest = this.#files.at(-1);
    const redo = newest === undefined ? undefined : redoOf(readFileSync(this.#pathOf(newest), "utf8"));
    return redo === undefined ? undefined : this.options.format.redoSchema.parse(redo);
  }

  /**
   * Puts a batch on the disk. It can be sent only after `afterwards`: had it been acknowledged and deleted before the baseline was
   * up to date, the redo record would be gone when it is needed.
   * @throws BaselineBroken when `afterwards` failed: going on would count the batch twice, a new start repairs it
   */
  append(minute: number, batch: BatchContent<Batch>, redo: Redo, afterwards: () => Promise<void>): Promise<void> {
    return this.#queue.run(async () => {
      const sequence = await this.#takeSequence();
      const content = encodeSpoolFile({ sequence, minute: minuteText(minute), ...batch }, redo);
      await this.#makeRoom(Buffer.byteLength(content));
      const file = await this.#write({ first: sequence, last: sequence, minute, attempted: false }, content);
      await afterwards().catch((error: unknown) => {
        const { name } = this.options.format;
        throw new BaselineBroken(`how far ${name} has been read could not be written down`, { cause: error });
      });
      this.#add(file);
    });
  }

  /** The batch to send now; marked on disk before it leaves, so that it is sent as it is until it is acknowledged. */
  takeOldest(): Promise<{ readonly file: SpoolFile; readonly text: string } | undefined> {
    return this.#queue.run(async () => {
      const oldest = this.#files[0];
      if (oldest === undefined) {
        return undefined;
      }
      const file = oldest.attempted ? oldest : { ...oldest, attempted: true };
      if (file !== oldest) {
        await rename(this.#pathOf(oldest), this.#pathOf(file));
        this.#files[0] = file;
      }
      return { file, text: batchTextOf(await readFile(this.#pathOf(file), "utf8")) };
    });
  }

  /** The control plane has it. */
  acknowledge(file: SpoolFile): Promise<void> {
    return this.#queue.run(() => this.#remove(file));
  }

  /** The control plane will never take it: counted as dropped, so that what comes after it is not lost as well. */
  drop(file: SpoolFile): Promise<void> {
    return this.#queue.run(() => this.#drop(file));
  }

  async #load(): Promise<void> {
    const { directory } = this.options;
    const stateText = await readFile(path.join(directory, STATE_FILE), "utf8").catch(() => undefined);
    if (stateText !== undefined) {
      this.#state = stateSchema.parse(JSON.parse(stateText));
    }
    const files: SpoolFile[] = [];
    for (const name of readdirSync(directory)) {
      const file = parseSpoolFileName(name, statSync(path.join(directory, name)).size);
      if (file !== undefined) {
        files.push(file);
      } else if (name.endsWith(".tmp")) {
        unlinkSync(path.join(directory, name));
      }
    }
    for (const file of files.sort((left, right) => left.last - right.last)) {
      if (this.#isLeftover(file, files)) {
        unlinkSync(this.#pathOf(file));
      } else {
        this.#add(file);
      }
    }
    this.#next = Math.max(this.#state.reservedUpTo, (this.#files.at(-1)?.last ?? 0) + 1);
  }

  /** A merge or a drop that was cut short leaves files whose counts stand elsewhere. */
  #isLeftover(file: SpoolFile, files: readonly SpoolFile[]): boolean {
    const isMerged = files.some((other) => other !== file && other.first <= file.first && file.last <= other.last);
    return isMerged || (!file.attempted && file.last <= this.#state.droppedThrough);
  }

  async #takeSequence(): Promise<number> {
    if (this.#next >= this.#state.reservedUpTo) {
      await this.#saveState({ ...this.#state, reservedUpTo: this.#next + RESERVED_AT_ONCE });
    }
    this.#next += 1;
    return this.#next - 1;
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (this.#bytes + bytes <= this.options.maxBytes) {
      return;
    }
    const { mergeRows } = this.options.format;
    if (mergeRows !== undefined) {
      await this.#mergeMinutes(mergeRows);
    }
    while (this.#bytes + bytes > this.options.maxBytes) {
      const oldest = this.#files.find((file) => !file.attempted);
      if (oldest === undefined) {
        return;
      }
      await this.#drop(oldest);
    }
  }

  /** Neighbours of one minute become one batch with the sequence of the last, as long as it does not grow too large. */
  async #mergeMinutes(mergeRows: MergeRows<Batch>): Promise<void> {
    let run: SpoolFile[] = [];
    let bytes = 0;
    for (const file of this.#files.filter(({ attempted }) => !attempted)) {
      if (run[0]?.minute !== file.minute || bytes + file.bytes > MERGED_BYTES_MAX) {
        await this.#merge(run, mergeRows);
        run = [];
        bytes = 0;
      }
      run.push(file);
      bytes += file.bytes;
    }
    await this.#merge(run, mergeRows);
  }

  /** The merged file is there before its sources go; after a crash in between its name says which files it stands for. */
  async #merge(sources: readonly SpoolFile[], mergeRows: MergeRows<Batch>): Promise<void> {
    const first = sources[0];
    const last = sources.at(-1);
    if (first === undefined || last === undefined || sources.length < 2) {
      return;
    }
    const batches: Batch[] = [];
    for (const source of sources) {
      batches.push(await this.#read(source));
    }
    const rows = mergeRows(batches.flatMap((batch) => batch.rows));
    const batch = { ...batches.at(-1), sequence: last.last, minute: minuteText(last.minute), rows };
    const target = { first: first.first, last: last.last, minute: last.minute, attempted: false };
    const merged = await this.#write(target, encodeSpoolFile(batch, undefined));
    for (const source of sources) {
      await unlink(this.#pathOf(source));
    }
    const position = this.#files.indexOf(first);
    this.#files.splice(position, sources.length, merged);
    this.#bytes += merged.bytes - sources.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #drop(file: SpoolFile): Promise<void> {
    const { format, logger } = this.options;
    const requests = format.countRequests(await this.#read(file));
    // Saved first: a crash before the file is gone must not send what was counted as dropped.
    await this.#saveState({
      ...this.#state,
      droppedRequests: this.#state.droppedRequests + requests,
      droppedThrough: Math.max(this.#state.droppedThrough, file.last),
    });
    await this.#remove(file);
    logger.error({ sequence: file.last, requests }, `${format.name} dropped`);
  }

  async #read(file: SpoolFile): Promise<Batch> {
    return this.options.format.batchSchema.parse(JSON.parse(batchTextOf(await readFile(this.#pathOf(file), "utf8"))));
  }

  async #saveState(state: SpoolState): Promise<void> {
    await writeFileAtomically(path.join(this.options.directory, STATE_FILE), JSON.stringify(state));
    this.#state = state;
  }

  async #write(file: Omit<SpoolFile, "bytes">, content: string): Promise<SpoolFile> {
    await writeFileAtomically(this.#pathOf(file), content);
    return { ...file, bytes: Buffer.byteLength(content) };
  }

  async #remove(file: SpoolFile): Promise<void> {
    await rm(this.#pathOf(file), { force: true });
    this.#files = this.#files.filter((other) => other.last !== file.last);
    this.#bytes -= file.bytes;
  }

  #add(file: SpoolFile): void {
    this.#files.push(file);
    this.#bytes += file.bytes;
  }

  #pathOf(file: Omit<SpoolFile, "bytes">): string {
    return path.join(this.options.directory, spoolFileName(file));
  }
}
