import { Backoff } from "../control-plane/backoff";
import type { ControlPlaneClient } from "../control-plane/client";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { CacheEpochsFile } from "../state/cache-epochs-file";

const PROBLEM = "cache_purges_unreachable";

export interface CachePurgerOptions {
  readonly client: Pick<ControlPlaneClient, "fetchCachePurges">;
  readonly epochs: Pick<CacheEpochsFile, "cursor" | "forget">;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Makes the workers forget what the control plane says, once each: the cursor stands beside what it counts. */
export class CachePurger {
  #isAsked = false;
  #work: Promise<void> | undefined;
  readonly #backoff = new Backoff(200, 10_000);

  constructor(readonly options: CachePurgerOptions) {}

  /** There may be something to forget: asks until there is an answer. */
  hear(): void {
    this.#isAsked = true;
    this.#work ??= this.#follow().finally(() => (this.#work = undefined));
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  async #follow(): Promise<void> {
    const { logger, problems, signal } = this.options;
    while (this.#isAsked && !signal.aborted) {
      this.#isAsked = false;
      try {
        await this.#fetch();
        problems.clear(PROBLEM);
        this.#backoff.reset();
      } catch (error) {
        this.#isAsked = true;
        logger.warn({ error: describeError(error) }, "purges of the cache cannot be read yet, trying again");
        problems.set(PROBLEM, `purges of the cache cannot be read: ${describeError(error)}`);
        await this.#backoff.wait(signal);
      }
    }
  }

  async #fetch(): Promise<void> {
    const { client, epochs, logger } = this.options;
    const after = epochs.cursor;
    const { cursor, isWhole, purges } = await client.fetchCachePurges(after);
    if (isWhole || cursor < after) {
      epochs.forget({ scope: "environment" });
    }
    for (const purge of purges) {
      epochs.forget(purge);
    }
    if (cursor !== after) {
      epochs.cursor = cursor;
      logger.info({ cursor, purges: purges.length }, "kept answers are forgotten");
    }
  }
}
