/**
 * User-space instructions per request, counted by valgrind: unlike time they do not depend on what else the machine does. Two runs of
 * different length are subtracted, so that neither start nor compilation counts. Kernel instructions are not seen; `perf stat` counts
 * those too where it works (bench:edge).
 *
 *   npm run bench:instructions -- [--short 4000] [--long 10000] [--only "Gatehouse"]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { CONTENDERS, startUpstream } from "./contenders";
import type { ContenderFactory } from "./contender";
import { commandExists } from "./processes";
import { BENCH_KEYS, ROUTES } from "./work";

const CONNECTIONS = 4;
const BASELINE = "plain nginx proxy";

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      short: { type: "string", default: "4000" },
      long: { type: "string", default: "10000" },
      only: { type: "string" },
    },
  });
  if (!commandExists("valgrind")) {
    console.log("bench:instructions is skipped: valgrind is not installed (apt-get install valgrind).");
    return;
  }
  const upstream = await startUpstream();
  const results = new Map<string, number>();
  try {
    for (const factory of CONTENDERS) {
      const obstacle = factory.obstacle();
      if (obstacle !== undefined) {
        console.log(`Skipped: ${factory.name} (${obstacle}).`);
      } else if (options.only === undefined || options.only === factory.name) {
        const short = await countRun(factory, upstream.port, Number(options.short));
        const long = await countRun(factory, upstream.port, Number(options.long));
        results.set(factory.name, (long - short) / (Number(options.long) - Number(options.short)));
      }
    }
  } finally {
    await upstream.stop();
  }
  print(results);
}

/** Instructions of a whole life: start, `requests` requests, stop. */
async function countRun(factory: ContenderFactory, upstreamPort: number, requests: number): Promise<number> {
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-callgrind-"));
  const output = path.join(directory, "out");
  try {
    const contender = await factory.start(upstreamPort, [
      "valgrind",
      "--quiet",
      "--tool=callgrind",
      // LuaJIT writes machine code and runs it.
      "--smc-check=all-non-file",
      `--callgrind-out-file=${output}.%p`,
    ]);
    await sendRequests(contender.port, requests);
    await contender.stop();
    return readdirSync(directory).reduce((sum, name) => sum + totalOf(path.join(directory, name)), 0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function totalOf(file: string): number {
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
}

async function sendRequests(port: number, requests: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  let sent = 0;
  const run = async (): Promise<void> => {
    while (sent < requests) {
      const number = sent;
      sent += 1;
      const { statusCode, body } = await pool.request({
        method: "GET",
        path: `/bench/v1/resources${number % ROUTES}/${1000 + number}`,
        headers: { "X-API-Key": BENCH_KEYS[(number * 7) % BENCH_KEYS.length] ?? "" },
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
