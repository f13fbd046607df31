import { BASELINE } from "../contenders/index";
import { PERCENTILES } from "../measure/latency";
import type { ContenderResult, RowResult } from "../measure/row";
import { median } from "./statistics";
import { formatNumber, formatTable } from "./table";

/** A proxy that had less of its core was not what limited the rate: it could have done more. */
const SATURATED = 0.9;

/** CPU time of a contender in a row, and how it compares with plain nginx within the same rounds. */
export function summariseCpu(
  result: RowResult,
  name: string,
  relativeTo = BASELINE,
): { microseconds: number; ratio: number; least: number; most: number } | undefined {
  const own = result.contenders.find((contender) => contender.name === name);
  const other = result.contenders.find((contender) => contender.name === relativeTo);
  if (own === undefined || other === undefined) {
    return undefined;
  }
  const ratios = own.rounds.map(
    ({ microsecondsPerRequest }, round) =>
      microsecondsPerRequest / (other.rounds[round]?.microsecondsPerRequest ?? Number.NaN),
  );
  return {
    microseconds: median(own.rounds.map(({ microsecondsPerRequest }) => microsecondsPerRequest)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  };
}

/** One row of the matrix: everybody's cost. */
export function rowTable(result: RowResult): string {
  const hasInstructions = result.contenders.some(({ rounds }) => rounds[0]?.instructionsPerRequest !== undefined);
  const head = [
    "",
    "work",
    "CPU µs/request",
    "× plain nginx",
    "least to most",
    "requests/s",
    "core busy",
    ...(hasInstructions ? ["instructions/request"] : []),
    "RSS MiB",
    "PSS MiB",
  ];
  return formatTable(
    head,
    result.contenders.map((contender) => costOf(result, contender, hasInstructions)),
  );
}

/** Latencies of one row, or undefined where none were measured. */
export function latencyTable(result: RowResult): string | undefined {
  const latencies = result.contenders.flatMap((contender) => contender.latencies);
  if (latencies.length === 0) {
    return undefined;
  }
  const head = [
    "",
    "load",
    "requests/s",
    ...PERCENTILES.map((share) => `p${share * 100} ms`),
    "sent late ms",
    "answers",
    "failures",
  ];
  return formatTable(
    head,
    latencies.map(({ name, load, requestsPerSecond, percentilesMs, latenessMs, answers, failures }) => [
      name,
      typeof load === "number" ? `${load * 100} %` : load,
      formatNumber(requestsPerSecond, 0),
      ...percentilesMs.map((milliseconds) => formatNumber(milliseconds, 2)),
      formatNumber(latenessMs, 3),
      formatNumber(answers, 0),
      formatNumber(failures, 0),
    ]),
  );
}

function costOf(result: RowResult, contender: ContenderResult, hasInstructions: boolean): string[] {
  const { name, leavesOut, rounds, memory } = contender;
  const cpu = summariseCpu(result, name);
  const middle = (pick: (round: (typeof rounds)[number]) => number | undefined, decimals: number) =>
    formatNumber(median(rounds.map((round) => pick(round) ?? Number.NaN)), decimals);
  const busy = median(rounds.map((round) => round.busy));
  return [
    name,
    leavesOut ?? "all",
    middle((round) => round.microsecondsPerRequest, 1),
    formatNumber(cpu?.ratio, 2),
    cpu === undefined ? "–" : `${cpu.least.toFixed(2)} to ${cpu.most.toFixed(2)}`,
    (busy < SATURATED ? "> " : "") + middle((round) => round.requestsPerSecond, 0),
    `${formatNumber(busy * 100, 0)} %`,
    ...(hasInstructions ? [middle((round) => round.instructionsPerRequest, 0)] : []),
    formatNumber(memory.rssMebibytes, 0),
    formatNumber(memory.pssMebibytes, 0),
  ];
}
