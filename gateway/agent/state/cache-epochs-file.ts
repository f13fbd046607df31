import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { CachePurge } from "../../contract/cache-purges";
import { CACHE_EPOCHS } from "../../contract/shared-memory";

const WORD_BYTES = 4;
const { headerBytes, magic, magicAt, nodeAt, cursorAt, paths, scopes } = CACHE_EPOCHS;
const BYTES = headerBytes + (scopes + 2 * paths) * WORD_BYTES;

/** `cache-epochs.shm` (contract/shared-memory.ts), as far as it is the agent's to write. */
export class CacheEpochsFile {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o666);
    if (fstatSync(this.#descriptor).size < BYTES) {
      ftruncateSync(this.#descriptor, BYTES);
    }
    if (this.#readWord(magicAt) !== magic) {
      this.#writeWord(nodeAt, Math.floor(Date.now() / 1000));
      this.#writeWord(magicAt, magic);
    }
  }

  get cursor(): number {
    const bytes = Buffer.alloc(8);
    readSync(this.#descriptor, bytes, 0, 8, cursorAt);
    return bytes.readDoubleLE(0);
  }

  /** Last: what was counted and not noted is counted again by the next start, which forgets a little more. */
  set cursor(cursor: number) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(cursor);
    writeSync(this.#descriptor, bytes, 0, 8, cursorAt);
  }

  /** Of the next call on, workers find nothing of it any more. */
  forget(purge: CachePurge): void {
    const at = placeOf(purge);
    this.#writeWord(at, (this.#readWord(at) + 1) >>> 0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readWord(at: number): number {
    const word = Buffer.alloc(WORD_BYTES);
    readSync(this.#descriptor, word, 0, WORD_BYTES, at);
    return word.readUInt32LE(0);
  }

  #writeWord(at: number, value: number): void {
    const word = Buffer.alloc(WORD_BYTES);
    word.writeUInt32LE(value);
    writeSync(this.#descriptor, word, 0, WORD_BYTES, at);
  }
}

function placeOf(purge: CachePurge): number {
  switch (purge.scope) {
    case "environment":
      return nodeAt;
    case "api-version":
    case "operation":
      return headerBytes + (purge.id % scopes) * WORD_BYTES;
    case "path":
      return headerBytes + (scopes + (crc32(purge.path) % paths)) * WORD_BYTES;
    default:
      return purge satisfies never;
  }
}
