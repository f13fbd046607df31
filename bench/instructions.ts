/**
 * User-space instructions per request, counted by valgrind: unlike time they do not depend on what else the machine does. Two runs of
 * different length are subtracted, so that neither start nor compilation counts. Kernel instructions are not seen; `perf stat` counts
 * those too where it works (bench, bench:edge).
 *
 *   npm run bench:instructions -- [--row 100-all] [--short 4000] [--long 10000] [--only "Gatehouse"] [--keep <directory>]
 *
 * With `--keep` the profile of the longer run stays in that directory, for callgrind_annotate.
 */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import type { ContenderFactory } from "./contenders/contender";
import { BASELINE, CONTENDERS } from "./contenders/index";
import { startUpstream } from "./contenders/upstream";
import { endOnSignals, makeDirectory, removeDirectory } from "./measure/leftovers";
import { commandExists } from "./measure/processes";
import { benchKeys, findRow, MAIN_ROW, NEVER_REACHED, routePath, type Row } from "./rows";

const CONNECTIONS = 4;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      row: { type: "string", default: MAIN_ROW.id },
      short: { type: "string", default: "4000" },
      long: { type: "string", default: "10000" },
      only: { type: "string" },
      keep: { type: "string" },
    },
  });
  if (!commandExists("valgrind")) {
    console.log("bench:instructions is skipped: valgrind is not installed (apt-get install valgrind).");
    return;
  }
  endOnSignals();
  const row = findRow(options.row);
  const upstream = await startUpstream();
  const results = new Map<string, number>();
  try {
    for (const factory of CONTENDERS) {
      const obstacle = factory.obstacle() ?? (factory.canBeWrapped ? undefined : "valgrind cannot run it");
      if (obstacle !== undefined) {
        console.log(`Skipped: ${factory.name} (${obstacle}).`);
      } else if (options.only === undefined || options.only === factory.name) {
        const short = await countRun(factory, row, upstream.port, Number(options.short));
        const long = await countRun(factory, row, upstream.port, Number(options.long), options.keep);
        results.set(factory.name, (long - short) / (Number(options.long) - Number(options.short)));
      }
    }
  } finally {
    await upstream.stop();
  }
  print(results);
}

/** Instructions of a whole life: start, `requests` requests, stop. */
async function countRun(
  factory: ContenderFactory,
  row: Row,
  upstreamPort: number,
  requests: number,
  keep?: string,
): Promise<number> {
  const directory = makeDirectory();
  const output = path.join(directory, "out");
  try {
    const wrapper = [
      "valgrind",
      "--quiet",
      "--tool=callgrind",
      // LuaJIT writes machine code and runs it.
      "--smc-check=all-non-file",
      `--callgrind-out-file=${output}.%p`,
    ];
    const contender = await factory.start({ row, upstreamPort, quota: NEVER_REACHED, wrapper });
    await sendRequests(row, contender.port, requests);
    await contender.stop();
    if (keep !== undefined) {
      cpSync(directory, keep, { recursive: true });
    }
    return readdirSync(directory).reduce((sum, name) => sum + totalOf(path.join(directory, name)), 0);
  } finally {
    removeDirectory(directory);
  }
}

function totalOf(file: string): number {
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
}

async function sendRequests(row: Row, port: number, requests: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  const keys = benchKeys(row.keys);
  let sent = 0;
  const run = async (): Promise<void> => {
    while (sent < requests) {
      const number = sent;
      sent += 1;
      const { statusCode, body } = await pool.request({
        method: "GET",
        path: `${routePath(number % row.routes)}/${1000 + (number % 9000)}`,
        headers: { "X-API-Key": keys[(number * 7) % keys.length] ?? "" },
      });
      await body.dump();
      if (statusCode !== 200) {
        throw new Error(`an answer of ${statusCode}: the work was not the same`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, run));
  await pool.close();
}

function print(results: ReadonlyMap<string, number>): void {
  const baseline = results.get(BASELINE);
  console.log("\nUser-space instructions per request (valgrind)\n");
  for (const [name, instructions] of results) {
    const ratio = baseline === undefined ? "-" : (instructions / baseline).toFixed(2);
    console.log(name.padEnd(26) + instructions.toFixed(0).padStart(12) + ratio.padStart(10));
  }
}

await main();
