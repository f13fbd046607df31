import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compile, type CompiledChunk } from "../../compiler/compile";
import { STATE_FILES } from "../../contract/shared-memory";
import { FakeUpstream } from "../../testing/fake-upstream";
import { FUZZ_SEED, WITH_SEED } from "../../testing/fuzz-seed";
import { makeKey } from "../../testing/make-key";
import { mutate, mutations } from "../../testing/mutate";
import { richSnapshot } from "../../testing/rich-snapshot";
import { credentialFor } from "../../testing/snapshots";
import { TestNode } from "../../testing/test-node";
import { waitFor } from "../../testing/wait-for";

/** What no agent would let through, put in front of a worker: the last line of defence. Bounded. */
const RUNS = { numRuns: 120, seed: FUZZ_SEED, endOnFailure: true } as const;
const key = makeKey("fuzz");
let node: TestNode;
let upstream: FakeUpstream;
let chunks: readonly CompiledChunk[];
let release = 1;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  node = await TestNode.start({ workers: 1 });
  await node.putCredentials([credentialFor(key)]);
  const compiled = compile(richSnapshot(upstream.url));
  if (!compiled.ok) {
    throw new Error(JSON.stringify(compiled.problems));
  }
  ({ chunks } = compiled);
});

afterAll(async () => {
  await node.stop();
  await upstream.stop();
});

/** Puts a release in front of the worker as it is; @returns whether it was taken up */
async function offer(text: string): Promise<boolean> {
  writeFileSync(path.join(node.stateDirectory, STATE_FILES.active), text);
  const generation = node.control.raiseGeneration();
  let failed = false;
  await waitFor("the worker to have looked at it", () => {
    const [worker] = node.control.readWorkers(1);
    failed = worker?.failed === true;
    return worker?.generation === generation;
  });
  return !failed;
}

function activeState(some: readonly { readonly kind: string; readonly sha256: string }[]): string {
  release += 1;
  return JSON.stringify({
    release,
    environment: "production",
    chunks: some.map(({ kind, sha256 }) => ({ kind, sha256 })),
    addresses: { localhost: ["127.0.0.1"] },
  });
}

function put(text: string): string {
  const sha256 = createHash("sha256").update(text).digest("hex");
  writeFileSync(path.join(node.stateDirectory, STATE_FILES.chunks, `${sha256}.json`), text);
  return sha256;
}

async function offerGood(): Promise<void> {
  chunks.forEach(({ text }) => put(text));
  expect(await offer(activeState(chunks))).toBe(true);
}

async function releaseThatAnswers(): Promise<{ status: number; release: number }> {
  const response = await fetch(`${node.url}/shop/v1/items?page=1`, { headers: { "X-API-Key": key } });
  await response.arrayBuffer();
  return { status: response.status, release: Number(response.headers.get("gatehouse-release")) };
}

it("no chunk and no list of chunks ends a worker, and one that is refused leaves the last release whole", async () => {
  await offerGood();
  const [pid] = node.workerPids();
  let good = release;
  let taken = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), mutations, async (which, mutation) => {
      const chunk = chunks[which % (chunks.length + 1)];
      const changed = chunks.map((other) =>
        other === chunk ? { kind: other.kind, sha256: put(mutate(other.text, mutation)) } : other,
      );
      const state = activeState(changed);
      const isTaken = await offer(chunk === undefined ? mutate(state, mutation) : state);
      expect(node.workerPids()).toEqual([pid]);
      if (isTaken) {
        taken += 1;
        // It may mean anything, but the worker answers.
        expect((await fetch(`${node.statusUrl}/live`)).status).toBe(200);
        await offerGood();
        good = release;
      } else {
        refused += 1;
      }
      expect(await releaseThatAnswers()).toEqual({ status: 200, release: good });
    }),
    RUNS,
  );
  expect(Math.min(taken, refused), WITH_SEED).toBeGreaterThan(5);
});
