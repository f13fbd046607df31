import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits between tries: doubling, capped, with full jitter so that a fleet does not come back in step
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export class Backoff {
  #attempt = 0;

  constructor(
    readonly firstMs: number,
    readonly longestMs: number,
    readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds until the next try; at least half of the step, so that a refused connection is not hammered. */
  next(): number {
    const step = Math.min(this.longestMs, this.firstMs * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 30);
    return step / 2 + (this.random() * step) / 2;
  }

  reset(): void {
    this.#attempt = 0;
  }

  /** @throws AbortError when the agent stops meanwhile */
  async wait(signal: AbortSignal): Promise<void> {
    await delay(this.next(), undefined, { signal });
  }
}
