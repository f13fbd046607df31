import { closeSync, fchmodSync, fdatasync, fstatSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { CredentialEntry } from "../../contract/credentials";
import { CREDENTIAL_INDEX } from "../../contract/shared-memory";
import { indexFile, ONLY_THIS_USER, valuesFile } from "./credential-files";
import { countQuotas, encodeValue, stateOf, valueBytes } from "./credential-value";
import { SLOT_BODY_BYTES, SlotTable } from "./slot-table";

const synchronise = promisify(fdatasync);
const { slot: field } = CREDENTIAL_INDEX;

/**
 * One generation of the credential files while workers read it. A slot changes in three writes (version odd, body, version even), so
 * a reader can tell that it looked in between; values are only appended; the cursor follows when the page is on the disk.
 */
export class LiveGeneration {
  #valuesEnd: number;
  #liveValueBytes = 0;

  private constructor(
    readonly directory: string,
    readonly number: number,
    readonly table: SlotTable,
    readonly indexDescriptor: number,
    readonly valuesDescriptor: number,
  ) {
    this.#valuesEnd = fstatSync(valuesDescriptor).size;
    for (const at of table.used()) {
      this.#liveValueBytes += valueBytes(table.readBody(at));
    }
  }

  /** Opens the files and ends writes that a killed agent left half done; undefined when they are missing or damaged. */
  static open(directory: string, number: number): LiveGeneration | undefined {
    try {
      const table = SlotTable.fromBytes(readFileSync(indexFile(directory, number)));
      if (table === undefined) {
        return undefined;
      }
      const values = openSync(valuesFile(directory, number), "r+");
      // Also of one that an earlier version made: secrets may be appended.
      fchmodSync(values, ONLY_THIS_USER);
      const live = new LiveGeneration(directory, number, table, openSync(indexFile(directory, number), "r+"), values);
      return live.#repair() ? live : undefined;
    } catch {
      return undefined;
    }
  }

  /** Takes over a table that was just written as this generation: a million keys are 128 MiB that need not be read back. */
  static adopt(directory: string, number: number, table: SlotTable): LiveGeneration {
    const values = openSync(valuesFile(directory, number), "r+");
    return new LiveGeneration(directory, number, table, openSync(indexFile(directory, number), "r+"), values);
  }

  get count(): number {
    return this.table.count;
  }

  get cursor(): number {
    return this.table.cursor;
  }

  /** Bytes of the values file that no slot points to any more. */
  get wasteBytes(): number {
    return this.#valuesEnd - this.#liveValueBytes;
  }

  get valuesBytes(): number {
    return this.#valuesEnd;
  }

  readValues(): Buffer {
    return readFileSync(valuesFile(this.directory, this.number));
  }

  /** Applies entries in their order; each is in force for the workers when this returns. */
  apply(entries: readonly CredentialEntry[]): void {
    for (const entry of entries) {
      this.#put(entry);
    }
    this.#writeWord(CREDENTIAL_INDEX.countAt, this.table.count);
  }

  /** Moves the cursor once everything before it would survive a power failure. */
  async commit(cursor: number): Promise<void> {
    await synchronise(this.valuesDescriptor);
    await synchronise(this.indexDescriptor);
    this.table.setCursor(cursor);
    const at = CREDENTIAL_INDEX.cursorAt;
    writeSync(this.indexDescriptor, this.table.bytes, at, 8, at);
  }

  close(): void {
    closeSync(this.indexDescriptor);
    closeSync(this.valuesDescriptor);
  }

  /** Closes and deletes the files; a worker that still maps them keeps its mapping. */
  remove(): void {
    this.close();
    rmSync(indexFile(this.directory, this.number), { force: true });
    rmSync(valuesFile(this.directory, this.number), { force: true });
  }

  #put(entry: CredentialEntry): void {
    const hash = Buffer.from(entry.hash, "hex");
    const at = this.table.find(hash);
    const isNew = this.table.isFree(at);
    if (isNew && this.table.count >= this.table.capacity - 1) {
      // Only a generation that a stuck worker holds back can fill up like this; its last free slot must stay, it ends the probes.
      return;
    }
    const valueOffset = this.#appendValue(entry, isNew ? 0 : valueBytes(this.table.readBody(at)));
    this.table.writeBody(at, hash, {
      expiresAt: entry.expiresAt ?? 0,
      valueOffset,
      subscriptions: entry.subscriptions.length,
      quotas: countQuotas(entry),
      state: stateOf(entry),
    });
    const version = this.table.version(at);
    this.#writeVersion(at, version + 1);
    writeSync(this.indexDescriptor, this.table.bytes, at, SLOT_BODY_BYTES, at);
    this.#writeVersion(at, nextEven(version));
    if (isNew) {
      this.table.setCount(this.table.count + 1);
    }
  }

  #appendValue(entry: CredentialEntry, replacedBytes: number): number {
    const value = encodeValue(entry);
    const offset = this.#valuesEnd;
    writeSync(this.valuesDescriptor, value, 0, value.length, offset);
    this.#valuesEnd += value.length;
    this.#liveValueBytes += value.length - replacedBytes;
    return offset;
  }

  #writeVersion(at: number, version: number): void {
    this.table.setVersion(at, version);
    const versionAt = at + field.versionAt;
    writeSync(this.indexDescriptor, this.table.bytes, versionAt, 4, versionAt);
  }

  #writeWord(at: number, value: number): void {
    this.table.bytes.writeUInt32LE(value, at);
    writeSync(this.indexDescriptor, this.table.bytes, at, 4, at);
  }

  /** @returns false when a slot points outside the values file: the file was cut short and cannot be trusted */
  #repair(): boolean {
    for (const at of this.table.repair()) {
      this.#writeVersion(at, this.table.version(at));
    }
    this.#writeWord(CREDENTIAL_INDEX.countAt, this.table.count);
    // Values are read as doubles in place: an append that a crash cut short must not shift the ones after it.
    this.#valuesEnd = Math.ceil(this.#valuesEnd / 8) * 8;
    for (const at of this.table.used()) {
      const body = this.table.readBody(at);
      if (body.valueOffset + valueBytes(body) > this.#valuesEnd) {
        return false;
      }
    }
    return true;
  }
}

/** Versions wrap at 2^32; 0 would mean a free slot. */
function nextEven(version: number): number {
  return (version + 2) >>> 0 || 2;
}
