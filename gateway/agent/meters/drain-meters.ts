import { existsSync, readdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import type { TelemetryRow } from "../../contract/telemetry";
import type { Logger } from "../log";
import { countInterruptedCalls } from "./interrupted-calls";
import { changedWords } from "./meter-cell";
import { MeterFile, type ChangedCell } from "./meter-file";
import { Baseline } from "./baseline";
import { minuteOf } from "../spool/spool-file";
import type { MeterRedo, TelemetrySpool } from "./telemetry-format";
import { sumRows } from "./sum-rows";

/** Keeps a batch small enough for one call, whatever a node has counted while nobody read. */
const ROWS_PER_BATCH = 5_000;

export interface MeterDrainOptions {
  readonly metersDirectory: string;
  readonly baselinesDirectory: string;
  readonly spool: Pick<TelemetrySpool, "append" | "newestRedo">;
  readonly logger: Logger;
  /** Told of every batch that was spooled. */
  readonly onRows: (rows: readonly TelemetryRow[]) => void;
}

/**
 * Moves what the workers counted from their meter files into the spool, each request exactly once: the batch is on the disk before the
 * baseline advances, and carries the absolute values by which a start after a crash advances it.
 */
export class MeterDrain {
  readonly #files = new Map<string, MeterFile>();
  readonly #reported = new Set<string>();

  /** Repairs what a crash cut short. Call once, before the first drain. */
  constructor(readonly options: MeterDrainOptions) {
    const { metersDirectory, baselinesDirectory, spool } = options;
    for (const { file, index, words } of spool.newestRedo()?.cells ?? []) {
      // A meter file is removed only after its baseline was brought up to date.
      if (existsSync(path.join(metersDirectory, file))) {
        const baseline = new Baseline(path.join(baselinesDirectory, file));
        baseline.redo(index, words);
        baseline.close();
      }
    }
    for (const name of readdirSync(baselinesDirectory)) {
      if (!existsSync(path.join(metersDirectory, name))) {
        unlinkSync(path.join(baselinesDirectory, name));
      }
    }
  }

  /**
   * Spools everything counted since the last drain, and removes files that nobody writes any more. The calls of a worker that was killed
   * meanwhile follow with the next drain.
   * @throws BaselineBroken, after which this process must not drain again
   */
  async drain(nowMs: number): Promise<void> {
    const files = this.#openFiles();
    const finished = files.filter((file) => file.isFinished());
    await countInterruptedCalls(this.options.metersDirectory);
    const changes = files.flatMap((file) => file.readChanges());
    for (const group of groupByIdentity(changes)) {
      await this.#spool(minuteOf(nowMs), group);
    }
    for (const file of finished) {
      this.#remove(file);
    }
  }

  close(): void {
    for (const file of this.#files.values()) {
      file.close();
    }
    this.#files.clear();
  }

  #openFiles(): MeterFile[] {
    const { metersDirectory, baselinesDirectory } = this.options;
    for (const name of readdirSync(metersDirectory)) {
      if (name.endsWith(".bin") && !this.#files.has(name)) {
        this.#files.set(name, new MeterFile(path.join(metersDirectory, name), path.join(baselinesDirectory, name)));
      }
    }
    return [...this.#files.values()];
  }

  async #spool(minute: number, changes: readonly ChangedCell[]): Promise<void> {
    const rows = sumRows(changes.map((change) => change.row));
    const redo: MeterRedo = {
      cells: changes.map(({ file, index, counted }) => ({
        file: file.name,
        index,
        words: changedWords(counted, file.baseline.cell(index)),
      })),
    };
    await this.options.spool.append(minute, { rows }, redo, async () => {
      for (const { file, index, counted } of changes) {
        file.baseline.set(index, counted);
      }
      for (const file of new Set(changes.map((change) => change.file))) {
        await file.baseline.flush();
      }
    });
    this.options.onRows(rows);
  }

  #remove(file: MeterFile): void {
    if (file.unknownCells > 0) {
      if (!this.#reported.has(file.name)) {
        this.options.logger.error(
          { file: file.name, cells: file.unknownCells },
          "a meter file counts outcomes that this agent does not know; it is kept for one that does",
        );
        this.#reported.add(file.name);
      }
      return;
    }
    file.remove();
    this.#files.delete(file.name);
  }
}

/** Batches of limited size; cells with the same identity stay together, so that a row is sent once. */
function groupByIdentity(changes: readonly ChangedCell[]): ChangedCell[][] {
  const identities = new Map<string, ChangedCell[]>();
  for (const change of changes) {
    const same = identities.get(change.key);
    if (same === undefined) {
      identities.set(change.key, [change]);
    } else {
      same.push(change);
    }
  }
  const all = [...identities.values()];
  const groups: ChangedCell[][] = [];
  for (let first = 0; first < all.length; first += ROWS_PER_BATCH) {
    groups.push(all.slice(first, first + ROWS_PER_BATCH).flat());
  }
  return groups;
}
