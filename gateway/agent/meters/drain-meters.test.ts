import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { METER } from "../../contract/shared-memory";
import type { TelemetryRow } from "../../contract/telemetry";
import { FakeMeter, type CountedCall } from "../../testing/fake-meter";
import { MeterDrain } from "./drain-meters";
import { differenceOf } from "./meter-cell";

const call: CountedCall = {
  operation: 11,
  application: 2,
  subscription: 3,
  plan: 4,
  outcome: 0,
  bytesIn: 5,
  bytesOut: 7,
  latencyBucket: 20,
  upstreamLatencyBucket: 19,
};

let root: string;
let rows: TelemetryRow[];
let drain: MeterDrain;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "gatehouse-drain-"));
  mkdirSync(path.join(root, "meters"));
  mkdirSync(path.join(root, "baselines"));
  rows = [];
  drain = openDrain();
});

afterEach(() => {
  drain.close();
  rmSync(root, { recursive: true });
});

function openDrain(): MeterDrain {
  return new MeterDrain({
    metersDirectory: path.join(root, "meters"),
    baselinesDirectory: path.join(root, "baselines"),
    spool: { append: (_minute, _rows, _redo, afterwards) => afterwards(), newestRedo: () => undefined },
    logger: pino({ level: "silent" }),
    onRows: (added) => rows.push(...added),
  });
}

function openMeter(name: string, pid?: number): FakeMeter {
  return new FakeMeter(path.join(root, "meters", name), pid);
}

it("sends differences, summed over workers, and nothing when nothing was counted", async () => {
  const [first, second] = [openMeter("meter.0.1.bin"), openMeter("meter.1.1.bin")];
  first.count(call, 3);
  second.count(call, 4);
  await drain.drain(0);
  expect(rows).toEqual([
    {
      operation: 11,
      application: 2,
      subscription: 3,
      plan: 4,
      outcome: "success",
      requests: 7,
      bytesIn: 35,
      bytesOut: 49,
      latency: [[20, 7]],
      upstreamLatency: [[19, 7]],
    },
  ]);
  await drain.drain(0);
  expect(rows).toHaveLength(1);
  first.count(call, 2);
  await drain.drain(0);
  expect(rows.at(-1)).toMatchObject({ requests: 2, bytesIn: 10, latency: [[20, 2]] });
});

it("remembers over a restart what was sent", async () => {
  const meter = openMeter("meter.0.1.bin");
  meter.count(call, 3);
  await drain.drain(0);
  drain.close();
  drain = openDrain();
  meter.count(call);
  await drain.drain(0);
  expect(rows.map(({ requests }) => requests)).toEqual([3, 1]);
});

it("counts on when a histogram's 32 bits wrap", async () => {
  const meter = openMeter("meter.0.1.bin");
  meter.count(call);
  meter.presetLatency(call, 0x7fff_ffff);
  await drain.drain(0);
  meter.presetLatency(call, 0xffff_fffe);
  await drain.drain(0);
  meter.count(call, 5);
  await drain.drain(0);
  expect(rows.at(-1)!.latency).toEqual([[20, 5]]);
});

it("drains a finished file and removes it: sealed, or its process gone", async () => {
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  const [sealed, orphaned, writing] = [
    openMeter("meter.0.1.bin"),
    openMeter("meter.1.1.bin", child.pid),
    openMeter("meter.2.1.bin"),
  ];
  sealed.count(call);
  orphaned.count(call);
  writing.count(call);
  sealed.seal();
  await drain.drain(0);
  expect(rows[0]!.requests).toBe(3);
  expect(readdirSync(path.join(root, "meters"))).toEqual(["meter.2.1.bin"]);
  expect(readdirSync(path.join(root, "baselines"))).toEqual(["meter.2.1.bin"]);
});

it("keeps a finished file whose outcomes it does not know", async () => {
  const meter = openMeter("meter.0.1.bin");
  meter.count({ ...call, outcome: 99 });
  meter.count(call);
  meter.seal();
  await drain.drain(0);
  await drain.drain(0);
  expect(rows.map(({ requests }) => requests)).toEqual([1]);
  expect(readdirSync(path.join(root, "meters"))).toEqual(["meter.0.1.bin"]);
});

it("a number that a torn read shows as gone back is counted next time, neither lost nor doubled", () => {
  const cell = Buffer.alloc(METER.cellBytes);
  cell.writeDoubleLE(10, METER.cell.requestsAt);
  cell.writeDoubleLE(1_000, METER.cell.bytesInAt);
  const before = differenceOf(cell, undefined);
  if (before === undefined || before === "unknown-outcome") {
    throw new Error("there is a difference");
  }
  const torn = Buffer.from(cell);
  torn.writeDoubleLE(12, METER.cell.requestsAt);
  torn.writeDoubleLE(3, METER.cell.bytesInAt);
  const during = differenceOf(torn, before.counted);
  if (during === undefined || during === "unknown-outcome") {
    throw new Error("there is a difference");
  }
  expect(during.row).toMatchObject({ requests: 2, bytesIn: 0 });
  const whole = Buffer.from(torn);
  whole.writeDoubleLE(1_200, METER.cell.bytesInAt);
  expect(differenceOf(whole, during.counted)).toMatchObject({ row: { requests: 0, bytesIn: 200 } });
});
