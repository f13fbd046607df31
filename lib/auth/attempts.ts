/** Counts failures per name in a sliding minute: slows down guessing without locking anybody out for long. */
export class Attempts {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #failures = new Map<string, number[]>();

  /** @param most failures of one name within the window */
  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** @param now epoch milliseconds */
  isBlocked(name: string, now: number): boolean {
    return this.#recent(name, now).length >= this.#most;
  }

  recordFailure(name: string, now: number): void {
    const recent = this.#recent(name, now);
    recent.push(now);
    this.#failures.set(name, recent);
    if (this.#failures.size > 10_000) {
      this.#forget(now);
    }
  }

  clear(name: string): void {
    this.#failures.delete(name);
  }

  #recent(name: string, now: number): number[] {
    return (this.#failures.get(name) ?? []).filter((at) => now - at < this.#windowMs);
  }

  #forget(now: number): void {
    for (const name of this.#failures.keys()) {
      if (this.#recent(name, now).length === 0) {
        this.#failures.delete(name);
      }
    }
  }
}
