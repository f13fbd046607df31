import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CredentialEntry } from "../../contract/credentials";
import { CredentialReader } from "../../testing/credential-reader";
import { ControlFile } from "../state/control-file";
import { CredentialStore } from "./credential-store";

let directory: string;
let control: ControlFile;
let store: CredentialStore;
const logger = pino({ level: "silent" });

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-credentials-"));
  control = new ControlFile(path.join(directory, "node.control"));
  store = openStore();
});

afterEach(() => {
  store.close();
  control.close();
  rmSync(directory, { recursive: true });
});

function openStore(compactionFloorBytes?: number): CredentialStore {
  return new CredentialStore({ directory, control, logger, compactionFloorBytes });
}

function entry(key: number, changes: Partial<CredentialEntry> = {}): CredentialEntry {
  return {
    sequence: key + 1,
    hash: hashOf(key),
    credential: key + 1,
    application: key + 2,
    subscriptions: [{ id: key + 3, plan: key + 4 }],
    expiresAt: null,
    state: "active",
    ...changes,
  };
}

/** Spread over the whole range like a SHA-256, but cheap enough for a million. */
function hashOf(key: number): string {
  const spread = (Math.imul(key + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return spread.repeat(7) + key.toString(16).padStart(8, "0");
}

function entries(from: number, to: number): CredentialEntry[] {
  return Array.from({ length: to - from }, (_, index) => entry(from + index));
}

it("stays unready until the first snapshot is complete, however many pages it has", async () => {
  await store.applyPage({ entries: entries(0, 100), cursor: 100, complete: false });
  expect([store.isLoaded, control.credentialGeneration, store.askFrom]).toEqual([false, 0, 100]);
  await store.applyPage({ entries: entries(100, 150), cursor: 150, complete: true });
  expect([store.isLoaded, control.credentialGeneration, store.cursor, store.count]).toEqual([true, 1, 150, 150]);
  expect(new CredentialReader(directory, 1).find(hashOf(149))).toMatchObject({ credential: 150, isActive: true });
});

it("an empty log is a complete snapshot too", async () => {
  await store.applyPage({ entries: [], cursor: 0, complete: true });
  expect([store.isLoaded, control.credentialGeneration]).toEqual([true, 1]);
});

it("applies changes in place, with a new version each time", async () => {
  await store.applyPage({ entries: entries(0, 10), cursor: 10, complete: true });
  const before = new CredentialReader(directory, 1).find(hashOf(3))!;
  await store.applyPage({
    entries: [entry(3, { state: "revoked", subscriptions: [], expiresAt: 5 })],
    cursor: 11,
    complete: true,
  });
  const after = new CredentialReader(directory, 1).find(hashOf(3))!;
  expect(after).toMatchObject({ credential: 4, isActive: false, subscriptions: [], expiresAt: 5 });
  expect(after.version).toBe(before.version + 2);
  expect([control.credentialGeneration, store.cursor, store.count]).toEqual([1, 11, 10]);
});

it("grows into a new generation and keeps the old one true until every worker has left it", async () => {
  await store.applyPage({ entries: entries(0, 2_000), cursor: 2_000, complete: true });
  await store.applyPage({ entries: entries(2_000, 2_100), cursor: 2_100, complete: true });
  expect(control.credentialGeneration).toBe(2);
  await store.applyPage({ entries: [entry(5, { state: "revoked" })], cursor: 2_101, complete: true });
  for (const generation of [1, 2]) {
    const reader = new CredentialReader(directory, generation);
    expect(reader.find(hashOf(5))).toMatchObject({ isActive: false });
    expect(reader.find(hashOf(2_050))).toMatchObject({ isActive: true });
    expect([reader.cursor, reader.count]).toEqual([2_101, 2_100]);
  }
  store.retire(() => false);
  expect(readdirSync(directory)).toContain("credentials.1.index");
  store.retire((generation) => generation === 2);
  expect(readdirSync(directory).sort()).toEqual(["credentials.2.index", "credentials.2.values", "node.control"]);
});

it("compacts values that nothing points to any more", async () => {
  store.close();
  store = openStore(1_000);
  await store.applyPage({ entries: entries(0, 100), cursor: 100, complete: true });
  for (let round = 0; round < 20; round += 1) {
    await store.applyPage({ entries: entries(0, 100), cursor: 101 + round, complete: true });
    store.retire(() => true);
  }
  const values = readdirSync(directory).find((name) => name.endsWith(".values"))!;
  expect(statSync(path.join(directory, values)).size).toBeLessThan(4 * 100 * 32);
  expect(new CredentialReader(directory, store.generation).find(hashOf(99))).toMatchObject({ credential: 100 });
});

it("starts from what is on disk, and goes on from its cursor", async () => {
  await store.applyPage({ entries: entries(0, 10), cursor: 10, complete: true });
  store.close();
  store = openStore();
  expect([store.isLoaded, store.askFrom, store.count, control.credentialGeneration]).toEqual([true, 10, 10, 1]);
  await store.applyPage({ entries: [entry(10)], cursor: 11, complete: true });
  expect(new CredentialReader(directory, 1).find(hashOf(10))).toMatchObject({ credential: 11 });
});

it("reads everything anew when asked, and forgets keys that are not in the log any more", async () => {
  await store.applyPage({ entries: entries(0, 10), cursor: 10, complete: true });
  store.startSnapshot();
  expect(store.askFrom).toBe(0);
  await store.applyPage({ entries: entries(0, 5), cursor: 5, complete: true });
  const reader = new CredentialReader(directory, control.credentialGeneration);
  expect(reader.find(hashOf(4))).toBeDefined();
  expect(reader.find(hashOf(5))).toBeUndefined();
});

it("loads a million keys within a minute and holds them at a load below one half", async () => {
  const since = performance.now();
  for (let first = 0; first < 1_000_000; first += 50_000) {
    const page = entries(first, first + 50_000);
    await store.applyPage({ entries: page, cursor: first + 50_000, complete: first + 50_000 === 1_000_000 });
  }
  expect(performance.now() - since).toBeLessThan(60_000);
  expect(store.count).toBe(1_000_000);
  const reader = new CredentialReader(directory, 1);
  for (const key of [0, 1, 499_999, 999_999]) {
    expect(reader.find(hashOf(key))).toMatchObject({
      credential: key + 1,
      subscriptions: [{ id: key + 3, plan: key + 4 }],
    });
  }
  expect(reader.find(hashOf(1_000_000))).toBeUndefined();
}, 120_000);

it("keeps a signing secret where only its own user may read it, through compaction, and drops it when it is revoked", async () => {
  const signingKey = "ab".repeat(46);
  const padded = signingKey.padEnd(128, "0");
  const quotas = [{ limit: 7, quota: 8 }];
  const signing = entry(1, { signingKey, subscriptions: [{ id: 3, plan: 4, quotas }] });
  await store.applyPage({ entries: [entry(0), signing], cursor: 2, complete: true });
  const found = () => new CredentialReader(directory, store.generation).find(hashOf(1));
  expect(found()).toMatchObject({ signingKey: padded, isActive: true, subscriptions: signing.subscriptions });
  expect(new CredentialReader(directory, 1).find(hashOf(0))).not.toHaveProperty("signingKey");
  await store.applyPage({ entries: entries(2, 3000), cursor: 3000, complete: true });
  expect([store.generation, found()?.signingKey]).toEqual([2, padded]);
  expect(statSync(path.join(directory, "credentials.2.values")).mode & 0o777).toBe(0o600);
  await store.applyPage({ entries: [entry(1, { signingKey, state: "revoked" })], cursor: 3001, complete: true });
  expect(found()).toMatchObject({ isActive: false });
  expect(found()).not.toHaveProperty("signingKey");
});
