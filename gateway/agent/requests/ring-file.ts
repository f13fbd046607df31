import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { REQUEST_RING } from "../../contract/shared-memory";
import { isAbandoned, isWriting } from "../meters/file-writers";

const { capacityAt, droppedAt, headerBytes, magic, magicAt, pidAt, readAt, recordMaxBytes, skip, writtenAt } =
  REQUEST_RING;
const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

/** What lies in a ring between two counts. */
export interface RingContent {
  readonly texts: readonly string[];
  /** How far the ring has been read. */
  readonly read: number;
  /** Records that could not be told apart any more. */
  readonly unreadable: number;
}

export interface RingHeader {
  readonly isReady: boolean;
  readonly pid: number;
  readonly capacity: number;
  readonly written: number;
  readonly dropped: number;
  readonly read: number;
}

/** A worker's ring of records. The worker writes it through its mapping; the agent reads, and says how far it has come. */
export class RingFile {
  readonly #descriptor: number;

  constructor(readonly file: string) {
    this.#descriptor = openSync(file, "r+");
  }

  get name(): string {
    return path.basename(this.file);
  }

  readHeader(): RingHeader {
    const header = Buffer.alloc(readAt + 8);
    readSync(this.#descriptor, header, 0, header.length, 0);
    return {
      isReady: header.readUInt32LE(magicAt) === magic,
      pid: header.readUInt32LE(pidAt),
      capacity: header.readUInt32LE(capacityAt),
      written: header.readDoubleLE(writtenAt),
      dropped: header.readDoubleLE(droppedAt),
      read: header.readDoubleLE(readAt),
    };
  }

  /** Whether nobody will write it any more. Ask before reading: what is read afterwards is then the last word. */
  isFinished(): boolean {
    const { isReady, pid } = this.readHeader();
    return isReady ? !isWriting(pid, this.file) : isAbandoned(this.file);
  }

  /** The records from `read` to what has been written by now. */
  readFrom(read: number): RingContent {
    const { isReady, capacity, written } = this.readHeader();
    if (!isReady || written <= read) {
      return { texts: [], read, unreadable: 0 };
    }
    if (written - read > capacity) {
      return { texts: [], read: written, unreadable: 1 };
    }
    return parseRecords(this.#readBytes(read % capacity, written - read, capacity), read, capacity);
  }

  /** Lets the worker write over what lies before. */
  release(read: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(read);
    writeSync(this.#descriptor, bytes, 0, bytes.length, readAt);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  remove(): void {
    this.close();
    unlinkSync(this.file);
  }

  #readBytes(offset: number, length: number, capacity: number): Buffer {
    const bytes = Buffer.alloc(length);
    const first = Math.min(length, capacity - offset);
    readSync(this.#descriptor, bytes, 0, first, headerBytes + offset);
    readSync(this.#descriptor, bytes, first, length - first, headerBytes);
    return bytes;
  }
}

function parseRecords(bytes: Buffer, read: number, capacity: number): RingContent {
  const texts: string[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    if (length === skip) {
      at += capacity - ((read + at) % capacity);
    } else if (length === 0 || length > recordMaxBytes) {
      return { texts, read: read + bytes.length, unreadable: 1 };
    } else {
      texts.push(bytes.toString("utf8", at + LENGTH_BYTES, at + LENGTH_BYTES + length));
      at += Math.ceil((LENGTH_BYTES + length) / ALIGNMENT) * ALIGNMENT;
    }
  }
  return { texts, read: read + bytes.length, unreadable: 0 };
}
