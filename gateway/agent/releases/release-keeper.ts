import type { Manifest, SignedManifest } from "../../contract/bundle";
import { Backoff } from "../control-plane/backoff";
import type { ControlPlaneClient } from "../control-plane/client";
import type { Identity } from "../control-plane/identity";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { SerialQueue } from "../state/serial-queue";
import type { TakeUp, WorkerSummary } from "../state/worker-watch";
import type { Activator } from "./activator";
import { checkManifest, checkSuccession } from "./check-manifest";
import type { ChunkFacts, ChunkStore, FetchChunk } from "./chunk-store";
import type { ManifestStore } from "./manifest-store";
import { ReleaseRefused } from "./release-refused";

const REFUSED_AGAIN_AFTER_MS = 30_000;
/** Set while the newest release cannot be run, cleared when one is; the console shows it beside the release. */
const REFUSED = "release_refused";
const UNREACHABLE = "release_unreachable";
const NOTHING: readonly ChunkFacts[] = [];

export interface ReleaseKeeperOptions {
  readonly client: Pick<ControlPlaneClient, "fetchManifest" | "fetchChunk">;
  readonly identity: Pick<Identity, "publicKey" | "environment">;
  readonly chunks: ChunkStore;
  readonly manifests: ManifestStore;
  readonly activator: Activator;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Gets what a release needs besides its chunks; in time, or not at all: it keeps no release back. */
  readonly beforeActivation?: (facts: readonly ChunkFacts[]) => Promise<void>;
  /** Called when every worker has taken a release up. */
  readonly onActivated: () => void;
}

interface Placed {
  readonly manifest: Manifest;
  readonly signed: SignedManifest;
  readonly facts: readonly ChunkFacts[];
  readonly heardAtMs: number;
}

export interface Activation {
  readonly release: number;
  readonly activatedAt: string;
  /** From hearing of the release until the last worker had it. */
  readonly activationMs: number;
}

/** Follows the environment's release: fetch, verify, put in place, and on any doubt keep what runs. */
export class ReleaseKeeper {
  #wanted: { readonly release: number; readonly heardAtMs: number } | undefined;
  #placed: Placed | undefined;
  #activation: Activation | undefined;
  #refused: { readonly release: number; readonly untilMs: number } | undefined;
  #work: Promise<void> | undefined;
  #news = 0;
  readonly #backoff = new Backoff(100, 5_000);
  /** Taking a release and clearing out old chunks must not overlap: the new chunks are not in any saved manifest yet. */
  readonly #queue = new SerialQueue();

  constructor(readonly options: ReleaseKeeperOptions) {}

  /** The release that every worker has taken up last. */
  get activation(): Activation | undefined {
    return this.#activation;
  }

  /** Grows with everything heard: an answer to a question asked before the last news is stale. */
  get news(): number {
    return this.#news;
  }

  /** What the chunks of the placed release say: the same list until another one is placed. */
  get facts(): readonly ChunkFacts[] {
    return this.#placed?.facts ?? NOTHING;
  }

  /**
   * Puts the last-known-good release in place from the disk, verified anew: the disk may have been written to by others.
   * @returns its number, or undefined when there is none that may be run
   */
  async startFromDisk(): Promise<number | undefined> {
    const { activator, identity, logger, manifests } = this.options;
    await activator.recall();
    for (const signed of await manifests.candidates()) {
      try {
        const manifest = checkManifest(signed, identity);
        await this.#place(manifest, signed, performance.now(), refuseToFetch);
        return manifest.release;
      } catch (error) {
        logger.error({ error: describeError(error) }, "a release on disk cannot be run");
      }
    }
    return undefined;
  }

  /** The control plane said that the environment's release is this one. */
  hear(release: number): void {
    this.#news += 1;
    if (release === this.#placed?.manifest.release) {
      this.options.problems.clear(REFUSED);
      this.options.problems.clear(UNREACHABLE);
      this.#wanted = undefined;
      return;
    }
    if (release === this.#wanted?.release || this.#isRefused(release)) {
      return;
    }
    this.#wanted = { release, heardAtMs: performance.now() };
    this.#work ??= this.#follow().finally(() => (this.#work = undefined));
  }

  /** What was refused may have been mended under the same number. */
  reconsider(): void {
    this.#refused = undefined;
    this.#backoff.hurry();
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  /** Until what is being put in place is in place, and on the disk as what ran last. */
  async settle(): Promise<void> {
    await this.#queue.run(() => Promise.resolve());
  }

  /** Call often: notices when every worker runs what was put in place. */
  async observe(summary: WorkerSummary): Promise<void> {
    const placed = this.#placed;
    const { release } = summary;
    if (release === null || placed?.manifest.release !== release || this.#activation?.release === release) {
      return;
    }
    const activationMs = performance.now() - placed.heardAtMs;
    this.#activation = { release, activatedAt: new Date().toISOString(), activationMs };
    this.options.logger.info({ release, activationMs: Math.round(activationMs) }, "every worker runs the release");
    this.options.onActivated();
    await this.#queue.run(() => this.#keep(placed.signed));
  }

  async #follow(): Promise<void> {
    const { problems, logger, signal } = this.options;
    const backoff = this.#backoff;
    while (this.#wanted !== undefined && !signal.aborted) {
      const { release, heardAtMs } = this.#wanted;
      try {
        await this.#queue.run(() => this.#take(release, heardAtMs));
        problems.clear(REFUSED);
        problems.clear(UNREACHABLE);
        this.#forget(release);
        backoff.reset();
      } catch (error) {
        if (error instanceof ReleaseRefused) {
          logger.error({ release, code: error.code, error: error.message }, "release refused, keeping what runs");
          problems.set(REFUSED, `${error.code}: ${error.message}`, release);
          this.#refused = { release, untilMs: performance.now() + REFUSED_AGAIN_AFTER_MS };
          this.#forget(release);
          continue;
        }
        logger.warn({ release, error: describeError(error) }, "release cannot be fetched yet, trying again");
        problems.set(UNREACHABLE, `release ${release} cannot be fetched: ${describeError(error)}`, release);
        await backoff.wait(signal);
      }
    }
  }

  async #take(release: number, heardAtMs: number): Promise<void> {
    const { client, identity, manifests } = this.options;
    const signed = await client.fetchManifest(release);
    const manifest = checkManifest(signed, identity);
    checkSuccession(manifest, release, this.#placed?.manifest.release);
    const takeUp = await this.#place(manifest, signed, heardAtMs, (sha256, maxBytes) =>
      client.fetchChunk(sha256, maxBytes),
    );
    if (takeUp === "taken-up") {
      // At once: callers have seen it, and would see the one before after a restart.
      await manifests.markLastKnownGood(signed);
    }
    await manifests.save(release, signed);
  }

  async #place(
    manifest: Manifest,
    signed: SignedManifest,
    heardAtMs: number,
    fetchChunk: FetchChunk,
  ): Promise<TakeUp["kind"]> {
    const { activator, chunks, logger } = this.options;
    const facts = await chunks.ensureAll(manifest, fetchChunk);
    await this.options.beforeActivation?.(facts);
    const questions = facts.flatMap((fact) => fact.questions);
    const result = await activator.activate(manifest, questions);
    switch (result.kind) {
      case "failed":
        throw new ReleaseRefused("worker_failed", `a worker could not take it up: ${result.message}`);
      case "slow":
        logger.warn({ release: manifest.release }, "not every worker has taken the release up yet");
        break;
      case "no-workers":
      case "taken-up":
        break;
    }
    this.#placed = { manifest, signed, facts, heardAtMs };
    this.#news += 1;
    return result.kind;
  }

  async #keep(signed: SignedManifest): Promise<void> {
    const { chunks, identity, manifests } = this.options;
    if (this.#placed?.signed !== signed) {
      // Another has taken its place meanwhile, and will say so itself.
      return;
    }
    await manifests.markLastKnownGood(signed);
    const kept = (await manifests.prune()).flatMap((candidate) => {
      try {
        return [checkManifest(candidate, identity)];
      } catch {
        return [];
      }
    });
    const placed = this.#placed === undefined ? [] : [this.#placed.manifest];
    await chunks.keepOnly([...kept, ...placed]);
  }

  #isRefused(release: number): boolean {
    return this.#refused?.release === release && performance.now() < this.#refused.untilMs;
  }

  #forget(release: number): void {
    if (this.#wanted?.release === release) {
      this.#wanted = undefined;
    }
  }
}

function refuseToFetch(sha256: string): Promise<Buffer> {
  return Promise.reject(
    new ReleaseRefused("chunk_missing", `chunk ${sha256.slice(0, 12)} is missing or damaged on disk`),
  );
}
