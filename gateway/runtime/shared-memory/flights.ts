import * as ffi from "ffi";
import { mapWritableFile } from "../host/memory";

/**
 * Where each request of this process stands, in mapped memory, so that a killed worker leaves behind which requests it had begun and not
 * yet counted; the agent counts those (contract/shared-memory.ts has the layout, and the rule by which it decides).
 *
 * Every step is a store to a word of its own: a later store to the same word could make LuaJIT drop the earlier one, and a process can
 * be killed between any two.
 */
ffi.cdef(`
typedef struct {
  uint32_t opened, decided, answered, counting, counted, cell;
  double before, file, operation, application, subscription, plan, outcome;
} gatehouse_flight;
typedef struct { uint32_t magic, pid, capacity; } gatehouse_flight_header;
`);

/** One request in flight. The stages hold `opened` of the request that reached them; whatever else they hold is of an earlier one. */
export interface Flight {
  opened: number;
  decided: number;
  answered: number;
  counting: number;
  counted: number;
  cell: number;
  before: number;
  file: number;
  operation: number;
  application: number;
  subscription: number;
  plan: number;
  outcome: number;
}

interface Header {
  magic: number;
  pid: number;
  capacity: number;
}

const MAGIC = 0x47484654;
const HEADER_BYTES = 4096;
const FLIGHT_BYTES = 80;
/** A sparse file. Requests beyond as many at once share the last flight, and are not counted when the worker is killed. */
const CAPACITY = 65_536;

let flights: CArray<Flight>;
let used = 0;

export function openFlights(path: string, pid: number): void {
  const memory = mapWritableFile(path, HEADER_BYTES + CAPACITY * FLIGHT_BYTES);
  const header = ffi.cast("gatehouse_flight_header *", memory) as unknown as Header;
  flights = ffi.cast("gatehouse_flight *", (ffi.cast("char *", memory) as unknown as number) + HEADER_BYTES) as never;
  used = 0;
  header.pid = pid;
  header.capacity = CAPACITY - 1;
  header.magic = MAGIC;
}

/** A flight for a context to use for all the requests it will serve. */
export function newFlight(): Flight {
  const index = math.min(used, CAPACITY - 1);
  used += 1;
  return flights[index] as Flight;
}

/** A request has begun. */
export function openFlight(flight: Flight): void {
  flight.opened = flight.opened + 1;
}

/** It is known whose it is. */
export function noteDecision(
  flight: Flight,
  operation: number,
  application: number,
  subscription: number,
  plan: number,
): void {
  flight.operation = operation;
  flight.application = application;
  flight.subscription = subscription;
  flight.plan = plan;
  flight.decided = flight.opened;
}

/** The end of its answer is about to be handed to the kernel. @param outcome index into OUTCOMES */
export function noteAnswer(flight: Flight, outcome: number): void {
  flight.outcome = outcome;
  flight.answered = flight.opened;
}

/** It is about to be counted: once `requests` of the cell has moved on from `before`, it is. */
export function noteCounting(flight: Flight, outcome: number, file: number, cell: number, before: number): void {
  flight.outcome = outcome;
  flight.file = file;
  flight.cell = cell;
  flight.before = before;
  flight.counting = flight.opened;
}

export function closeFlight(flight: Flight): void {
  flight.counted = flight.opened;
}
