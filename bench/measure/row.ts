import { CONTENDERS } from "../contenders/index";
import type { Contender, ContenderFactory } from "../contenders/contender";
import { NEVER_REACHED, type Row } from "../rows";
import { measureLatencies, type LatencyOptions, type LatencyResult } from "./latency";
import type { LoadClient } from "./load";
import { countInstructions } from "./perf";
import { cpuMicroseconds, memoryOf, type Memory } from "./processes";
import { verifyLimit, verifyRecords, verifyWork } from "./verify";

/** Starting a proxy twice with a hundred thousand routes would take long and show nothing new. */
const MOST_ROUTES_TO_START_TWICE = 1_000;
const WARM_UP_SECONDS = 1;

export interface RowOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Who takes part. */
  readonly only: (factory: ContenderFactory) => boolean;
  /** Absent: none are measured. */
  readonly latency?: LatencyOptions | undefined;
  readonly say: (line: string) => void;
}

/** What one proxy needed in one round. */
export interface Measurement {
  readonly microsecondsPerRequest: number;
  readonly instructionsPerRequest: number | undefined;
  readonly requestsPerSecond: number;
  /** Share of the core's time that it had: near 1, or it was not what limited the rate. */
  readonly busy: number;
}

export interface ContenderResult {
  readonly name: string;
  /** undefined: it does all of the row's work. */
  readonly leavesOut: string | undefined;
  readonly rounds: readonly Measurement[];
  readonly memory: Memory;
  readonly latencies: readonly LatencyResult[];
}

export interface RowResult {
  readonly row: Row;
  readonly contenders: readonly ContenderResult[];
  /** What was seen of each before it was measured. */
  readonly checks: readonly string[];
  /** Who is not in the row, and why. */
  readonly absent: readonly string[];
}

interface Running {
  readonly factory: ContenderFactory;
  readonly contender: Contender;
  readonly recordsBefore: number;
  readonly rounds: Measurement[];
  requests: number;
}

/** Starts everybody, sees that they do the work, and measures them in turns, so that a noisy machine disturbs all alike. */
export async function measureRow(
  row: Row,
  upstreamPort: number,
  client: LoadClient,
  options: RowOptions,
): Promise<RowResult> {
  const running: Running[] = [];
  const checks: string[] = [];
  const absent: string[] = [];
  try {
    for (const factory of CONTENDERS.filter(options.only)) {
      const reason = factory.obstacle() ?? factory.unfitFor?.(row);
      if (reason === undefined) {
        await start(factory, row, upstreamPort, { running, checks, absent }, options.say);
      } else {
        absent.push(`${factory.name}: ${reason}`);
        options.say(`  ${absent.at(-1)}`);
      }
    }
    await measureRounds(running, row, client, options);
    for (const { contender, recordsBefore, requests } of running) {
      const seen = await verifyRecords(contender, recordsBefore, requests);
      if (seen !== undefined) {
        checks.push(`${contender.name}: ${seen}`);
        options.say(`  ${checks.at(-1)}`);
      }
    }
    const memories = new Map(running.map(({ contender }) => [contender.name, memoryOf(contender.pids())]));
    const latencies =
      options.latency === undefined
        ? []
        : await measureLatencies(
            row,
            running.map(({ contender, rounds }) => ({ contender, rounds })),
            client,
            options.latency,
          );
    return {
      row,
      checks,
      absent,
      contenders: running.map(({ factory, contender, rounds }) => ({
        name: contender.name,
        leavesOut: factory.leavesOut(row),
        rounds,
        memory: memories.get(contender.name) ?? { rssMebibytes: Number.NaN, pssMebibytes: Number.NaN },
        latencies: latencies.filter(({ name }) => name === contender.name),
      })),
    };
  } finally {
    for (const { contender } of running) {
      await contender.stop();
    }
  }
}

/** A peer that does not do what its row says is not measured: its figures would be of other work. */
async function start(
  factory: ContenderFactory,
  row: Row,
  upstreamPort: number,
  { running, checks, absent }: { running: Running[]; checks: string[]; absent: string[] },
  say: (line: string) => void,
): Promise<void> {
  let contender: Contender | undefined;
  try {
    const limit = row.routes > MOST_ROUTES_TO_START_TWICE ? undefined : await verifyLimit(factory, row, upstreamPort);
    contender = await factory.start({ row, upstreamPort, quota: NEVER_REACHED });
    const work = await verifyWork(factory, contender, row);
    checks.push(`${factory.name}: ${[...work, ...(limit === undefined ? [] : [limit])].join("; ")}`);
    say(`  ${checks.at(-1)}`);
    running.push({ factory, contender, recordsBefore: contender.countRecords?.() ?? 0, rounds: [], requests: 0 });
  } catch (error) {
    await contender?.stop();
    absent.push(`${factory.name}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    say(`  ${absent.at(-1)}`);
  }
}

async function measureRounds(
  running: readonly Running[],
  row: Row,
  client: LoadClient,
  options: RowOptions,
): Promise<void> {
  for (const one of running) {
    one.requests += (await client.runClosed(row, one.contender.port, WARM_UP_SECONDS)).requests;
  }
  for (let round = 0; round < options.rounds; round += 1) {
    for (const one of running) {
      const { measurement, requests } = await measure(one.contender, row, client, options.seconds);
      one.rounds.push(measurement);
      one.requests += requests;
    }
  }
}

async function measure(contender: Contender, row: Row, client: LoadClient, seconds: number) {
  const pids = contender.pids();
  const counting = countInstructions(pids, seconds);
  const before = cpuMicroseconds(pids);
  const load = await client.runClosed(row, contender.port, seconds);
  const microseconds = cpuMicroseconds(pids) - before;
  const instructions = await counting;
  const measurement: Measurement = {
    microsecondsPerRequest: microseconds / load.requests,
    instructionsPerRequest: instructions === undefined ? undefined : instructions / load.requests,
    requestsPerSecond: load.requests / load.seconds,
    busy: microseconds / 1e6 / load.seconds,
  };
  return { measurement, requests: load.requests };
}
