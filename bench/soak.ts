/**
 * A whole node under an hour of mixed calls, releases and changing keys: what its memory, its disk and its latencies do meanwhile.
 *
 *   npm run bench:soak -- [--minutes 60] [--rate 300] [--row 10k-all] [--output <file.tsv>]
 *
 * Prints a line a minute. At the end every call that was answered must have been counted, and nothing may have failed that should not.
 */
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AgentProcess, buildPrograms } from "../gateway/testing/agent-process";
import { FakeControlPlane } from "../gateway/testing/fake-control-plane";
import { waitFor } from "../gateway/testing/wait-for";
import { benchSnapshot, credentialsOf } from "./contenders/gatehouse";
import { startUpstream } from "./contenders/upstream";
import { endOnSignals, endWithUs, removeDirectory, removeWithUs } from "./measure/leftovers";
import { processTree } from "./measure/processes";
import { median, percentile } from "./report/statistics";
import { benchKeys, findRow, routePath, UNKNOWN_KEY, type Row } from "./rows";

const READY_MS = 120_000;
const COUNTED_MS = 60_000;
const PUBLISH_SECONDS = 30;
const REVOKE_SECONDS = 5;
const TICK_MS = 10;
/** Per key and minute: some keys get there by chance. */
const QUOTA = 3;
const KINDS = ["known", "unknown key", "unknown route", "broken off"] as const;
const EXPECTED: Readonly<Record<(typeof KINDS)[number], readonly number[]>> = {
  known: [200, 429],
  "unknown key": [401],
  "unknown route": [404],
  "broken off": [200, 429],
};

/** What has happened since the last line. */
interface Tally {
  readonly latenciesMs: number[];
  readonly statuses: Map<number, number>;
  unexpected: number;
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      minutes: { type: "string", default: "60" },
      rate: { type: "string", default: "300" },
      row: { type: "string", default: "10k-all" },
      output: { type: "string" },
    },
  });
  endOnSignals();
  const row = findRow(options.row);
  const say = (fields: readonly (string | number)[]) => {
    console.log(fields.join("\t"));
    if (options.output !== undefined) {
      appendFileSync(options.output, `${fields.join("\t")}\n`);
    }
  };
  const upstream = await startUpstream();
  const controlPlane = await FakeControlPlane.start();
  const programs = await buildPrograms();
  removeWithUs(programs.directory);
  controlPlane.pageSize = 10_000;
  controlPlane.publish(benchSnapshot(row, upstream.port, QUOTA));
  const entries = credentialsOf(row);
  controlPlane.putCredentials(entries);
  const agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "nginx",
      GATEHOUSE_GATEWAY_WORKERS: "2",
      GATEHOUSE_LUA_DIR: path.resolve(import.meta.dirname, "../dist/gateway/lua"),
    },
  });
  removeWithUs(agent.stateDirectory);
  agent.start();
  endWithUs(agent.pid);
  try {
    await waitFor("the node to be ready", () => isReady(agent.statusPort), READY_MS);
    const calls = new Calls(row, agent.port);
    say(["minute", "calls", "statuses", "unexpected", "p50 ms", "p99 ms", "worst ms", "releases", ...memoryTitles()]);
    const end = Date.now() + Number(options.minutes) * 60_000;
    const load = calls.run(Number(options.rate), end);
    for (let second = 1; Date.now() < end; second += 1) {
      await pause(1_000);
      if (second % PUBLISH_SECONDS === 0) {
        controlPlane.publish(benchSnapshot(row, upstream.port, QUOTA, second));
      }
      if (second % REVOKE_SECONDS === 0) {
        // Revoked, and given back a moment later: as many entries of the log as two keys.
        const entry = entries[second % entries.length];
        controlPlane.putCredentials(entry === undefined ? [] : [{ ...entry, state: "revoked" }]);
        controlPlane.putCredentials(entry === undefined ? [] : [entry]);
      }
      if (second % 60 === 0) {
        say([second / 60, ...describe(calls.take()), controlPlane.release ?? 0, ...memory(agent)]);
      }
    }
    await load;
    await waitFor(
      "every call to be counted",
      () => controlPlane.countedRequests() >= calls.answered + calls.brokenOff,
      COUNTED_MS,
    ).catch(() => undefined);
    const counted = controlPlane.countedRequests();
    say([`counted ${counted} of ${calls.answered} answered and ${calls.brokenOff} broken off by the client`]);
    process.exitCode = counted === calls.answered + calls.brokenOff && calls.unexpected === 0 ? 0 : 1;
  } finally {
    await agent.dispose();
    await controlPlane.stop();
    await upstream.stop();
    removeDirectory(programs.directory);
  }
}

/** Calls at a steady rate over connections that stay open, one in twenty of each kind that is not answered with 200. */
class Calls {
  answered = 0;
  brokenOff = 0;
  unexpected = 0;
  #tally = emptyTally();
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #keys: readonly string[];

  constructor(
    readonly row: Row,
    readonly port: number,
  ) {
    this.#keys = benchKeys(row.keys);
  }

  async run(perSecond: number, end: number): Promise<void> {
    const begin = Date.now();
    const open = new Set<Promise<void>>();
    for (let sent = 0; Date.now() < end; await pause(TICK_MS)) {
      for (const due = ((Date.now() - begin) / 1000) * perSecond; sent < due; sent += 1) {
        const call = this.#call(sent).finally(() => open.delete(call));
        open.add(call);
      }
    }
    await Promise.all(open);
    this.#agent.destroy();
  }

  take(): Tally {
    const tally = this.#tally;
    this.#tally = emptyTally();
    return tally;
  }

  async #call(number: number): Promise<void> {
    const kind = number % 20 < 3 ? (KINDS[1 + (number % 20)] ?? "known") : "known";
    const began = performance.now();
    const status = await this.#send(kind, number).catch(() => 0);
    if (kind === "broken off") {
      this.brokenOff += 1;
    } else {
      this.answered += 1;
      this.#tally.latenciesMs.push(performance.now() - began);
    }
    this.#tally.statuses.set(status, (this.#tally.statuses.get(status) ?? 0) + 1);
    if (!EXPECTED[kind].includes(status)) {
      this.#tally.unexpected += 1;
      this.unexpected += 1;
    }
  }

  #send(kind: (typeof KINDS)[number], number: number): Promise<number> {
    const scattered = (number * 7919) % 1_000_003;
    const key = kind === "unknown key" ? UNKNOWN_KEY : (this.#keys[scattered % this.#keys.length] ?? "");
    const route = kind === "unknown route" ? "/nowhere" : routePath(scattered % this.row.routes);
    return new Promise((resolve, reject) => {
      const request = http.get(
        {
          host: "127.0.0.1",
          port: this.port,
          agent: this.#agent,
          path: `${route}/${number}`,
          headers: { "X-API-Key": key },
        },
        (response) => {
          if (kind === "broken off") {
            request.destroy();
            resolve(response.statusCode ?? 0);
            return;
          }
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        },
      );
      request.on("error", reject);
    });
  }
}

function emptyTally(): Tally {
  return { latenciesMs: [], statuses: new Map(), unexpected: 0 };
}

function describe({ latenciesMs, statuses, unexpected }: Tally): (string | number)[] {
  const sorted = Float64Array.from(latenciesMs).sort();
  return [
    [...statuses.values()].reduce((sum, count) => sum + count, 0),
    [...statuses]
      .sort(([left], [right]) => left - right)
      .map(([status, count]) => `${status}:${count}`)
      .join(" "),
    unexpected,
    median([...sorted]).toFixed(2),
    percentile(sorted, 0.99).toFixed(1),
    (sorted.at(-1) ?? 0).toFixed(1),
  ];
}

/** Mebibytes that a process has for itself (anonymous pages), and with what it shares with others and with files. */
function memoryTitles(): string[] {
  return ["agent", "master", "worker", "worker"].map((name) => `${name} own/all MiB`).concat("disk MiB");
}

function memory(agent: AgentProcess): (string | number)[] {
  const processes = [agent.pid, ...processTree(agent.nginxPid() ?? 0)];
  const used = processes.map((pid) => {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const mebibytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1024;
    return `${mebibytes("RssAnon").toFixed(1)}/${mebibytes("VmRSS").toFixed(1)}`;
  });
  return [...used, (diskBytes(agent.stateDirectory) / 2 ** 20).toFixed(1)];
}

/** Blocks in use: mapped files have holes. What vanishes while we look is not counted. */
function diskBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    try {
      return sum + statSync(path.join(directory, name)).blocks * 512;
    } catch {
      return sum;
    }
  }, 0);
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

await main();
