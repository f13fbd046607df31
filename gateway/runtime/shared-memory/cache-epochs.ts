import * as ffi from "ffi";
import { CACHE_EPOCHS } from "../../contract/shared-memory";
import { mapWritableFile } from "../host/memory";
import { lock, unlock } from "./counters";
import { STRIPES } from "./slot-table";

/** What makes the node forget answers that it keeps (contract/shared-memory.ts). */
ffi.cdef(`
typedef struct { volatile uint32_t magic, node; volatile double cursor; char padding[4080]; } gatehouse_cache_epochs;
typedef volatile uint32_t gatehouse_epoch;
`);

interface Header {
  magic: number;
  node: number;
  readonly cursor: number;
}

const { headerBytes, magic, paths, scopes } = CACHE_EPOCHS;
const WORD_BYTES = 4;

let header: Header;
let ofScopes: CArray<number>;
let ofPaths: CArray<number>;
let ofChanges: CArray<number>;

/** Maps the counters; called in nginx's master, so that workers inherit the mapping. */
export function openCacheEpochs(path: string): void {
  const memory = mapWritableFile(path, headerBytes + (scopes + 2 * paths) * WORD_BYTES);
  const start = ffi.cast("char *", memory) as unknown as number;
  const wordsFrom = (offset: number) => ffi.cast("gatehouse_epoch *", start + offset) as unknown as CArray<number>;
  header = ffi.cast("gatehouse_cache_epochs *", memory) as unknown as Header;
  ofScopes = wordsFrom(headerBytes);
  ofPaths = wordsFrom(headerBytes + scopes * WORD_BYTES);
  ofChanges = wordsFrom(headerBytes + (scopes + paths) * WORD_BYTES);
  if (header.magic !== magic) {
    header.node = os.time();
    header.magic = magic;
  }
}

export function cacheEpoch(this: void, apiVersion: number, operation: number, path: string): number {
  const at = ngx.crc32_long(path) % paths;
  return (
    header.node +
    (ofScopes[apiVersion % scopes] as number) +
    (ofScopes[operation % scopes] as number) +
    (ofPaths[at] as number) +
    (ofChanges[at] as number)
  );
}

/** All that is kept of calls to a path, whoever they were from. */
export function forgetPath(path: string): void {
  const at = ngx.crc32_long(path) % paths;
  const stripe = at % STRIPES;
  lock(stripe);
  ofChanges[at] = (ofChanges[at] as number) + 1;
  unlock(stripe);
}
