import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, renameSync, unlinkSync } from "node:fs";
import path from "node:path";
import { OUTCOMES } from "../../contract/outcome";
import { FLIGHTS, METER } from "../../contract/shared-memory";
import { writeFileAtomically } from "../state/write-file-atomically";
import { isAbandoned, isWriting } from "./file-writers";

const SUFFIX = ".flights";
const INTERRUPTED = OUTCOMES.indexOf("interrupted");
const { flight: field } = FLIGHTS;
const { cell: cellField } = METER;
/** The fields by which a cell is told from another, in the order of its beginning. */
const IDENTITY_BYTES = cellField.requestsAt;

/**
 * Counts the requests that killed workers had begun and not counted: what their flights say (contract/shared-memory.ts) becomes a meter
 * file of its own, once. Call it after it is known which meter files are finished and before those are removed: a flight that was being
 * counted is judged by its cell.
 */
export async function countInterruptedCalls(metersDirectory: string): Promise<void> {
  for (const name of readdirSync(metersDirectory)) {
    if (name.endsWith(SUFFIX)) {
      await settle(path.join(metersDirectory, name));
    }
  }
}

/**
 * The flights give way to the meter file in one step, the meter file then gets its name in another: whatever is interrupted, the next
 * call goes on from there, and no request is counted twice.
 */
async function settle(file: string): Promise<void> {
  const header = readBytes(file, 0, FLIGHTS.capacityAt);
  const magic = header.readUInt32LE(FLIGHTS.magicAt);
  const prefix = file.slice(0, -SUFFIX.length);
  if (magic === METER.magic) {
    renameSync(file, `${prefix}-interrupted.bin`);
  } else if (magic !== FLIGHTS.magic) {
    if (isAbandoned(file)) {
      unlinkSync(file);
    }
  } else if (!isWriting(header.readUInt32LE(FLIGHTS.pidAt), file)) {
    const meter = meterOf(readFileSync(file), prefix);
    if (meter === undefined) {
      unlinkSync(file);
      return;
    }
    await writeFileAtomically(file, meter);
    renameSync(file, `${prefix}-interrupted.bin`);
  }
}

/** The text of a finished meter file that counts what the flights left; undefined when they left nothing. */
function meterOf(flights: Buffer, prefix: string): Buffer | undefined {
  const cells = new Map<string, Buffer>();
  for (let at = FLIGHTS.headerBytes; at + FLIGHTS.flightBytes <= flights.length; at += FLIGHTS.flightBytes) {
    const flight = flights.subarray(at, at + FLIGHTS.flightBytes);
    const cell = isUncounted(flight, prefix) ? cellOf(flight) : undefined;
    if (cell !== undefined) {
      const key = cell.toString("latin1", 0, IDENTITY_BYTES);
      const known = cells.get(key) ?? cell;
      known.writeDoubleLE(known.readDoubleLE(cellField.requestsAt) + 1, cellField.requestsAt);
      cells.set(key, known);
    }
  }
  if (cells.size === 0) {
    return undefined;
  }
  const header = Buffer.alloc(METER.headerBytes);
  header.writeUInt32LE(METER.magic, METER.magicAt);
  header.writeUInt32LE(process.pid, METER.pidAt);
  header.writeUInt32LE(cells.size, METER.countAt);
  header.writeUInt32LE(cells.size, METER.capacityAt);
  header.writeUInt32LE(1, METER.sealedAt);
  return Buffer.concat([header, ...cells.values()]);
}

function isUncounted(flight: Buffer, prefix: string): boolean {
  const opened = flight.readUInt32LE(field.openedAt);
  if (opened === flight.readUInt32LE(field.countedAt)) {
    return false;
  }
  return flight.readUInt32LE(field.countingAt) !== opened || !hasBeenCounted(flight, prefix);
}

/** Of a request that was being counted: whether its cell has moved on. */
function hasBeenCounted(flight: Buffer, prefix: string): boolean {
  const file = `${prefix}-${flight.readDoubleLE(field.fileAt)}.bin`;
  if (!existsSync(file)) {
    return true;
  }
  const at = METER.headerBytes + flight.readUInt32LE(field.cellAt) * METER.cellBytes + cellField.requestsAt;
  return readBytes(file, at, 8).readDoubleLE(0) !== flight.readDoubleLE(field.beforeAt);
}

/** An empty cell for the request's identity and outcome. */
function cellOf(flight: Buffer): Buffer {
  const opened = flight.readUInt32LE(field.openedAt);
  const cell = Buffer.alloc(METER.cellBytes);
  if (flight.readUInt32LE(field.decidedAt) === opened) {
    flight.copy(cell, cellField.operationAt, field.operationAt, field.outcomeAt);
  }
  const isAnswered = [field.answeredAt, field.countingAt].some((stage) => flight.readUInt32LE(stage) === opened);
  cell.writeDoubleLE(isAnswered ? flight.readDoubleLE(field.outcomeAt) : INTERRUPTED, cellField.outcomeAt);
  return cell;
}

/** Zeros where the file ends earlier. */
function readBytes(file: string, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, "r");
  readSync(descriptor, bytes, 0, length, at);
  closeSync(descriptor);
  return bytes;
}
