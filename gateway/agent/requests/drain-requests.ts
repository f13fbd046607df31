import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Outcome } from "../../contract/outcome";
import { RECORDS_PER_MINUTE_AND_OUTCOME, type RequestRecord } from "../../contract/request-log";
import { minuteOf } from "../spool/spool-file";
import { writeFileAtomically } from "../state/write-file-atomically";
import { parseRecord } from "./parse-record";
import { requestLogStateSchema, type RequestLogSpool, type RequestLogState } from "./request-log-format";
import { RingFile } from "./ring-file";

const STATE_FILE = "state.json";

export interface RequestDrainOptions {
  /** Where the workers' rings lie, and beside them how far they have been read. */
  readonly directory: string;
  readonly spool: Pick<RequestLogSpool, "append" | "droppedRequests" | "newestRedo">;
  /** Told of every record that is spooled. */
  readonly onRecords: (records: readonly RequestRecord[]) => void;
}

/**
 * Moves the records of calls from the workers' rings into the spool, each at most once, and counts those that are lost on the way: the
 * batch is on the disk before the state says that its records were read, and carries the state by which a start after a crash repairs it.
 */
export class RequestDrain {
  readonly #rings = new Map<string, RingFile>();
  #state: RequestLogState;
  /** Records of each outcome in the current minute; those of calls that a limit in shadow would have refused are counted apart. */
  #minute = { number: 0, counts: new Map<Outcome | "shadowed", number>() };

  /** Call once, before the first drain. */
  constructor(readonly options: RequestDrainOptions) {
    const redo = options.spool.newestRedo();
    const saved = readState(this.#stateFile);
    const names = new Set(readdirSync(options.directory));
    this.#state = withRingsOf(redo === undefined ? saved : laterOf(saved, redo), (name) => names.has(name));
  }

  /** Records that were dropped before they came into the spool. */
  get dropped(): number {
    return this.#state.dropped;
  }

  /** @throws BaselineBroken, after which this process must not drain again */
  async drain(nowMs: number): Promise<void> {
    for (const ring of this.#openRings()) {
      const isFinished = ring.isFinished();
      await this.#drainRing(ring, minuteOf(nowMs));
      if (isFinished) {
        await this.#forget(ring);
      }
    }
  }

  close(): void {
    for (const ring of this.#rings.values()) {
      ring.close();
    }
    this.#rings.clear();
  }

  get #stateFile(): string {
    return path.join(this.options.directory, STATE_FILE);
  }

  #openRings(): RingFile[] {
    const { directory } = this.options;
    for (const name of readdirSync(directory)) {
      if (name.endsWith(".ring") && !this.#rings.has(name)) {
        this.#rings.set(name, new RingFile(path.join(directory, name)));
      }
    }
    return [...this.#rings.values()];
  }

  async #drainRing(ring: RingFile, minute: number): Promise<void> {
    const before = this.#state.rings[ring.name] ?? { read: 0, dropped: 0 };
    const content = ring.readFrom(before.read);
    const { dropped, read } = ring.readHeader();
    if (content.read === before.read && dropped === before.dropped) {
      if (read < before.read) {
        // A crash came between the state and this word.
        ring.release(before.read);
      }
      return;
    }
    const parsed = content.texts.map((text) => parseRecord(text));
    const records = parsed.flatMap((record) => (record !== undefined && this.#hasRoom(record, minute) ? [record] : []));
    const state: RequestLogState = {
      dropped: this.#state.dropped + dropped - before.dropped + content.unreadable + parsed.length - records.length,
      rings: { ...this.#state.rings, [ring.name]: { read: content.read, dropped } },
    };
    await this.#spool(minute, records, state);
    ring.release(content.read);
  }

  async #spool(minute: number, records: readonly RequestRecord[], state: RequestLogState): Promise<void> {
    if (records.length === 0) {
      await this.#save(state);
      return;
    }
    const batch = { dropped: state.dropped + this.options.spool.droppedRequests, rows: [...records] };
    await this.options.spool.append(minute, batch, state, () => this.#save(state));
    this.options.onRecords(records);
  }

  /** Whether the minute takes another record of that outcome: a flood of refusals must neither fill disks nor hide other trouble. */
  #hasRoom({ isShadowed, outcome }: RequestRecord, minute: number): boolean {
    if (this.#minute.number !== minute) {
      this.#minute = { number: minute, counts: new Map() };
    }
    const kind = isShadowed === true ? "shadowed" : outcome;
    const count = this.#minute.counts.get(kind) ?? 0;
    this.#minute.counts.set(kind, count + 1);
    return count < RECORDS_PER_MINUTE_AND_OUTCOME;
  }

  async #save(state: RequestLogState): Promise<void> {
    await writeFileAtomically(this.#stateFile, JSON.stringify(state));
    this.#state = state;
  }

  /** The file goes first: a state that names a file which is not there does no harm, a file without its state would be read again. */
  async #forget(ring: RingFile): Promise<void> {
    ring.remove();
    this.#rings.delete(ring.name);
    await this.#save(withRingsOf(this.#state, (name) => name !== ring.name));
  }
}

function readState(file: string): RequestLogState {
  return existsSync(file)
    ? requestLogStateSchema.parse(JSON.parse(readFileSync(file, "utf8")))
    : { dropped: 0, rings: {} };
}

/** Each number only grows, so the larger one is the later one. */
function laterOf(left: RequestLogState, right: RequestLogState): RequestLogState {
  const rings = { ...left.rings };
  for (const [name, ring] of Object.entries(right.rings)) {
    const other = rings[name] ?? ring;
    rings[name] = { read: Math.max(ring.read, other.read), dropped: Math.max(ring.dropped, other.dropped) };
  }
  return { dropped: Math.max(left.dropped, right.dropped), rings };
}

function withRingsOf(state: RequestLogState, isKept: (name: string) => boolean): RequestLogState {
  return { ...state, rings: Object.fromEntries(Object.entries(state.rings).filter(([name]) => isKept(name))) };
}
