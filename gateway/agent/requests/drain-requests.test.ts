import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RECORDS_PER_MINUTE_AND_OUTCOME, type RequestRecord } from "../../contract/request-log";
import { bundle } from "../../testing/agent-process";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { FakeRing, ringRecord } from "../../testing/fake-ring";
import { Spool } from "../spool/spool";
import { RequestDrain } from "./drain-requests";
import { REQUEST_LOG_FORMAT, type RequestLogSpool } from "./request-log-format";
import { RequestLogFile } from "./request-log-file";

/** No process has it. */
const GONE = 2_147_483_000;

let root: string;
let rings: string;
let spool: RequestLogSpool;
let drain: RequestDrain;

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), "gatehouse-requests-"));
  rings = path.join(root, "requests");
  mkdirSync(rings);
  mkdirSync(path.join(root, "spool"));
  await open();
});

afterEach(() => {
  drain.close();
  rmSync(root, { recursive: true });
});

async function open(maxBytes = 100_000_000): Promise<void> {
  spool = await Spool.open({
    format: REQUEST_LOG_FORMAT,
    directory: path.join(root, "spool"),
    maxBytes,
    logger: pino({ level: "silent" }),
  });
  drain = new RequestDrain({ directory: rings, spool, onRecords: () => undefined });
}

async function spooled(): Promise<{ records: RequestRecord[]; dropped: number }> {
  const records: RequestRecord[] = [];
  let dropped = 0;
  for (let taken = await spool.takeOldest(); taken !== undefined; taken = await spool.takeOldest()) {
    const batch = REQUEST_LOG_FORMAT.batchSchema.parse(JSON.parse(taken.text));
    records.push(...batch.rows);
    dropped = batch.dropped;
    await spool.acknowledge(taken.file);
  }
  return { records, dropped };
}

describe("the records of a ring", () => {
  it("come into the spool in their order, round and round the ring, each once", async () => {
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"), 4096);
    const written: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      for (let number = 0; number < 1 + (round % 5); number += 1) {
        const id = `${round}-${number}-${"x".repeat((round * 7 + number) % 40)}`;
        expect(ring.write(ringRecord(id))).toBe(true);
        written.push(id);
      }
      await drain.drain(0);
    }
    ring.close();
    expect((await spooled()).records.map(({ requestId }) => requestId)).toEqual(written);
  });

  it("that found no room are counted, and so is what is no record", async () => {
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"), 4096);
    let refused = 0;
    for (let number = 0; number < 30; number += 1) {
      refused += ring.write(ringRecord(`${number}`)) ? 0 : 1;
    }
    expect(refused).toBeGreaterThan(10);
    await drain.drain(0);
    ring.writeText('{"at":"yesterday"}');
    ring.writeText("no JSON");
    await drain.drain(0);
    expect(drain.dropped).toBe(refused + 2);
    const { records } = await spooled();
    expect(records).toHaveLength(30 - refused);
    ring.write(ringRecord("after"));
    await drain.drain(0);
    expect((await spooled()).dropped).toBe(refused + 2);
    ring.close();
  });

  it("say when, with which outcome, and hold no character that a database refuses", async () => {
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"));
    ring.write(ringRecord("a", { path: "/a\u0000b\ud800c" }));
    await drain.drain(0);
    ring.close();
    expect((await spooled()).records[0]).toMatchObject({
      at: "2026-09-21T14:13:20.250Z",
      outcome: "rate_limited",
      path: "/a\ufffdb\ufffdc",
    });
  });

  it("of one outcome beyond a minute's share are dropped and counted; another outcome has its own", async () => {
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"), 4_194_304);
    for (let number = 0; number < RECORDS_PER_MINUTE_AND_OUTCOME + 50; number += 1) {
      ring.write(ringRecord(`${number}`));
    }
    ring.write(ringRecord("other", { outcome: 3 }));
    await drain.drain(0);
    expect(drain.dropped).toBe(50);
    ring.write(ringRecord("next minute"));
    await drain.drain(60_000);
    const { records } = await spooled();
    expect(records).toHaveLength(RECORDS_PER_MINUTE_AND_OUTCOME + 2);
    expect(records.slice(-2).map(({ requestId }) => requestId)).toEqual(["other", "next minute"]);
    ring.close();
  });

  it("of a worker that has ended are the last: its file goes, what it dropped stays counted", async () => {
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"), 4096, GONE);
    for (let number = 0; number < 30; number += 1) {
      ring.write(ringRecord(`${number}`));
    }
    ring.close();
    await drain.drain(0);
    const { dropped } = drain;
    expect(dropped).toBeGreaterThan(0);
    expect(readdirSync(rings)).toEqual(["state.json"]);
    drain.close();
    await open();
    expect(drain.dropped).toBe(dropped);
  });
});

it("the file of the request log has every record as a line, and never more than its size", () => {
  const file = path.join(root, "requests.log");
  const log = new RequestLogFile(file, 20_000);
  for (let number = 0; number < 300; number += 1) {
    log.write([{ ...ringRecord(`${number}`), at: "2026-01-01T00:00:00.000Z", outcome: "rate_limited" }]);
  }
  log.close();
  const names = readdirSync(root).filter((name) => name.startsWith("requests.log"));
  expect(names.sort()).toEqual(["requests.log", ...[1, 2, 3, 4].map((number) => `requests.log.${number}`)]);
  const texts = ["requests.log.1", "requests.log"].map((name) => readFileSync(path.join(root, name), "utf8"));
  const ids = texts
    .join("")
    .trim()
    .split("\n")
    .map((line) => Number((JSON.parse(line) as RequestRecord).requestId));
  expect(ids).toEqual(ids.map((_id, index) => 300 - ids.length + index));
  const bytes = names.reduce((sum, name) => sum + readFileSync(path.join(root, name)).length, 0);
  expect(bytes).toBeLessThanOrEqual(20_000);
});

describe("through kill -9 of the agent at any moment and answers that are lost", () => {
  let built: string;
  beforeAll(async () => {
    built = mkdtempSync(path.join(tmpdir(), "gatehouse-drain-"));
    await bundle("gateway/testing/request-drain-loop.ts", path.join(built, "loop.mjs"));
  });
  afterAll(() => rmSync(built, { recursive: true }));

  it("every record is either at the control plane once, or counted as dropped", async () => {
    const controlPlane = await FakeControlPlane.start();
    controlPlane.lostAnswers = 0.3;
    const ring = new FakeRing(path.join(rings, "requests.0.1.ring"), 16_384);
    let written = 0;
    let crashes = 0;
    const start = (crashAfter: number) => {
      const args = [path.join(built, "loop.mjs"), root, controlPlane.url, "1000000000", String(crashAfter)];
      return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    };
    for (let round = 0; round < 10; round += 1) {
      const loop = start(1 + Math.floor(Math.random() * (round % 2 === 0 ? 12 : 120)));
      const ended = new Promise<void>((resolve) => loop.once("exit", () => resolve()));
      // It crashes long before; so late that one on a busy machine does too.
      const end = Date.now() + 20_000;
      while (Date.now() < end && loop.signalCode === null && loop.exitCode === null) {
        ring.write(ringRecord(`${written}`));
        written += 1;
        await delay(1);
      }
      crashes += loop.signalCode === null ? 0 : 1;
      loop.kill("SIGKILL");
      await ended;
    }
    expect(crashes).toBeGreaterThan(5);
    ring.close();
    let output = "";
    const last = start(0);
    last.stdout.on("data", (part: Buffer) => (output += part.toString("utf8")));
    const ended = new Promise<void>((resolve) => last.once("exit", () => resolve()));
    while (!output.includes("ready")) {
      await delay(2);
    }
    last.kill("SIGTERM");
    await ended;
    const { dropped } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as { dropped: number };
    const ids = controlPlane.requestRecords().map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + dropped).toBe(written);
    expect(controlPlane.contradictions).toEqual([]);
    expect(existsSync(path.join(rings, "requests.0.1.ring"))).toBe(true);
    await controlPlane.stop();
  }, 240_000);
});
