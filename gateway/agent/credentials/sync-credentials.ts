import { Backoff } from "../control-plane/backoff";
import type { ControlPlaneClient } from "../control-plane/client";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { CredentialStore } from "./credential-store";

const PROBLEM = "credentials_unreachable";
const OLDER = "credentials_older";
/** A control plane that keeps naming a lower sequence must not make every node read everything every two seconds. */
const SNAPSHOT_AGAIN_AFTER_MS = 60_000;

export interface CredentialSyncOptions {
  readonly client: Pick<ControlPlaneClient, "fetchCredentials">;
  readonly store: CredentialStore;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Follows the credential log: page after page from the cursor, at once when something newer is heard of. */
export class CredentialSync {
  #wanted = -1;
  #work: Promise<void> | undefined;
  #noSnapshotBeforeMs = 0;
  readonly #backoff = new Backoff(100, 5_000);

  constructor(readonly options: CredentialSyncOptions) {}

  /** There are entries up to this sequence. */
  hear(sequence: number): void {
    this.#wanted = Math.max(this.#wanted, sequence);
    const { store } = this.options;
    if (this.#wanted > store.cursor || !store.isLoaded) {
      this.#work ??= this.#follow().finally(() => (this.#work = undefined));
    }
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  /**
   * What the control plane knew after this node had told it a cursor. A lower one means that its log has been set back (a restored
   * backup): keys that it no longer has must stop working, so everything is read anew.
   */
  compare(sequence: number, cursorAtAsking: number): void {
    const isSetBack = sequence < cursorAtAsking && this.options.store.cursor >= cursorAtAsking;
    if (isSetBack && performance.now() >= this.#noSnapshotBeforeMs) {
      this.#noSnapshotBeforeMs = performance.now() + SNAPSHOT_AGAIN_AFTER_MS;
      this.options.logger.warn({ sequence, cursorAtAsking }, "the credential log was set back, reading it anew");
      this.options.store.startSnapshot();
      this.#wanted = sequence;
      this.#work ??= this.#follow().finally(() => (this.#work = undefined));
      return;
    }
    this.hear(sequence);
  }

  /** There is a whole list of this sequence, which takes the place of all that is known. An older one would bring revoked keys back. */
  replaceBy(sequence: number): void {
    const { store, problems, logger } = this.options;
    if (store.isLoaded && sequence <= store.cursor) {
      if (sequence === store.cursor) {
        problems.clear(OLDER);
        return;
      }
      logger.error(
        { sequence, current: store.cursor },
        "credentials refused, keeping what is in force: they are older",
      );
      problems.set(OLDER, `credentials of sequence ${sequence} are older than ${store.cursor}, which are in force`);
      return;
    }
    problems.clear(OLDER);
    store.startSnapshot();
    this.#wanted = sequence;
    this.#work ??= this.#follow().finally(() => (this.#work = undefined));
  }

  async #follow(): Promise<void> {
    const { logger, problems, signal } = this.options;
    const backoff = this.#backoff;
    while (!signal.aborted) {
      const goal = this.#wanted;
      try {
        await this.#pull();
        problems.clear(PROBLEM);
        backoff.reset();
        if (this.#wanted === goal) {
          return;
        }
      } catch (error) {
        logger.warn({ error: describeError(error) }, "credentials cannot be read yet, trying again");
        problems.set(PROBLEM, `credentials cannot be read: ${describeError(error)}`);
        await backoff.wait(signal);
      }
    }
  }

  async #pull(): Promise<void> {
    const { client, signal, store } = this.options;
    for (;;) {
      signal.throwIfAborted();
      const after = store.askFrom;
      const page = await client.fetchCredentials(after);
      if (page.cursor < after || (!page.complete && page.cursor === after)) {
        throw new Error(`asked from ${after}, the page ends at ${page.cursor}`);
      }
      await store.applyPage(page);
      if (page.complete) {
        return;
      }
    }
  }
}
