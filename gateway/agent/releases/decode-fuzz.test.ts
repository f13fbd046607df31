import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildManifest, compile, type CompiledChunk } from "../../compiler/compile";
import { ManifestRefused, signCredentials, signManifest, verifyCredentials } from "../../compiler/sign";
import type { Manifest } from "../../contract/bundle";
import { POLICY_NAMES } from "../../policies/index";
import { FUZZ_SEED, WITH_SEED } from "../../testing/fuzz-seed";
import { mutate, mutations } from "../../testing/mutate";
import { richSnapshot } from "../../testing/rich-snapshot";
import { BundleUnreadable, openBundle } from "../alone/bundle-source";
import { checkManifest } from "./check-manifest";
import { ChunkStore } from "./chunk-store";
import { ReleaseRefused } from "./release-refused";

/** Bounded. */
const RUNS = { numRuns: 600, seed: FUZZ_SEED } as const;

const pair = generateKeyPairSync("ed25519");
const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }) as string;
const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const identity = { publicKey, environment: "production" };
const known = new Set<string>(POLICY_NAMES);
let chunks: readonly CompiledChunk[];
let manifest: string;
let directory: string;

beforeAll(() => {
  const compiled = compile(richSnapshot("http://127.0.0.1:1"));
  if (!compiled.ok) {
    throw new Error(JSON.stringify(compiled.problems));
  }
  ({ chunks } = compiled);
  const createdAt = new Date(0).toISOString();
  manifest = buildManifest({ environment: "production", release: 3, createdAt, rollback: false, chunks });
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-fuzz-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** What a refusal may throw: anything else would end the agent, or be taken for a network that comes back. */
function expectRefusal(error: unknown, ...kinds: readonly (new (...args: never[]) => Error)[]): void {
  if (!kinds.some((kind) => error instanceof kind)) {
    throw error;
  }
}

describe("whatever is changed in what comes to the agent", () => {
  it("a manifest under its old signature is refused, unless nothing has changed", () => {
    const signed = signManifest(manifest, privateKey);
    fc.assert(
      fc.property(mutations, (mutation) => {
        const changed = mutate(manifest, mutation);
        if (changed !== manifest) {
          expect(() => checkManifest({ ...signed, manifest: changed }, identity)).toThrow(ReleaseRefused);
        }
      }),
      RUNS,
    );
  });

  it("a manifest that is signed anew is taken whole or refused with a reason", () => {
    fc.assert(
      fc.property(mutations, mutations, (first, second) => {
        const changed = mutateTwice(manifest, first, second);
        let taken: Manifest;
        try {
          taken = checkManifest(signManifest(changed, privateKey), identity);
        } catch (error) {
          expectRefusal(error, ReleaseRefused);
          return;
        }
        expect(taken).toEqual(JSON.parse(changed));
      }),
      RUNS,
    );
  });

  it("a chunk whose hash is not that of the manifest is refused, and nothing of it stays on the disk", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), mutations, async (which, mutation) => {
        const chunk = chunks[which % chunks.length];
        const changed = mutate(chunk?.text ?? "", mutation);
        if (chunk === undefined || changed === chunk.text) {
          return;
        }
        const own = mkdtempSync(path.join(directory, "store-"));
        const store = new ChunkStore(own, known);
        const asked = { ...(JSON.parse(manifest) as Manifest), chunks: [chunk] };
        await expect(store.ensureAll(asked, () => Promise.resolve(Buffer.from(changed)))).rejects.toThrow(
          ReleaseRefused,
        );
        expect(readdirSync(own)).toEqual([]);
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  it("a chunk that the manifest names as it is, is decoded whole or refused with a reason", async () => {
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), mutations, mutations, async (which, first, second) => {
        const chunk = chunks[which % chunks.length];
        const text = mutateTwice(chunk?.text ?? "", first, second);
        const bytes = Buffer.from(text);
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        const reference = { kind: chunk?.kind ?? "plans", name: "fuzz", sha256, bytes: bytes.length };
        const own = mkdtempSync(path.join(directory, "store-"));
        const asked = { ...(JSON.parse(manifest) as Manifest), chunks: [reference] };
        try {
          await new ChunkStore(own, known).ensureAll(asked, () => Promise.resolve(bytes));
          taken += 1;
          expect(readdirSync(own)).toEqual([`${sha256}.json`]);
        } catch (error) {
          expectRefusal(error, ReleaseRefused);
          refused += 1;
          expect(readdirSync(own)).toEqual([]);
        }
      }),
      RUNS,
    );
    // Neither would mean anything if the other never happened.
    expect(Math.min(taken, refused), WITH_SEED).toBeGreaterThan(10);
  });

  it("credentials are taken whole or refused with a reason", () => {
    const entries = [1, 2].map((sequence) => ({
      sequence,
      hash: String(sequence).repeat(64),
      credential: sequence,
      application: 1,
      subscriptions: [{ id: 1, plan: 1, quotas: [{ limit: 1, quota: 5 }] }],
      expiresAt: null,
      state: "active" as const,
    }));
    const signed = signCredentials({ format: 1, environment: "production", sequence: 2, entries }, privateKey);
    fc.assert(
      fc.property(mutations, (mutation) => {
        const changed = mutate(signed.credentials, mutation);
        if (changed !== signed.credentials) {
          expect(() => verifyCredentials({ ...signed, credentials: changed }, publicKey)).toThrow(ManifestRefused);
        }
        const { signature } = signManifest(changed, privateKey);
        try {
          expect(verifyCredentials({ credentials: changed, signature }, publicKey)).toEqual(JSON.parse(changed));
        } catch (error) {
          expectRefusal(error, ManifestRefused);
        }
      }),
      RUNS,
    );
  });

  it("a bundle file is read whole or refused with a reason", async () => {
    const credentials = signCredentials({ format: 1, environment: "production", sequence: 0, entries: [] }, privateKey);
    const whole = JSON.stringify({
      format: 1,
      publicKey,
      manifest: signManifest(manifest, privateKey),
      credentials,
      chunks: Object.fromEntries(chunks.map(({ sha256, text }) => [sha256, text])),
    });
    const file = path.join(directory, "bundle.json");
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        writeFileSync(file, mutate(whole, mutation));
        const source = await openBundle(file);
        try {
          const parts = await source.readParts();
          expect(typeof parts.manifest.manifest).toBe("string");
          await source.readChunk(chunks[0]?.sha256 ?? "");
        } catch (error) {
          expectRefusal(error, BundleUnreadable);
        }
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});

function mutateTwice(text: string, first: Parameters<typeof mutate>[1], second: Parameters<typeof mutate>[1]): string {
  const once = mutate(text, first);
  return first.kind === "cut" || first.kind === "bytes" ? once : mutate(once, second);
}
