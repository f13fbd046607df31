import type { NodeResult } from "../measure/node";
import { describePublish, type PublishResult } from "../measure/publish";
import type { RowResult } from "../measure/row";
import { latencyTable, rowTable } from "./row-table";
import { formatNumber, formatTable } from "./table";
import { targetTable } from "./targets";

export interface Results {
  /** Line by line: when, where, with what. */
  readonly machine: readonly string[];
  readonly loadBefore: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly rows: readonly RowResult[];
  readonly nodes: readonly NodeResult[];
  readonly publishes: readonly PublishResult[];
  /** What was asked for and not done, with the reason. */
  readonly missing: readonly string[];
}

/** The whole report in Markdown: bench/RESULTS.md, and what the command prints at its end. */
export function writeResults(results: Results): string {
  const { machine, loadBefore, rounds, seconds, rows, nodes, publishes, missing } = results;
  return [
    "# What the gateway costs, beside what you would pick instead",
    "Written by `npm run bench`; [README.md](README.md) says what is measured and how to read it.",
    [
      ...machine,
      `${rounds} interleaved rounds of ${seconds} s per figure, medians`,
      loadBefore > 0.5
        ? `**the machine was not quiet**: ${loadBefore.toFixed(1)} processes wanted to run before the start, so these figures are a trial run`
        : `the machine was quiet before the start (load ${loadBefore.toFixed(2)})`,
      ...missing,
    ]
      .map((line) => `- ${line}`)
      .join("\n"),
    "## Targets",
    targetTable(rows, publishes),
    ...rows.flatMap(describeRow),
    ...(nodes.length === 0 ? [] : ["## A whole node", nodeTable(nodes)]),
    ...(publishes.length === 0 ? [] : ["## Publishing under load", publishTable(publishes)]),
  ]
    .join("\n\n")
    .concat("\n");
}

function describeRow(result: RowResult): string[] {
  const latencies = latencyTable(result);
  return [
    `## ${result.row.title}`,
    rowTable(result),
    ...(latencies === undefined ? [] : ["Latency from the moment a request was due (open loop):", latencies]),
    ...listOf("Not in this row:", result.absent),
    ...listOf("Seen before and after the measurement:", result.checks),
  ];
}

function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, lines.map((line) => `- ${line}`).join("\n")];
}

function nodeTable(nodes: readonly NodeResult[]): string {
  return [
    "Agent and nginx with one worker, as installed, from an empty disk: when it has every route and every key, before the first request.",
    formatTable(
      ["routes", "keys", "ready after s", "agent RSS MiB", "agent PSS MiB", "nginx RSS MiB", "nginx PSS MiB"],
      nodes.map(({ row, readySeconds, agent, nginx }) => [
        formatNumber(row.routes, 0),
        formatNumber(row.keys, 0),
        formatNumber(readySeconds, 1),
        ...[agent.rssMebibytes, agent.pssMebibytes, nginx.rssMebibytes, nginx.pssMebibytes].map((size) =>
          formatNumber(size, 0),
        ),
      ]),
    ),
  ].join("\n\n");
}

function publishTable(publishes: readonly PublishResult[]): string {
  return [
    "Releases that change one API version, at half load. In brackets: the longest activation; slow requests and the slowest one under the same load with nothing published.",
    formatTable(
      ["routes", "requests/s", "releases", "activation ms", "answers", "failures", "> 50 ms", "slowest ms"],
      publishes.map(describePublish),
    ),
  ].join("\n\n");
}
