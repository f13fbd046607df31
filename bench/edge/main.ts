/**
 * What an edge costs: CPU time per request of Gatehouse (100 routes, 100 keys, one limit, metering) beside proxies that do less, on one
 * core, interleaved so that a noisy machine disturbs all alike. Ratios are taken within a round; the table shows medians.
 *
 *   npm run bench:edge -- [--rounds 5] [--seconds 4] [--connections 16]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { CONTENDERS, startUpstream } from "./contenders";
import type { Contender } from "./contender";
import { countInstructions, instructionsObstacle } from "./instructions";
import { runLoad } from "./load";
import { commandExists, cpuMicroseconds } from "./processes";
import { wrkScript } from "./work";

const BASELINE = "plain nginx proxy";

interface Measurement {
  readonly microseconds: number;
  readonly instructions: number | undefined;
  readonly requestsPerSecond: number;
}

async function main(): Promise<void> {
  const options = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      connections: { type: "string", default: "16" },
    },
  }).values;
  if (!commandExists("wrk")) {
    console.log("bench:edge is skipped: wrk is not installed (apt-get install wrk).");
    return;
  }
  const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  const script = path.join(directory, "work.lua");
  writeFileSync(script, wrkScript());
  const running = await startAll();
  try {
    const rounds = await measureRounds(running.contenders, script, options);
    print(rounds);
  } finally {
    for (const contender of [...running.contenders, running.upstream]) {
      await contender.stop();
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startAll(): Promise<{ upstream: Contender; contenders: Contender[] }> {
  const upstream = await startUpstream();
  const contenders: Contender[] = [];
  for (const factory of CONTENDERS) {
    const obstacle = factory.obstacle();
    if (obstacle === undefined) {
      contenders.push(await factory.start(upstream.port));
    } else {
      console.log(`Skipped: ${factory.name} (${obstacle}).`);
    }
  }
  return { upstream, contenders };
}

async function measureRounds(
  contenders: readonly Contender[],
  script: string,
  options: { rounds: string; seconds: string; connections: string },
): Promise<Map<string, Measurement>[]> {
  const connections = Number(options.connections);
  for (const contender of contenders) {
    await runLoad(script, contender.port, 1, connections);
  }
  const rounds: Map<string, Measurement>[] = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const measured = new Map<string, Measurement>();
    for (const contender of contenders) {
      measured.set(contender.name, await measure(contender, script, Number(options.seconds), connections));
    }
    rounds.push(measured);
  }
  return rounds;
}

async function measure(
  contender: Contender,
  script: string,
  seconds: number,
  connections: number,
): Promise<Measurement> {
  const pids = contender.pids();
  const counting = countInstructions(pids, seconds);
  const before = cpuMicroseconds(pids);
  const load = await runLoad(script, contender.port, seconds, connections);
  const microseconds = (cpuMicroseconds(pids) - before) / load.requests;
  const instructions = await counting;
  return {
    microseconds,
    instructions: instructions === undefined ? undefined : instructions / load.requests,
    requestsPerSecond: load.requests / load.seconds,
  };
}

function print(rounds: readonly Map<string, Measurement>[]): void {
  const names = [...(rounds[0]?.keys() ?? [])];
  console.log(`\n${cpus()[0]?.model ?? "unknown CPU"}, ${rounds.length} interleaved rounds, medians`);
  const obstacle = instructionsObstacle();
  if (obstacle !== undefined) {
    console.log(`Instructions are not counted: ${obstacle}.`);
  }
  console.log("");
  console.log(row(["", "CPU µs/request", "ratio", "least", "most", "requests/s", "instructions", "ratio"]));
  for (const name of names) {
    const ratios = rounds.map((round) => value(round, name) / value(round, BASELINE));
    const instructions = median(rounds.map((round) => round.get(name)?.instructions ?? Number.NaN));
    const baseline = median(rounds.map((round) => round.get(BASELINE)?.instructions ?? Number.NaN));
    console.log(
      row([
        name,
        median(rounds.map((round) => value(round, name))).toFixed(1),
        median(ratios).toFixed(2),
        Math.min(...ratios).toFixed(2),
        Math.max(...ratios).toFixed(2),
        median(rounds.map((round) => round.get(name)?.requestsPerSecond ?? 0)).toFixed(0),
        Number.isNaN(instructions) ? "-" : instructions.toFixed(0),
        Number.isNaN(instructions) ? "-" : (instructions / baseline).toFixed(2),
      ]),
    );
  }
}

function value(round: Map<string, Measurement>, name: string): number {
  return round.get(name)?.microseconds ?? Number.NaN;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(15))).join("");
}

await main();
