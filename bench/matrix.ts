/**
 * The same work, done by Gatehouse and by what a user would pick instead, on one core: CPU time, latency and memory, and what publishing
 * does to requests. README.md says how; the result goes to RESULTS.md.
 *
 *   npm run bench -- [--rounds 5] [--seconds 1] [--rows 100-all,10k-all] [--only HAProxy] [--quick] [--minutes 20] [--output <file>]
 *
 * With --rows, --only or --quick the report is only printed, unless --output says where it goes.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { BASELINE, OURS } from "./contenders/index";
import { startUpstream } from "./contenders/upstream";
import { endOnSignals } from "./measure/leftovers";
import { LoadClient, loadObstacle } from "./measure/load";
import { HALF_LOAD, type LatencyOptions } from "./measure/latency";
import { CLIENT_CORE, pin } from "./measure/processes";
import { measureNode, type NodeResult } from "./measure/node";
import { measurePublish, type PublishResult } from "./measure/publish";
import { measureRow, type RowOptions, type RowResult } from "./measure/row";
import { describeMachine, loadAverage } from "./report/machine";
import { writeResults } from "./report/results";
import { findRow, MAIN_ROW, ROWS, type Row } from "./rows";

const RESULTS = path.join(import.meta.dirname, "RESULTS.md");
const QUICK_ROWS = ["100-none", MAIN_ROW.id];
/** Where a whole node is looked at, and publishing. */
const NODE_ROWS = [MAIN_ROW.id, "100k-all"];
const FULL_LATENCY: LatencyOptions = { loads: [0.25, HALF_LOAD, 0.75, 0.9], rounds: 3, seconds: 3 };
const QUICK_LATENCY: LatencyOptions = { loads: [HALF_LOAD], rounds: 3, seconds: 1 };

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      rows: { type: "string" },
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      minutes: { type: "string", default: "20" },
      output: { type: "string" },
    },
  });
  const obstacle = loadObstacle();
  if (obstacle !== undefined) {
    console.log(`bench is skipped: ${obstacle}.`);
    return;
  }
  const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
  const seconds = Number(options.seconds ?? 1);
  const rows = (options.rows?.split(",") ?? (options.quick ? QUICK_ROWS : ROWS.map(({ id }) => id))).map(findRow);
  const machine = describeMachine(new Date());
  const loadBefore = loadAverage();
  endOnSignals();
  pin(process.pid, CLIENT_CORE);
  const measured = await measureAll(
    rows,
    Number(options.minutes),
    {
      rounds,
      seconds,
      only: ({ name }) => options.only === undefined || [BASELINE, OURS].includes(name) || name.includes(options.only),
      say: (line) => console.log(line),
    },
    options.quick ? QUICK_LATENCY : FULL_LATENCY,
  );
  const text = writeResults({ machine, loadBefore, rounds, seconds, ...measured });
  console.log(`\n${text}`);
  const isWhole = options.rows === undefined && options.only === undefined && !options.quick;
  const output = options.output ?? (isWhole ? RESULTS : undefined);
  if (output !== undefined) {
    writeFileSync(output, text);
    console.log(`Written to ${output}.`);
  }
  if (measured.rows.some(({ contenders }) => !contenders.some(({ name }) => name === OURS))) {
    process.exitCode = 1;
  }
}

/** Row by row; what has not begun when the time is over is left out, and said to be. */
async function measureAll(rows: readonly Row[], minutes: number, options: RowOptions, latencyOptions: LatencyOptions) {
  const end = performance.now() + minutes * 60_000;
  const isOver = () => performance.now() > end;
  const upstream = await startUpstream();
  const client = new LoadClient();
  const results: RowResult[] = [];
  const nodes: NodeResult[] = [];
  const publishes: PublishResult[] = [];
  const missing: string[] = [];
  try {
    for (const row of rows) {
      if (isOver()) {
        missing.push(`not measured, the ${minutes} minutes were over: ${row.title}`);
        continue;
      }
      options.say(`\n${row.title} (${row.id})`);
      const latency = row.id === MAIN_ROW.id ? latencyOptions : undefined;
      results.push(await measureRow(row, upstream.port, client, { ...options, latency }));
    }
    for (const row of rows.filter(({ id }) => NODE_ROWS.includes(id))) {
      if (isOver()) {
        missing.push(`not measured, the ${minutes} minutes were over: a node, and publishing, at ${row.title}`);
        continue;
      }
      options.say(`\na whole node, then publishing under load: ${row.title}`);
      try {
        nodes.push(await measureNode(row, upstream.port));
        publishes.push(await measurePublish(row, upstream.port, client, options.rounds * 2));
      } catch (error) {
        const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
        missing.push(`a node at ${row.title} failed: ${reason}`);
      }
    }
  } finally {
    client.close();
    await upstream.stop();
  }
  return { rows: results, nodes, publishes, missing };
}

await main();
