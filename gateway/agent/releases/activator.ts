import { readFile } from "node:fs/promises";
import type { Manifest } from "../../contract/bundle";
import type { ActiveState } from "../../contract/shared-memory";
import type { ControlFile } from "../state/control-file";
import { SerialQueue } from "../state/serial-queue";
import type { TakeUp, WorkerWatch } from "../state/worker-watch";
import { writeFileAtomically } from "../state/write-file-atomically";
import type { Addresses, UpstreamResolver } from "./resolve-upstreams";

/** Puts a release, or new addresses of its upstreams, in front of the workers: `active.json`, then the generation. */
export class Activator {
  readonly #queue = new SerialQueue();
  #active: ActiveState | undefined;
  /** Of what is active. */
  #questions: readonly string[] = [];

  constructor(
    readonly activeFile: string,
    readonly control: ControlFile,
    readonly workers: WorkerWatch,
    readonly resolver: UpstreamResolver,
  ) {}

  /** Addresses of the upstreams' names. */
  get addresses(): Addresses {
    return this.#active?.addresses ?? {};
  }

  /** Recalls what workers that survived the agent run; its addresses stand in until names are resolved. */
  async recall(): Promise<void> {
    try {
      // Written by this class only; a damaged file is the same as none, the release is then put in place anew.
      const active = JSON.parse(await readFile(this.activeFile, "utf8")) as ActiveState;
      this.resolver.remember(active.addresses);
    } catch {
      return;
    }
  }

  /**
   * Makes the workers run a manifest whose chunks are all on disk. When one of them cannot, all go back to what ran before: a worker
   * that restarts must find something in active.json that works.
   */
  activate(manifest: Manifest, questions: readonly string[]): Promise<TakeUp> {
    return this.#queue.run(async () => {
      const before = this.#active;
      const addresses = await this.resolver.resolve(questions);
      const result = await this.#publish(stateOf(manifest, addresses));
      if (result.kind === "failed" && before !== undefined) {
        await this.resolver.resolve(this.#questions);
        await this.#publish(before);
        return result;
      }
      this.#questions = questions;
      return result;
    });
  }

  /** Looks up the names whose time is over, and tells the workers when an address has changed. */
  async refreshAddresses(): Promise<void> {
    if (this.resolver.turn()) {
      await this.#queue.run(async () => {
        if (this.#active !== undefined) {
          await this.#publish({ ...this.#active, addresses: this.resolver.current() });
        }
      });
    }
  }

  async #publish(state: ActiveState): Promise<TakeUp> {
    await writeFileAtomically(this.activeFile, JSON.stringify(state));
    this.#active = state;
    return this.workers.waitForTakeUp(this.control.raiseGeneration());
  }
}

function stateOf(manifest: Manifest, addresses: Addresses): ActiveState {
  return {
    release: manifest.release,
    environment: manifest.environment,
    chunks: manifest.chunks.map(({ kind, sha256 }) => ({ kind, sha256 })),
    addresses,
  };
}
