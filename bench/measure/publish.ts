import { setTimeout as pause } from "node:timers/promises";
import { benchSnapshot, startGatehouse } from "../contenders/gatehouse";
import { median } from "../report/statistics";
import { NEVER_REACHED, type Row } from "../rows";
import type { LoadClient, OpenLoop } from "./load";

const PAUSE_MS = 500;
export const SLOW_MS = 50;

export interface PublishResult {
  readonly row: Row;
  readonly requestsPerSecond: number;
  /** From the moment the release is activated to that at which every worker runs it; looked at every 10 ms. */
  readonly activationMs: readonly number[];
  readonly answers: number;
  readonly failures: number;
  readonly slow: number;
  readonly worstMs: number;
  /** The same load for the same time with nothing published. */
  readonly quiet: {
    readonly answers: number;
    readonly failures: number;
    readonly slow: number;
    readonly worstMs: number;
  };
}

/** Publishes releases that change one API version while requests come at half of what the node can do. */
export async function measurePublish(
  row: Row,
  upstreamPort: number,
  client: LoadClient,
  releases: number,
): Promise<PublishResult> {
  const { contender, node } = await startGatehouse({ row, upstreamPort, quota: NEVER_REACHED });
  try {
    await client.runClosed(row, contender.port, 1);
    const most = await client.runClosed(row, contender.port, 1);
    const requestsPerSecond = most.requests / most.seconds / 2;
    // The portal compiles elsewhere: here it must not take time from what is measured.
    const staged = Array.from({ length: releases }, (_unused, index) =>
      node.stage(benchSnapshot(row, upstreamPort, NEVER_REACHED, index + 2)),
    );
    const seconds = Math.ceil((releases * (PAUSE_MS + 300)) / 1000) + 1;
    const quiet = summarise(await client.runOpen(row, contender.port, seconds, requestsPerSecond));
    const load = client.runOpen(row, contender.port, seconds, requestsPerSecond);
    const activationMs: number[] = [];
    for (const active of staged) {
      await pause(PAUSE_MS);
      const start = performance.now();
      await node.activate(active);
      activationMs.push(performance.now() - start);
    }
    return { row, requestsPerSecond, activationMs, ...summarise(await load), quiet };
  } finally {
    await contender.stop();
  }
}

export function describePublish({ row, requestsPerSecond, activationMs, quiet, ...busy }: PublishResult): string[] {
  return [
    row.routes.toLocaleString("en-US"),
    requestsPerSecond.toFixed(0),
    String(activationMs.length),
    `${median(activationMs).toFixed(0)} (${Math.max(...activationMs).toFixed(0)})`,
    busy.answers.toLocaleString("en-US"),
    String(busy.failures),
    `${busy.slow} (${quiet.slow})`,
    `${busy.worstMs.toFixed(1)} (${quiet.worstMs.toFixed(1)})`,
  ];
}

function summarise({ answers, failures, latenciesMs }: OpenLoop) {
  return {
    answers,
    failures,
    slow: latenciesMs.filter((latency) => latency > SLOW_MS).length,
    worstMs: latenciesMs.at(-1) ?? Number.NaN,
  };
}
