import * as ffi from "ffi";
import { bucketOf } from "../../contract/histogram";
import { noteCounting, type Flight } from "./flights";
import { mapWritableFile, unmap } from "../host/memory";

/**
 * Counts that somebody may be billed for: a file per worker, mapped, one writer, no locks, plain numbers that only grow. A killed worker
 * loses nothing that it has written. The agent reads the file and ships differences (contract/shared-memory.ts has the layout).
 */
ffi.cdef(`
typedef struct {
  double operation, application, subscription, plan, outcome;
  double requests, bytesIn, bytesOut;
  double reserved[2];
  uint32_t latency[176];
  uint32_t upstreamLatency[176];
} gatehouse_meter_cell;
typedef struct { uint32_t magic, pid; volatile uint32_t count; uint32_t capacity; volatile uint32_t sealed; } gatehouse_meter_header;
`);

interface Cell {
  operation: number;
  application: number;
  subscription: number;
  plan: number;
  outcome: number;
  requests: number;
  bytesIn: number;
  bytesOut: number;
  readonly latency: CArray<number>;
  readonly upstreamLatency: CArray<number>;
}

interface Header {
  magic: number;
  pid: number;
  count: number;
  capacity: number;
  sealed: number;
}

const MAGIC = 0x47484d54;
const HEADER_BYTES = 4096;
const CELL_BYTES = 1488;
/** A sparse file: only cells in use take room. */
const CELLS_PER_FILE = 65_536;
const FILE_BYTES = HEADER_BYTES + CELLS_PER_FILE * CELL_BYTES;
/** More than there are outcomes: operation × this + outcome is one key. */
const OUTCOME_RADIX = 16;

let filePrefix = "";
let processId = 0;
let fileNumber = 0;
let mapped: CData | undefined;
let header: Header;
let cells: CArray<Cell>;
/** Whom a cell belongs to → operation and outcome → index of the cell. */
let indexes = new LuaTable<number, LuaTable<number, number>>();

/** @param prefix beginning of the names of all files of this process, never used before */
export function openMeter(prefix: string, pid: number): void {
  filePrefix = prefix;
  processId = pid;
  fileNumber = 0;
  openNextFile();
}

/** A new file for every process and for every CELLS_PER_FILE cells: a file has one writer in all its life. */
function openNextFile(): void {
  fileNumber += 1;
  const memory = mapWritableFile(`${filePrefix}-${fileNumber}.bin`, FILE_BYTES);
  if (mapped !== undefined) {
    // The agent deletes a full file when it has read it: mapped here, it would keep its memory and its place on the disk.
    unmap(mapped, FILE_BYTES);
  }
  mapped = memory;
  header = ffi.cast("gatehouse_meter_header *", memory) as unknown as Header;
  cells = ffi.cast("gatehouse_meter_cell *", (ffi.cast("char *", memory) as unknown as number) + HEADER_BYTES) as never;
  header.pid = processId;
  header.capacity = CELLS_PER_FILE;
  header.count = 0;
  header.magic = MAGIC;
  indexes = new LuaTable<number, LuaTable<number, number>>();
}

/**
 * Counts one request.
 * @param flight undefined for what nginx refused before any phase of ours
 * @param outcome index into OUTCOMES
 * @param latencyMs from the first phase to the last byte
 * @param upstreamMs of it, from the hand-over to the upstream; negative when there was none
 */
export function countRequest(
  flight: Flight | undefined,
  operation: number,
  application: number,
  subscription: number,
  plan: number,
  outcome: number,
  bytesIn: number,
  bytesOut: number,
  latencyMs: number,
  upstreamMs: number,
): void {
  const owner = subscription !== 0 ? subscription : -application;
  const ofOwner = indexes.get(owner);
  const known = ofOwner === undefined ? undefined : ofOwner.get(operation * OUTCOME_RADIX + outcome);
  // A subscription that moved to another plan gets a cell of its own; the plan is part of what was sold.
  const index =
    known !== undefined && (cells[known] as Cell).plan === plan
      ? known
      : addCell(owner, operation, application, subscription, plan, outcome);
  const cell = cells[index] as Cell;
  if (flight !== undefined) {
    noteCounting(flight, outcome, fileNumber, index, cell.requests);
  }
  cell.bytesIn = cell.bytesIn + bytesIn;
  cell.bytesOut = cell.bytesOut + bytesOut;
  const bucket = bucketOf(latencyMs);
  cell.latency[bucket] = (cell.latency[bucket] as number) + 1;
  if (upstreamMs >= 0) {
    const upstreamBucket = bucketOf(upstreamMs);
    cell.upstreamLatency[upstreamBucket] = (cell.upstreamLatency[upstreamBucket] as number) + 1;
  }
  cell.requests = cell.requests + 1;
}

function addCell(
  owner: number,
  operation: number,
  application: number,
  subscription: number,
  plan: number,
  outcome: number,
): number {
  if (header.count >= CELLS_PER_FILE) {
    header.sealed = 1;
    openNextFile();
  }
  const index = header.count;
  const cell = cells[index] as Cell;
  cell.operation = operation;
  cell.application = application;
  cell.subscription = subscription;
  cell.plan = plan;
  cell.outcome = outcome;
  // Last: the agent trusts the identity of every cell below the count.
  header.count = index + 1;
  const ofOwner = indexes.get(owner) ?? new LuaTable<number, number>();
  indexes.set(owner, ofOwner);
  ofOwner.set(operation * OUTCOME_RADIX + outcome, index);
  return index;
}
