import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CredentialEntry } from "../../contract/credentials";
import { bundle } from "../../testing/agent-process";
import { CredentialReader, generationsIn } from "../../testing/credential-reader";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { waitFor } from "../../testing/wait-for";

const KEYS = 4_000;
const ROUNDS = 16;

let built: string;
let root: string;
let controlPlane: FakeControlPlane;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), "gatehouse-credential-loop-"));
  await bundle("gateway/testing/credential-loop.ts", path.join(built, "loop.mjs"));
  root = mkdtempSync(path.join(tmpdir(), "gatehouse-credentials-"));
  controlPlane = await FakeControlPlane.start();
  controlPlane.pageSize = 50;
});

afterAll(async () => {
  await controlPlane.stop();
  rmSync(built, { recursive: true });
  rmSync(root, { recursive: true });
});

it("a killed agent never leaves a credential that was neither before nor after, and never loses one behind its cursor", async () => {
  putRandom(1_500);
  let crashes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    putRandom(150);
    crashes += await runUntilCrash(1 + Math.floor(Math.random() * (round % 2 === 0 ? 12 : 500)));
    checkWhatIsThere();
  }
  expect(crashes).toBeGreaterThan(ROUNDS / 2);
  await runToTheEnd();
  const [generation, ...older] = generationsIn(root);
  expect(older).toEqual([]);
  const reader = new CredentialReader(root, generation!);
  expect(reader.cursor).toBe(controlPlane.credentials.length);
  expect(reader.oddVersions).toBe(0);
  expect(reader.count).toBe(new Set(controlPlane.credentials.map(({ hash }) => hash)).size);
  // The file grew beyond its first 4096 slots, at a load below one half.
  expect(reader.count).toBeGreaterThan(2_048);
  checkWhatIsThere();
}, 180_000);

/** Every entry behind the cursor is found, as it stood there or as a later entry made it. */
function checkWhatIsThere(): void {
  const [generation] = generationsIn(root);
  if (generation === undefined) {
    return;
  }
  const reader = new CredentialReader(root, generation);
  const acceptable = new Map<string, CredentialEntry[]>();
  for (const entry of controlPlane.credentials) {
    const earlier = entry.sequence <= reader.cursor ? [] : (acceptable.get(entry.hash) ?? []);
    acceptable.set(entry.hash, [...earlier, entry]);
  }
  for (const [hash, entries] of acceptable) {
    const found = reader.find(hash);
    if (found === undefined) {
      expect(entries.every(({ sequence }) => sequence > reader.cursor)).toBe(true);
    } else {
      const { version: _version, ...shown } = found;
      expect(entries.map(shownAs)).toContainEqual(shown);
    }
  }
}

function shownAs(entry: CredentialEntry): object {
  return {
    credential: entry.credential,
    application: entry.application,
    subscriptions: entry.subscriptions,
    expiresAt: entry.expiresAt ?? 0,
    isActive: entry.state === "active",
  };
}

function putRandom(count: number): void {
  const entries = Array.from({ length: count }, (): CredentialEntry => {
    const key = Math.floor(Math.random() * KEYS);
    return {
      sequence: 1,
      hash: createHash("sha256").update(String(key)).digest("hex"),
      credential: key + 1,
      application: 1 + Math.floor(Math.random() * 100),
      subscriptions: Array.from({ length: Math.floor(Math.random() * 4) }, (_, index) => ({
        id: index + 1,
        plan: key + 1,
        ...(index > 0 && { quotas: [{ limit: key + 2, quota: 1 + Math.floor(Math.random() * 1000) }] }),
      })),
      expiresAt: Math.random() < 0.5 ? null : 1_900_000_000 + key,
      state: Math.random() < 0.8 ? "active" : "revoked",
    };
  });
  controlPlane.putCredentials(entries);
}

/** @returns 1 when it crashed before it had read everything, else 0 */
async function runUntilCrash(crashAfter: number): Promise<number> {
  const loop = startLoop(crashAfter);
  await waitFor("a crash or the end of the log", () => loop.hasEnded() || loop.hasReadEverything());
  const crashed = loop.hasEnded() ? 1 : 0;
  await loop.kill();
  return crashed;
}

async function runToTheEnd(): Promise<void> {
  const loop = startLoop(0);
  await waitFor("the end of the log", loop.hasReadEverything);
  await waitFor("older generations to be given up", () => generationsIn(root).length === 1);
  await loop.kill();
}

function startLoop(crashAfter: number) {
  const child = spawn(process.execPath, [path.join(built, "loop.mjs"), root, controlPlane.url, String(crashAfter)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString("utf8")));
  return {
    hasEnded: () => child.signalCode !== null,
    hasReadEverything: () => output.includes(`cursor ${controlPlane.credentials.length}\n`),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
