import { HISTOGRAM_BUCKETS } from "../../contract/histogram";
import { OUTCOMES } from "../../contract/outcome";
import { METER } from "../../contract/shared-memory";
import type { SparseHistogram, TelemetryRow } from "../../contract/telemetry";

const { cellBytes, cell: field } = METER;
export const CELL_BYTES = cellBytes;
const WORDS_PER_CELL = cellBytes / 4;
/** A histogram count that seems to have gone back; a real difference in a second is far below it. */
const HALF_OF_UINT32 = 0x8000_0000;
const EMPTY_CELL = Buffer.alloc(cellBytes);

/** What happened in one cell since the baseline. */
export interface CellDifference {
  /** One string per identity: rows of several workers with the same key are summed. */
  readonly key: string;
  readonly row: TelemetryRow;
  /** The cell as it was counted: what the baseline becomes. */
  readonly counted: Buffer;
}

/**
 * The difference between a cell and its baseline, both CELL_BYTES long; undefined when nothing was counted.
 *
 * The worker writes while we read. A number that seems to have gone back (a read that met a half-written one) is left as it was and
 * counted next time: what is counted is exactly what the baseline advances by, so nothing is lost or doubled.
 */
export function differenceOf(
  current: Buffer,
  baseline: Buffer | undefined,
): CellDifference | "unknown-outcome" | undefined {
  const counted = Buffer.from(current);
  const before = baseline ?? EMPTY_CELL;
  const requests = advance(counted, before, field.requestsAt);
  const bytesIn = advance(counted, before, field.bytesInAt);
  const bytesOut = advance(counted, before, field.bytesOutAt);
  const latency = advanceHistogram(counted, before, field.latencyAt);
  const upstreamLatency = advanceHistogram(counted, before, field.upstreamLatencyAt);
  if (requests + bytesIn + bytesOut + latency.length + upstreamLatency.length === 0) {
    return undefined;
  }
  const outcome = OUTCOMES[counted.readDoubleLE(field.outcomeAt)];
  if (outcome === undefined) {
    return "unknown-outcome";
  }
  const identity = {
    operation: counted.readDoubleLE(field.operationAt),
    application: counted.readDoubleLE(field.applicationAt),
    subscription: counted.readDoubleLE(field.subscriptionAt),
    plan: counted.readDoubleLE(field.planAt),
    outcome,
  };
  const row = { ...identity, requests, bytesIn, bytesOut, latency, upstreamLatency };
  return { key: identityOf(row), row, counted };
}

export function identityOf(row: TelemetryRow): string {
  return `${row.operation}/${row.application}/${row.subscription}/${row.plan}/${row.outcome}`;
}

/** The 32-bit words in which a cell differs from its baseline, as [index, value, index, value, …] with the absolute values. */
export function changedWords(counted: Buffer, baseline: Buffer | undefined): number[] {
  const before = baseline ?? EMPTY_CELL;
  const words: number[] = [];
  for (let word = 0; word < WORDS_PER_CELL; word += 1) {
    const value = counted.readUInt32LE(word * 4);
    if (value !== before.readUInt32LE(word * 4)) {
      words.push(word, value);
    }
  }
  return words;
}

/** A counter's difference; one that cannot be believed is put back to the baseline in `counted`. */
function advance(counted: Buffer, before: Buffer, at: number): number {
  const difference = counted.readDoubleLE(at) - before.readDoubleLE(at);
  if (Number.isSafeInteger(difference) && difference >= 0) {
    return difference;
  }
  before.copy(counted, at, at, at + 8);
  return 0;
}

function advanceHistogram(counted: Buffer, before: Buffer, at: number): SparseHistogram {
  const sparse: SparseHistogram = [];
  for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket += 1) {
    const bucketAt = at + bucket * 4;
    const difference = (counted.readUInt32LE(bucketAt) - before.readUInt32LE(bucketAt)) >>> 0;
    if (difference >= HALF_OF_UINT32) {
      before.copy(counted, bucketAt, bucketAt, bucketAt + 4);
    } else if (difference > 0) {
      sparse.push([bucket, difference]);
    }
  }
  return sparse;
}
