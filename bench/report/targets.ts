import { OURS } from "../contenders/index";
import { envoy } from "../contenders/envoy";
import { haproxy } from "../contenders/haproxy";
import { HALF_LOAD, PERCENTILES } from "../measure/latency";
import { SLOW_MS, type PublishResult } from "../measure/publish";
import type { RowResult } from "../measure/row";
import { MAIN_ROW } from "../rows";
import { summariseCpu } from "./row-table";
import { formatTable } from "./table";

const MOST_TIMES_PLAIN = 1.35;
const MOST_TIMES_AT_SCALE = 1.2;
const MOST_ADDED_MS = 0.3;
const P99 = PERCENTILES.indexOf(0.99);

interface Target {
  readonly what: string;
  readonly wanted: number;
  /** undefined: not measured in this run. */
  readonly seen: number | undefined;
}

/** What the gateway is to reach, and what this run saw. */
export function targetTable(rows: readonly RowResult[], publishes: readonly PublishResult[]): string {
  return formatTable(
    ["target", "at most", "seen", ""],
    listTargets(rows, publishes).map(({ what, wanted, seen }) => [
      what,
      wanted.toFixed(2),
      seen === undefined ? "–" : seen.toFixed(2),
      verdict(wanted, seen),
    ]),
  );
}

function listTargets(rows: readonly RowResult[], publishes: readonly PublishResult[]): Target[] {
  const main = rows.find(({ row }) => row.id === MAIN_ROW.id);
  const large = rows.find(({ row }) => row.id === "100k-all");
  const against = (peer?: string) => (main === undefined ? undefined : summariseCpu(main, OURS, peer)?.ratio);
  const mainRatio = against();
  const largeRatio = large === undefined ? undefined : summariseCpu(large, OURS)?.ratio;
  return [
    { what: "same work at 100 routes, CPU time: × plain nginx", wanted: MOST_TIMES_PLAIN, seen: mainRatio },
    { what: "same work at 100 routes, CPU time: × HAProxy", wanted: 1, seen: against(haproxy.name) },
    { what: "same work at 100 routes, CPU time: × Envoy", wanted: 1, seen: against(envoy.name) },
    {
      what: "100,000 routes and 1,000,000 keys: × that of 100 routes (each by plain nginx)",
      wanted: MOST_TIMES_AT_SCALE,
      seen: mainRatio === undefined || largeRatio === undefined ? undefined : largeRatio / mainRatio,
    },
    {
      what: "p99 at half load, above plain nginx at the same rate, ms",
      wanted: MOST_ADDED_MS,
      seen: main === undefined ? undefined : addedAtHalfLoad(main),
    },
    ...publishes.map(({ row, failures, slow }) => ({
      what: `failed or slow (> ${SLOW_MS} ms) requests while publishing, ${row.routes.toLocaleString("en-US")} routes`,
      wanted: 0,
      seen: failures + slow,
    })),
  ];
}

/** @returns milliseconds of p99 */
function addedAtHalfLoad({ contenders }: RowResult): number | undefined {
  const latencies = contenders.flatMap((contender) => contender.latencies);
  const ours = latencies.find(({ name, load }) => name === OURS && load === HALF_LOAD)?.percentilesMs[P99];
  const plain = latencies.find(({ load }) => load === "our half load")?.percentilesMs[P99];
  return ours === undefined || plain === undefined ? undefined : ours - plain;
}

function verdict(wanted: number, seen: number | undefined): string {
  if (seen === undefined || Number.isNaN(seen)) {
    return "not measured";
  }
  return seen <= wanted ? "met" : `missed by ${(seen - wanted).toFixed(2)}`;
}
