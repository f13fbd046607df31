import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TelemetryBatch, TelemetryRow } from "../../contract/telemetry";
import { TELEMETRY_FORMAT, type TelemetrySpool } from "../meters/telemetry-format";
import { BaselineBroken, Spool } from "./spool";
import { encodeSpoolFile, minuteText, spoolFileName } from "./spool-file";

let directory: string;
const logger = pino({ level: "silent" });
const nothing = () => Promise.resolve();

beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "gatehouse-spool-"))));
afterEach(() => rmSync(directory, { recursive: true }));

function openSpool(maxBytes = 1_000_000): Promise<TelemetrySpool> {
  return Spool.open({ format: TELEMETRY_FORMAT, directory, maxBytes, logger });
}

function row(operation: number, requests = 1): TelemetryRow {
  return {
    operation,
    application: 1,
    subscription: 1,
    plan: 1,
    outcome: "success",
    requests,
    bytesIn: 10 * requests,
    bytesOut: 100 * requests,
    latency: [[operation, requests]],
    upstreamLatency: [],
  };
}

function files(): string[] {
  return readdirSync(directory).filter((name) => name !== "state.json");
}

/** Takes and acknowledges everything, as the shipper does. */
async function takeAll(spool: TelemetrySpool): Promise<TelemetryBatch[]> {
  const batches: TelemetryBatch[] = [];
  for (let taken = await spool.takeOldest(); taken !== undefined; taken = await spool.takeOldest()) {
    batches.push(JSON.parse(taken.text) as TelemetryBatch);
    await spool.acknowledge(taken.file);
  }
  return batches;
}

describe("the spool", () => {
  it("hands batches out in the order of their sequence, which goes on over a restart even when all were sent", async () => {
    const first = await openSpool();
    await first.append(7, { rows: [row(1)] }, { cells: [] }, nothing);
    await first.append(7, { rows: [row(2)] }, { cells: [] }, nothing);
    const [one, two] = await takeAll(first);
    expect(two!.sequence).toBeGreaterThan(one!.sequence);
    expect(one!.minute).toBe(minuteText(7));
    const second = await openSpool();
    await second.append(7, { rows: [row(3)] }, { cells: [] }, nothing);
    const [three] = await takeAll(second);
    expect(three!.sequence).toBeGreaterThan(two!.sequence);
  });

  it("hands out the same batch with the same sequence until it is acknowledged", async () => {
    const first = await openSpool();
    await first.append(7, { rows: [row(1)] }, { cells: [] }, nothing);
    const taken = await first.takeOldest();
    const again = await (await openSpool()).takeOldest();
    expect(again).toEqual(taken);
  });

  it("does not hand a batch out before its baseline is written", async () => {
    const spool = await openSpool();
    const order: string[] = [];
    const appended = spool.append(7, { rows: [row(1)] }, { cells: [] }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("baseline");
    });
    const taken = spool.takeOldest().then(() => order.push("taken"));
    await Promise.all([appended, taken]);
    expect(order).toEqual(["baseline", "taken"]);
  });

  it("says that the process must end when the baseline could not be written", async () => {
    const spool = await openSpool();
    const appended = spool.append(7, { rows: [row(1)] }, { cells: [] }, () => Promise.reject(new Error("disk full")));
    await expect(appended).rejects.toThrow(BaselineBroken);
  });

  it("when full, makes one batch of each minute and loses nothing", async () => {
    const spool = await openSpool(4_000);
    for (let batch = 0; batch < 60; batch += 1) {
      await spool.append(batch < 30 ? 7 : 8, { rows: [row(batch % 3)] }, { cells: [] }, nothing);
    }
    expect(spool.droppedRequests).toBe(0);
    expect(spool.bytes).toBeLessThanOrEqual(4_000);
    const batches = await takeAll(spool);
    for (const minute of [7, 8]) {
      const rows = batches.filter((batch) => batch.minute === minuteText(minute)).flatMap((batch) => batch.rows);
      expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(30);
      expect(rows.reduce((sum, { bytesOut }) => sum + bytesOut, 0)).toBe(3_000);
    }
    expect(batches.length).toBeLessThan(30);
  });

  it("never merges a batch that was sent: the control plane may have it under its sequence", async () => {
    const spool = await openSpool(2_000);
    await spool.append(7, { rows: [row(1)] }, { cells: [] }, nothing);
    const sent = await spool.takeOldest();
    for (let batch = 0; batch < 30; batch += 1) {
      await spool.append(7, { rows: [row(1)] }, { cells: [] }, nothing);
    }
    expect(await spool.takeOldest()).toEqual(sent);
    const batches = await takeAll(spool);
    expect(batches[0]!.rows).toEqual([row(1)]);
    expect(batches.flatMap(({ rows }) => rows).reduce((sum, { requests }) => sum + requests, 0)).toBe(31);
  });

  it("drops the oldest only when merging does not help, and counts what it dropped, also over a restart", async () => {
    const spool = await openSpool(2_000);
    for (let minute = 1; minute <= 40; minute += 1) {
      await spool.append(minute, { rows: [row(1, 5)] }, { cells: [] }, nothing);
    }
    const dropped = spool.droppedRequests;
    expect(dropped).toBeGreaterThan(0);
    const reopened = await openSpool(2_000);
    expect(reopened.droppedRequests).toBe(dropped);
    const kept = (await takeAll(reopened)).flatMap(({ rows }) => rows).reduce((sum, { requests }) => sum + requests, 0);
    expect(kept + dropped).toBe(200);
  });
});

describe("what a crash left is put right at the start", () => {
  function put(first: number, last: number, attempted: boolean, requests: number): void {
    const batch = { sequence: last, minute: minuteText(7), rows: [row(1, requests)] };
    writeFileSync(
      path.join(directory, spoolFileName({ first, last, minute: 7, attempted })),
      encodeSpoolFile(batch, undefined),
    );
  }

  it("sources of a merge that was finished are gone", async () => {
    put(3, 3, false, 1);
    put(4, 4, false, 1);
    put(3, 5, false, 3);
    put(6, 6, false, 1);
    const batches = await takeAll(await openSpool());
    expect(batches.map(({ sequence, rows }) => [sequence, rows[0]!.requests])).toEqual([
      [5, 3],
      [6, 1],
    ]);
    expect(files()).toEqual([]);
  });

  it("dropped batches are gone, one that was sent before stays", async () => {
    put(3, 3, true, 1);
    put(4, 4, false, 1);
    const state = { reservedUpTo: 100, droppedRequests: 1, droppedThrough: 4 };
    writeFileSync(path.join(directory, "state.json"), JSON.stringify(state));
    const spool = await openSpool();
    expect((await takeAll(spool)).map(({ sequence }) => sequence)).toEqual([3]);
    expect(spool.droppedRequests).toBe(1);
  });

  it("half-written files are gone", async () => {
    writeFileSync(
      path.join(directory, `${spoolFileName({ first: 1, last: 1, minute: 7, attempted: false })}.tmp`),
      "{",
    );
    expect(await takeAll(await openSpool())).toEqual([]);
    expect(files()).toEqual([]);
  });
});
