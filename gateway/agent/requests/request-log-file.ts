import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import type { RequestRecord } from "../../contract/request-log";

/** Files of the past beside the one that is written: `requests.log.1` is the newest of them. */
const KEPT_FILES = 4;

/**
 * The request log as lines of JSON in a file, for nodes whose owner wants it at hand or ships it by other means. Bounded: a file that is
 * full becomes `.1`, and the oldest of five goes.
 */
export class RequestLogFile {
  #descriptor: number;
  #bytes: number;

  /** @param maxBytes of all files together */
  constructor(
    readonly file: string,
    readonly maxBytes: number,
  ) {
    this.#descriptor = openSync(file, "a", 0o640);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  write(records: readonly RequestRecord[]): void {
    for (const record of records) {
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      if (this.#bytes > 0 && this.#bytes + line.length > this.maxBytes / (KEPT_FILES + 1)) {
        this.#rotate();
      }
      writeSync(this.#descriptor, line);
      this.#bytes += line.length;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    for (let number = KEPT_FILES; number >= 1; number -= 1) {
      const older = `${this.file}.${number}`;
      const newer = number === 1 ? this.file : `${this.file}.${number - 1}`;
      if (existsSync(newer)) {
        renameSync(newer, older);
      }
    }
    this.#descriptor = openSync(this.file, "a", 0o640);
    this.#bytes = 0;
  }
}
