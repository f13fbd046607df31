import type { UsageInterval } from "@/lib/api-schemas/usage";

/** A part of a time range and the table that holds it. */
export interface Segment {
  readonly table: UsageInterval;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Covers a range exactly with as few rows as possible: whole days from the day table, what is left at the edges from hours, what is
 * left of that from minutes.
 * @param from on a minute
 * @param to on a minute, exclusive
 * @param coarsest the largest table that may be used: rows per hour cannot come from days
 */
export function coverRange(from: Date, to: Date, coarsest: UsageInterval): Segment[] {
  const steps: readonly [UsageInterval, number][] = [
    ["day", DAY_MS],
    ["hour", HOUR_MS],
    ["minute", MINUTE_MS],
  ];
  const allowed = steps.slice(steps.findIndex(([table]) => table === coarsest));
  return cover(from.getTime(), to.getTime(), allowed).map((segment) => ({
    table: segment.table,
    from: new Date(segment.from),
    to: new Date(segment.to),
  }));
}

interface Part {
  readonly table: UsageInterval;
  readonly from: number;
  readonly to: number;
}

function cover(from: number, to: number, steps: readonly [UsageInterval, number][]): Part[] {
  const [step, ...finer] = steps;
  if (from >= to || step === undefined) {
    return [];
  }
  const [table, length] = step;
  const first = Math.ceil(from / length) * length;
  const last = Math.floor(to / length) * length;
  if (first >= last) {
    return cover(from, to, finer);
  }
  return [...cover(from, first, finer), { table, from: first, to: last }, ...cover(last, to, finer)];
}
