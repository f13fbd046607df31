import { expect, it } from "vitest";
import { BASELINE, OURS } from "../contenders/index";
import type { LatencyResult } from "../measure/latency";
import type { RowResult } from "../measure/row";
import { findRow, MAIN_ROW } from "../rows";
import { summariseCpu } from "./row-table";
import { targetTable } from "./targets";

/** A row in which a contender needed so many microseconds in each round. */
function rowOf(
  id: string,
  microseconds: Readonly<Record<string, readonly number[]>>,
  latencies: readonly LatencyResult[] = [],
): RowResult {
  return {
    row: findRow(id),
    checks: [],
    absent: [],
    contenders: Object.entries(microseconds).map(([name, rounds]) => ({
      name,
      leavesOut: undefined,
      memory: { rssMebibytes: 1, pssMebibytes: 1 },
      latencies: latencies.filter((latency) => latency.name === name),
      rounds: rounds.map((microsecondsPerRequest) => ({
        microsecondsPerRequest,
        instructionsPerRequest: undefined,
        requestsPerSecond: 1_000,
        busy: 1,
      })),
    })),
  };
}

function latencyOf(name: string, load: LatencyResult["load"], p99: number): LatencyResult {
  return {
    name,
    load,
    percentilesMs: [0.1, 0.2, p99, 9],
    requestsPerSecond: 1,
    answers: 1,
    failures: 0,
    latenessMs: 0,
  };
}

const verdicts = (table: string) => table.split("\n").map((line) => line.split("|").at(-2)?.trim());

it("a ratio is taken within a round: a machine that was slow in one round changes no ratio", () => {
  const row = rowOf(MAIN_ROW.id, { [BASELINE]: [10, 30, 10], [OURS]: [13, 39, 13] });
  expect(summariseCpu(row, OURS)).toMatchObject({ microseconds: 13, ratio: 1.3, least: 1.3, most: 1.3 });
});

it("what was not measured is not met", () => {
  expect(verdicts(targetTable([], [])).slice(2)).toEqual(Array.from({ length: 5 }, () => "not measured"));
});

it("a target says by how much it was missed", () => {
  const main = rowOf(MAIN_ROW.id, { [BASELINE]: [10], [OURS]: [15], HAProxy: [12], Envoy: [60] }, [
    latencyOf(OURS, 0.5, 0.9),
    latencyOf(BASELINE, "our half load", 0.5),
    // At half of its own maximum, which is another rate.
    latencyOf(BASELINE, 0.5, 0.8),
  ]);
  const large = rowOf("100k-all", { [BASELINE]: [10], [OURS]: [16.5] });
  expect(verdicts(targetTable([main, large], [])).slice(2)).toEqual([
    "missed by 0.15",
    "missed by 0.25",
    "met",
    "met",
    "missed by 0.10",
  ]);
});
