import { writeFile } from "node:fs/promises";
import type { CredentialEntry } from "../../contract/credentials";
import { writeFileAtomically } from "../state/write-file-atomically";
import { indexFile, ONLY_THIS_USER, valuesFile } from "./credential-files";
import { countQuotas, encodeValue, stateOf, valueBytes } from "./credential-value";
import { SlotTable, type SlotBody } from "./slot-table";

const FRESH_VERSION = 2;

/**
 * A generation of the credential files that no worker reads yet, so it is built in memory without any protocol and written once:
 * a million keys cost two writes instead of three million.
 */
export class CredentialDraft {
  #table: SlotTable;
  #values: Buffer;
  #valuesEnd = 0;

  constructor(entries = 0) {
    this.#table = SlotTable.withRoomFor(entries);
    this.#values = Buffer.allocUnsafe(64 * 1024);
  }

  get table(): SlotTable {
    return this.#table;
  }

  put(entry: CredentialEntry): void {
    const value = encodeValue(entry);
    this.place(
      Buffer.from(entry.hash, "hex"),
      {
        expiresAt: entry.expiresAt ?? 0,
        valueOffset: 0,
        subscriptions: entry.subscriptions.length,
        quotas: countQuotas(entry),
        state: stateOf(entry),
      },
      value,
    );
  }

  /** Like `put`, for an entry that is already in its binary form; `body.valueOffset` is chosen anew. */
  place(hash: Buffer, body: SlotBody, value: Buffer): void {
    if (!this.#table.hasRoomFor(1)) {
      this.#grow();
    }
    const at = this.#table.find(hash);
    if (this.#table.isFree(at)) {
      this.#table.setCount(this.#table.count + 1);
    }
    this.#table.writeBody(at, hash, { ...body, valueOffset: this.#append(value) });
    this.#table.setVersion(at, FRESH_VERSION);
  }

  /** Writes both files. The index comes last and whole, so a generation whose index is there is complete. */
  async write(directory: string, generation: number, cursor: number): Promise<void> {
    this.#table.setCursor(cursor);
    await writeFile(valuesFile(directory, generation), this.#values.subarray(0, this.#valuesEnd), {
      flush: true,
      mode: ONLY_THIS_USER,
    });
    await writeFileAtomically(indexFile(directory, generation), this.#table.bytes);
  }

  #append(value: Buffer): number {
    const offset = this.#valuesEnd;
    if (offset + value.length > this.#values.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#values.length * 2, offset + value.length));
      this.#values.copy(larger, 0, 0, offset);
      this.#values = larger;
    }
    value.copy(this.#values, offset);
    this.#valuesEnd = offset + value.length;
    return offset;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = SlotTable.withRoomFor(old.capacity);
    for (const at of old.used()) {
      const hash = old.hashAt(at);
      const free = this.#table.find(hash);
      this.#table.writeBody(free, hash, old.readBody(at));
      this.#table.setVersion(free, FRESH_VERSION);
    }
    this.#table.setCount(old.count);
  }
}

/** A draft with the entries of a table; superseded values are left behind. @param values the old values file, whole */
export function draftFrom(table: SlotTable, values: Buffer, roomFor: number): CredentialDraft {
  const draft = new CredentialDraft(Math.max(roomFor, table.count));
  for (const at of table.used()) {
    const body = table.readBody(at);
    const value = values.subarray(body.valueOffset, body.valueOffset + valueBytes(body));
    draft.place(table.hashAt(at), body, value);
  }
  return draft;
}
