import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { Backoff } from "./backoff";

export interface StandingQuestionOptions {
  /** What is asked for, as a sentence begins: "certificates". */
  readonly name: string;
  /** Code of the problem that is told while there is no answer. */
  readonly problem: string;
  /** Asks the control plane and does what it says; fails when there was no answer. */
  readonly ask: () => Promise<void>;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Something the control plane is asked whenever there may be news, until it has answered; never twice at a time. */
export class StandingQuestion {
  #isAsked = false;
  #work: Promise<void> | undefined;
  readonly #backoff = new Backoff(200, 10_000);

  constructor(readonly options: StandingQuestionOptions) {}

  /** There may be news. */
  hear(): void {
    this.#isAsked = true;
    this.#work ??= this.#follow().finally(() => (this.#work = undefined));
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  async #follow(): Promise<void> {
    const { ask, logger, name, problem, problems, signal } = this.options;
    while (this.#isAsked && !signal.aborted) {
      this.#isAsked = false;
      try {
        await ask();
        problems.clear(problem);
        this.#backoff.reset();
      } catch (error) {
        this.#isAsked = true;
        logger.warn({ error: describeError(error) }, `${name} cannot be read yet, trying again`);
        problems.set(problem, `${name} cannot be read: ${describeError(error)}`);
        await this.#backoff.wait(signal);
      }
    }
  }
}
