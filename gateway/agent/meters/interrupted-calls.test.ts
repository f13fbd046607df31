import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OUTCOMES } from "../../contract/outcome";
import { FLIGHTS, METER } from "../../contract/shared-memory";
import { FakeMeter } from "../../testing/fake-meter";
import { countInterruptedCalls } from "./interrupted-calls";
import { differenceOf } from "./meter-cell";

const SUCCESS = OUTCOMES.indexOf("success");
const call = {
  operation: 11,
  application: 2,
  subscription: 3,
  plan: 4,
  outcome: SUCCESS,
  bytesIn: 5,
  bytesOut: 7,
  latencyBucket: 20,
  upstreamLatencyBucket: 19,
};

/** What a worker had written of one request when it was killed; a stage that is absent was not reached. */
interface Stages {
  readonly decided?: boolean;
  readonly answered?: boolean;
  /** `requests` of the first cell of the first meter file before it counted. */
  readonly countingFrom?: number;
  readonly counted?: boolean;
}

let directory: string;
let goneProcess: number;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-flights-"));
  goneProcess = spawnSync("true").pid;
});

afterEach(() => rmSync(directory, { recursive: true }));

function writeFlights(flights: readonly Stages[], pid = goneProcess): void {
  const content = Buffer.alloc(FLIGHTS.headerBytes + (flights.length + 2) * FLIGHTS.flightBytes);
  content.writeUInt32LE(FLIGHTS.magic, FLIGHTS.magicAt);
  content.writeUInt32LE(pid, FLIGHTS.pidAt);
  flights.forEach((stages, index) => {
    const at = FLIGHTS.headerBytes + index * FLIGHTS.flightBytes;
    const { flight } = FLIGHTS;
    const opened = 40 + index;
    const put = (isReached: boolean | undefined, place: number) =>
      content.writeUInt32LE(isReached === true ? opened : opened - 1, at + place);
    put(true, flight.openedAt);
    put(stages.decided, flight.decidedAt);
    put(stages.answered, flight.answeredAt);
    put(stages.countingFrom !== undefined, flight.countingAt);
    put(stages.counted, flight.countedAt);
    content.writeDoubleLE(stages.countingFrom ?? 0, at + flight.beforeAt);
    content.writeDoubleLE(1, at + flight.fileAt);
    content.writeDoubleLE(call.operation, at + flight.operationAt);
    content.writeDoubleLE(call.application, at + flight.applicationAt);
    content.writeDoubleLE(call.subscription, at + flight.subscriptionAt);
    content.writeDoubleLE(call.plan, at + flight.planAt);
    content.writeDoubleLE(SUCCESS, at + flight.outcomeAt);
  });
  writeFileSync(path.join(directory, "meter.0.9-9.flights"), content);
}

/** [operation, outcome, requests] of what was found. */
function found(): unknown[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith("interrupted.bin"))
    .flatMap((name) => {
      const content = readFileSync(path.join(directory, name));
      expect(content.readUInt32LE(METER.sealedAt)).toBe(1);
      return Array.from({ length: content.readUInt32LE(METER.countAt) }, (_, index) => {
        const at = METER.headerBytes + index * METER.cellBytes;
        const difference = differenceOf(content.subarray(at, at + METER.cellBytes), undefined);
        if (difference === undefined || difference === "unknown-outcome") {
          throw new Error("a cell that counts nothing");
        }
        return [difference.row.operation, difference.row.outcome, difference.row.requests];
      });
    });
}

it("counts by how far a request had come, and what had been counted not again", async () => {
  const meter = new FakeMeter(path.join(directory, "meter.0.9-9-1.bin"), goneProcess);
  meter.count(call, 5);
  meter.close();
  const decided = true;
  const answered = true;
  writeFlights([
    {},
    { decided },
    { decided },
    { decided, answered },
    { decided, answered, countingFrom: 5 },
    { decided, answered, countingFrom: 4 },
    { decided, answered, countingFrom: 4, counted: true },
  ]);
  await countInterruptedCalls(directory);
  expect(found()).toEqual([
    [0, "interrupted", 1],
    [11, "interrupted", 2],
    [11, "success", 2],
  ]);
  expect(readdirSync(directory).sort()).toEqual(["meter.0.9-9-1.bin", "meter.0.9-9-interrupted.bin"]);
});

it("leaves a living worker's flights alone", async () => {
  writeFlights([{}], process.pid);
  await countInterruptedCalls(directory);
  expect(readdirSync(directory)).toEqual(["meter.0.9-9.flights"]);
});

it("removes the flights of a worker that ended by itself", async () => {
  writeFlights([{ decided: true, answered: true, countingFrom: 0, counted: true }]);
  await countInterruptedCalls(directory);
  expect(readdirSync(directory)).toEqual([]);
});

it("goes on where an agent was killed between two steps", async () => {
  writeFlights([{ decided: true }]);
  await countInterruptedCalls(directory);
  // Killed before the second rename: what was counted still has the name of the flights.
  renameSync(path.join(directory, "meter.0.9-9-interrupted.bin"), path.join(directory, "meter.0.9-9.flights"));
  await countInterruptedCalls(directory);
  expect(found()).toEqual([[11, "interrupted", 1]]);
});
