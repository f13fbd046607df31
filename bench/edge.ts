/**
 * One row of the matrix, quickly, without latencies: for somebody who is changing the hot path.
 *
 *   npm run bench:edge -- [--row 100-all] [--rounds 5] [--seconds 4] [--only HAProxy]
 */
import { parseArgs } from "node:util";
import { BASELINE, OURS } from "./contenders/index";
import { startUpstream } from "./contenders/upstream";
import { endOnSignals } from "./measure/leftovers";
import { LoadClient, loadObstacle } from "./measure/load";
import { CLIENT_CORE, pin } from "./measure/processes";
import { measureRow } from "./measure/row";
import { describeMachine } from "./report/machine";
import { rowTable } from "./report/row-table";
import { findRow, MAIN_ROW } from "./rows";

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      row: { type: "string", default: MAIN_ROW.id },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      only: { type: "string" },
    },
  });
  const obstacle = loadObstacle();
  if (obstacle !== undefined) {
    console.log(`bench:edge is skipped: ${obstacle}.`);
    return;
  }
  console.log(describeMachine(new Date()).join("\n"));
  endOnSignals();
  pin(process.pid, CLIENT_CORE);
  const row = findRow(options.row);
  const upstream = await startUpstream();
  const client = new LoadClient();
  try {
    console.log(`\n${row.title}`);
    const result = await measureRow(row, upstream.port, client, {
      rounds: Number(options.rounds),
      seconds: Number(options.seconds),
      only: ({ name }) => options.only === undefined || [BASELINE, OURS].includes(name) || name.includes(options.only),
      say: (line) => console.log(line),
    });
    console.log(`\n${rowTable(result)}`);
  } finally {
    client.close();
    await upstream.stop();
  }
}

await main();
