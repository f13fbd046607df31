import { ftruncateSync, mkdtempSync, openSync, rmSync, writeSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCounters } from "./read-counters";

const STRIPES = 1024;
const SLOTS_PER_STRIPE = 512;
const SLOTS_AT = 4096 + STRIPES * 64;

let directory: string;
let file: string;

/** As a worker makes it (runtime/shared-memory/counters.ts). */
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-counters-"));
  file = path.join(directory, "limits.shm");
  const header = Buffer.alloc(16);
  [0x4748434c, 1, STRIPES, SLOTS_PER_STRIPE].forEach((word, index) => header.writeUInt32LE(word, index * 4));
  const descriptor = openSync(file, "w");
  writeSync(descriptor, header);
  ftruncateSync(descriptor, SLOTS_AT + STRIPES * SLOTS_PER_STRIPE * 64);
  const id = Buffer.alloc(8);
  id.writeDoubleLE(7);
  for (const slot of [0, 5, STRIPES * SLOTS_PER_STRIPE - 1]) {
    writeSync(descriptor, id, 0, 8, SLOTS_AT + slot * 64);
  }
  closeSync(descriptor);
});

afterAll(() => rmSync(directory, { recursive: true }));

it("counts the slots that are in use, from the first to the last", async () => {
  expect(await readCounters(file)).toMatchObject({ used: 3, capacity: STRIPES * SLOTS_PER_STRIPE });
  expect(await readCounters(path.join(directory, "nowhere"))).toBeUndefined();
});

it("holds up nothing else for as long as a large file takes", async () => {
  let turns = 0;
  let isReading = true;
  const others = (async () => {
    while (isReading) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await readCounters(file);
  isReading = false;
  await others;
  // 128 pieces.
  expect(turns).toBeGreaterThan(50);
});
