import type { Heartbeat } from "../contract/heartbeat";

export type Problem = Heartbeat["problems"][number];

/** What is wrong now. Each part of the agent sets and clears its own; heartbeats carry them to the console. */
export class Problems {
  readonly #current = new Map<string, Problem>();
  #onChange: () => void = () => undefined;

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** @param code stable, snake_case; @param message for the console */
  set(code: string, message: string, release: number | null = null): void {
    const before = this.#current.get(code);
    if (before?.message === message && before.release === release) {
      return;
    }
    this.#current.set(code, { code, message, release });
    this.#onChange();
  }

  clear(code: string): void {
    if (this.#current.delete(code)) {
      this.#onChange();
    }
  }

  list(): Problem[] {
    return [...this.#current.values()];
  }
}
