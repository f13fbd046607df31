import type { ControlPlaneClient } from "../control-plane/client";
import { StandingQuestion } from "../control-plane/standing-question";
import type { Logger } from "../log";
import type { Problems } from "../problems";
import type { CacheEpochsFile } from "../state/cache-epochs-file";

export interface CachePurgerOptions {
  readonly client: Pick<ControlPlaneClient, "fetchCachePurges">;
  readonly epochs: Pick<CacheEpochsFile, "cursor" | "forget">;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Makes the workers forget what the control plane says, once each: the cursor stands beside what it counts. */
export class CachePurger {
  readonly question: StandingQuestion;

  constructor(readonly options: CachePurgerOptions) {
    const { logger, problems, signal } = options;
    this.question = new StandingQuestion({
      name: "purges of the cache",
      problem: "cache_purges_unreachable",
      ask: () => this.#fetch(),
      problems,
      logger,
      signal,
    });
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
