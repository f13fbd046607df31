/**
 * Waits between tries: doubling, capped, with full jitter so that a fleet does not come back in step
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export class Backoff {
  #attempt = 0;
  #wake: () => void = () => undefined;

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

  /** Ends a wait: there is reason to believe that the next try succeeds. */
  hurry(): void {
    this.#attempt = 0;
    this.#wake();
  }

  /** Ends early, without an error, when the agent stops meanwhile. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(end, this.next());
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      }
      signal.addEventListener("abort", end);
      this.#wake = end;
    });
  }
}
