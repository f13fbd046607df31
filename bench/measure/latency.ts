import type { Contender } from "../contenders/contender";
import { BASELINE, OURS } from "../contenders/index";
import { median, percentile } from "../report/statistics";
import type { Row } from "../rows";
import type { LoadClient, OpenLoop } from "./load";

export const PERCENTILES = [0.5, 0.9, 0.99, 0.999] as const;
/** The load at which what we add is compared with plain nginx. */
export const HALF_LOAD = 0.5;

/** Of the two that are compared: a machine that stalls now and then must not do so in half of their rounds. */
const COMPARED_ROUNDS = 21;
const COMPARED_SECONDS = 1;

export interface LatencyOptions {
  /** Shares of each proxy's own maximum. */
  readonly loads: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
}

export interface LatencyResult {
  readonly name: string;
  /** Share of its own maximum, or the rate of somebody else. */
  readonly load: number | "our half load";
  readonly requestsPerSecond: number;
  /** One for each of PERCENTILES: the median of the rounds. */
  readonly percentilesMs: readonly number[];
  /** Of all rounds together. */
  readonly answers: number;
  readonly failures: number;
  readonly latenessMs: number;
}

interface Job {
  readonly contender: Contender;
  readonly load: LatencyResult["load"];
  readonly requestsPerSecond: number;
}

/**
 * Latency from the moment a request is due, at shares of what each proxy was seen to be able to do, in turns; and that of plain nginx at
 * the rate of our half load, which is what our share is told from.
 */
export async function measureLatencies(
  row: Row,
  running: readonly { contender: Contender; rounds: readonly { requestsPerSecond: number }[] }[],
  client: LoadClient,
  options: LatencyOptions,
): Promise<LatencyResult[]> {
  const jobs = listJobs(running, options.loads);
  const measured = jobs.map((): OpenLoop[] => []);
  const measure = async (index: number, { contender, requestsPerSecond }: Job, seconds: number) =>
    measured[index]?.push(await client.runOpen(row, contender.port, seconds, requestsPerSecond));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, job] of jobs.entries()) {
      if (!isCompared(job)) {
        await measure(index, job, options.seconds);
      }
    }
  }
  for (let round = 0; round < COMPARED_ROUNDS; round += 1) {
    for (const [index, job] of jobs.entries()) {
      if (isCompared(job)) {
        await measure(index, job, COMPARED_SECONDS);
      }
    }
  }
  return jobs.map((job, index) => summarise(job, measured[index] ?? []));
}

function listJobs(
  running: readonly { contender: Contender; rounds: readonly { requestsPerSecond: number }[] }[],
  loads: readonly number[],
): Job[] {
  const mostOf = (rounds: readonly { requestsPerSecond: number }[]) =>
    median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
  const jobs: Job[] = running.flatMap(({ contender, rounds }) =>
    loads.map((load) => ({ contender, load, requestsPerSecond: mostOf(rounds) * load })),
  );
  const ours = running.find(({ contender }) => contender.name === OURS);
  const baseline = running.find(({ contender }) => contender.name === BASELINE);
  if (ours !== undefined && baseline !== undefined) {
    const requestsPerSecond = mostOf(ours.rounds) * HALF_LOAD;
    jobs.push({ contender: baseline.contender, load: "our half load", requestsPerSecond });
  }
  return jobs;
}

function isCompared({ contender, load }: Job): boolean {
  return load === "our half load" || (contender.name === OURS && load === HALF_LOAD);
}

function summarise({ contender, load, requestsPerSecond }: Job, rounds: readonly OpenLoop[]): LatencyResult {
  return {
    name: contender.name,
    load,
    requestsPerSecond,
    percentilesMs: PERCENTILES.map((share) => median(rounds.map(({ latenciesMs }) => percentile(latenciesMs, share)))),
    answers: rounds.reduce((sum, { answers }) => sum + answers, 0),
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
    latenessMs: median(rounds.map(({ latenessMs }) => latenessMs)),
  };
}
