import { readdirSync } from "node:fs";
import path from "node:path";
import { parseRecord } from "../agent/requests/parse-record";
import { RingFile } from "../agent/requests/ring-file";
import type { RequestRecord } from "../contract/request-log";
import { STATE_FILES } from "../contract/shared-memory";

/** What the workers of a node have written into the request log since they were last asked, and what they had no room for. */
export class RequestReader {
  readonly #rings: RingFile[];
  readonly #read = new Map<RingFile, number>();

  constructor(stateDirectory: string) {
    const directory = path.join(stateDirectory, STATE_FILES.requests);
    this.#rings = readdirSync(directory)
      .filter((name) => name.endsWith(".ring"))
      .map((name) => new RingFile(path.join(directory, name)));
  }

  /** @throws Error when a record is not as the contract says */
  take(): RequestRecord[] {
    return this.#rings.flatMap((ring) => {
      const { texts, read, unreadable } = ring.readFrom(this.#read.get(ring) ?? 0);
      this.#read.set(ring, read);
      ring.release(read);
      if (unreadable > 0) {
        throw new Error(`${ring.name} holds what is no record`);
      }
      return texts.map((text) => {
        const record = parseRecord(text);
        if (record === undefined) {
          throw new Error(`not as the contract says: ${text}`);
        }
        return record;
      });
    });
  }

  get dropped(): number {
    return this.#rings.reduce((sum, ring) => sum + ring.readHeader().dropped, 0);
  }

  close(): void {
    this.#rings.forEach((ring) => ring.close());
  }
}
