import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OUTCOMES } from "../../contract/outcome";
import { bundle } from "../../testing/agent-process";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { FakeMeter, type CountedCall } from "../../testing/fake-meter";

const OPERATIONS = 40;
const WORKERS = 2;
const ROUNDS = 16;
/** Full with four batches of up to 35 KB as they come, but not with one that is sent, what the others are merged into (12 KB), and one more. */
const SPOOL_BYTES = 120_000;
/** One minute for a whole test. */
const NOW_MS = Date.now();

let built: string;
let root: string;
let controlPlane: FakeControlPlane;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), "gatehouse-drain-"));
  await bundle("gateway/testing/meter-drain-loop.ts", path.join(built, "drain-loop.mjs"));
});

afterAll(() => rmSync(built, { recursive: true }));

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), "gatehouse-meters-"));
  for (const name of ["meters", "baselines", "spool"]) {
    mkdirSync(path.join(root, name));
  }
  controlPlane = await FakeControlPlane.start();
});

afterEach(async () => {
  await controlPlane.stop();
  rmSync(root, { recursive: true });
});

/** Counts calls into the meter files of some workers, with the truth beside it. */
class Load {
  readonly truth = { requests: 0, bytesIn: 0, bytesOut: 0, latency: 0 };
  readonly byOperation = new Map<number, number>();
  #meters = Array.from({ length: WORKERS }, (_, worker) => openMeter(worker, 0));
  #file = 0;

  count(calls: number): void {
    for (let call = 0; call < calls; call += 1) {
      const counted = randomCall();
      this.#meters[call % WORKERS]!.count(counted);
      this.truth.requests += 1;
      this.truth.bytesIn += counted.bytesIn;
      this.truth.bytesOut += counted.bytesOut;
      this.truth.latency += 1;
      this.byOperation.set(counted.operation, (this.byOperation.get(counted.operation) ?? 0) + 1);
    }
  }

  /** As a worker whose file is full does. */
  moveOn(): void {
    this.#file += 1;
    this.#meters.forEach((meter) => (meter.seal(), meter.close()));
    this.#meters = Array.from({ length: WORKERS }, (_, worker) => openMeter(worker, this.#file));
  }

  finish(): void {
    this.#meters.forEach((meter) => (meter.seal(), meter.close()));
  }
}

function openMeter(worker: number, file: number): FakeMeter {
  return new FakeMeter(path.join(root, "meters", `meter.${worker}.${file}.bin`));
}

function randomCall(): CountedCall {
  const operation = 1 + Math.floor(Math.random() * OPERATIONS);
  return {
    operation,
    application: operation % 5,
    subscription: operation % 3,
    plan: operation % 2,
    outcome: operation % OUTCOMES.length,
    bytesIn: Math.floor(Math.random() * 1_000),
    bytesOut: Math.floor(Math.random() * 10_000),
    latencyBucket: Math.floor(Math.random() * 10),
    upstreamLatencyBucket: Math.floor(Math.random() * 10),
  };
}

class DrainLoop {
  output = "";
  readonly #child: ChildProcess;

  constructor(spoolBytes: number, crashAfter: number) {
    this.#child = spawn(
      process.execPath,
      [
        path.join(built, "drain-loop.mjs"),
        root,
        controlPlane.url,
        String(spoolBytes),
        String(crashAfter),
        String(NOW_MS),
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    this.#child.stdout?.on("data", (part: Buffer) => (this.output += part.toString("utf8")));
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async ready(): Promise<void> {
    while (!this.output.includes("ready")) {
      await delay(2);
    }
  }

  async end(name: NodeJS.Signals): Promise<void> {
    if (!this.hasEnded) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill(name);
      await ended;
    }
  }

  get report(): { dropped: number; depth: number } {
    return JSON.parse(this.output.trim().split("\n").at(-1) ?? "") as { dropped: number; depth: number };
  }
}

function spooledBatches(): string[] {
  return readdirSync(path.join(root, "spool")).filter((name) => /\.(batch|attempted)$/.test(name));
}

function received(): { requests: number; bytesIn: number; bytesOut: number; latency: number } {
  const sums = { requests: 0, bytesIn: 0, bytesOut: 0, latency: 0 };
  for (const row of controlPlane.rows()) {
    sums.requests += row.requests;
    sums.bytesIn += row.bytesIn;
    sums.bytesOut += row.bytesOut;
    sums.latency += row.latency.reduce((sum, [, count]) => sum + count, 0);
  }
  return sums;
}

/**
 * Runs the loop again and again while calls are counted; each time it dies at another change to the disk.
 * @param isEnough asked after every round, of which there are at least `ROUNDS`
 */
async function drainWithKills(load: Load, spoolBytes: number, isEnough: (round: number) => Promise<boolean>) {
  let crashes = 0;
  let rounds = 0;
  for (let enough = false; !enough || rounds < ROUNDS; rounds += 1) {
    // The first few steps are those of the start on what the last round left; later ones fall into the steady state.
    const loop = new DrainLoop(spoolBytes, 1 + Math.floor(Math.random() * (rounds % 2 === 0 ? 12 : 300)));
    const end = Date.now() + 20_000;
    while (Date.now() < end && !loop.hasEnded) {
      load.count(10);
      await delay(1);
    }
    crashes += loop.hasEnded ? 1 : 0;
    await loop.end("SIGKILL");
    load.count(10);
    enough = await isEnough(rounds);
  }
  expect(crashes).toBeGreaterThan(rounds / 2);
  load.finish();
  const last = new DrainLoop(spoolBytes, 0);
  await last.ready();
  await last.end("SIGTERM");
  return last.report;
}

describe("every counted request reaches the control plane exactly once", () => {
  it("through kill -9 of the agent at any moment and answers that are lost", async () => {
    controlPlane.lostAnswers = 0.3;
    const load = new Load();
    const report = await drainWithKills(load, 1_000_000_000, (round) => {
      if (round % 5 === 4) {
        load.moveOn();
      }
      return Promise.resolve(true);
    });
    expect(received()).toEqual(load.truth);
    for (const [operation, requests] of load.byOperation) {
      const rows = controlPlane.rows().filter((row) => row.operation === operation);
      expect(rows.reduce((sum, row) => sum + row.requests, 0)).toBe(requests);
    }
    expect(controlPlane.contradictions).toEqual([]);
    expect(report).toEqual({ dropped: 0, depth: 0 });
    expect(readdirSync(path.join(root, "meters"))).toEqual([]);
    expect(readdirSync(path.join(root, "baselines"))).toEqual([]);
  }, 180_000);

  it("when the spool is full while the control plane is away: batches of a minute become one, also through kill -9", async () => {
    controlPlane.lostAnswers = 0.3;
    const load = new Load();
    let merged = 0;
    const report = await drainWithKills(load, SPOOL_BYTES, async (round) => {
      if (round === 3) {
        await controlPlane.goAway();
      }
      // How many rounds fill the spool depends on how often this machine lets the loop drain.
      const wasMerged = merged > 2;
      merged += spooledBatches().filter((name) => name.slice(0, 12) !== name.slice(13, 25)).length;
      if (!wasMerged && merged > 2) {
        await controlPlane.comeBack();
      }
      return wasMerged;
    });
    expect(report).toEqual({ dropped: 0, depth: 0 });
    expect(received()).toEqual(load.truth);
    expect(controlPlane.contradictions).toEqual([]);
  }, 180_000);
});
