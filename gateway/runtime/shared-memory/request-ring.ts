import * as ffi from "ffi";
import { REQUEST_RING } from "../../contract/shared-memory";
import { mapWritableFile } from "../host/memory";

/**
 * Where this worker leaves the records of the request log for the agent: bounded, in mapped memory, so that what was written outlives the
 * process (contract/shared-memory.ts has the layout). When the agent does not come to read, what is new is dropped and counted: nothing
 * here ever waits.
 */
ffi.cdef(`
typedef struct {
  uint32_t magic, pid, capacity, reserved;
  volatile double written, dropped;
  double padding[4];
  volatile double read;
} gatehouse_request_ring;
`);

interface Ring {
  magic: number;
  pid: number;
  capacity: number;
  written: number;
  dropped: number;
  read: number;
}

const { headerBytes, magic, recordMaxBytes, skip } = REQUEST_RING;
/** A sparse file: some seven thousand records between two visits of the agent. */
const CAPACITY = 4_194_304;
const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

let ring: Ring;
/** Address of the first byte behind the header. */
let start: CData;

export function openRequestRing(path: string, pid: number): void {
  const memory = mapWritableFile(path, headerBytes + CAPACITY);
  ring = ffi.cast("gatehouse_request_ring *", memory) as unknown as Ring;
  start = ((ffi.cast("char *", memory) as unknown as number) + headerBytes) as unknown as CData;
  ring.pid = pid;
  ring.capacity = CAPACITY;
  ring.magic = magic;
}

/** Writes a record, or counts it as dropped when there is no room. @param text JSON */
export function writeRecord(text: string): void {
  const length = text.length;
  const needed = Math.ceil((LENGTH_BYTES + length) / ALIGNMENT) * ALIGNMENT;
  const written = ring.written;
  const offset = written % CAPACITY;
  const isCut = offset + needed > CAPACITY;
  const begin = isCut ? written + CAPACITY - offset : written;
  if (length > recordMaxBytes || begin + needed - ring.read > CAPACITY) {
    ring.dropped = ring.dropped + 1;
    return;
  }
  if (isCut) {
    lengthAt(offset)[0] = skip;
  }
  const place = begin % CAPACITY;
  lengthAt(place)[0] = length;
  ffi.copy((start as unknown as number) + place + LENGTH_BYTES, text, length);
  // Last: the agent reads whatever lies before it.
  ring.written = begin + needed;
}

function lengthAt(offset: number): CArray<number> {
  const place = ffi.cast("uint32_t *", (start as unknown as number) + offset) as never;
  return place;
}
