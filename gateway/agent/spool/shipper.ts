import { Backoff } from "../control-plane/backoff";
import { ControlPlaneRefusal } from "../control-plane/client";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import type { Spool, SpooledBatch } from "./spool";

/** With the backoff some ten minutes: long enough to put a bad deployment of the control plane right. */
const REFUSALS_BEFORE_DROP = 25;

export interface ShipOptions {
  /** @param batch as spooled; rejects with what the control plane's absence or refusal throws */
  readonly send: (batch: string) => Promise<unknown>;
  readonly spool: Pick<Spool<SpooledBatch, unknown>, "acknowledge" | "depth" | "drop" | "takeOldest">;
  /** For the log and the console: "usage". */
  readonly name: string;
  /** Code of the problem that is shown while the control plane refuses batches. */
  readonly problem: string;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Sends the spool in order, one batch at a time; a batch leaves the disk when the control plane says that it has it. */
export class Shipper {
  #work: Promise<void> | undefined;
  #refusals = 0;
  readonly #backoff = new Backoff(200, 30_000);

  constructor(readonly options: ShipOptions) {}

  /** There is something in the spool. */
  nudge(): void {
    this.#work ??= this.#shipAll().finally(() => (this.#work = undefined));
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#backoff.hurry();
  }

  /** Tries once to empty the spool, for the end of the process. @throws whatever the control plane's absence throws */
  async flush(): Promise<void> {
    await this.#work;
    while (await this.#shipOldest()) {
      // Each round sends one batch.
    }
  }

  async #shipAll(): Promise<void> {
    const { logger, name, problem, problems, signal, spool } = this.options;
    const backoff = this.#backoff;
    let trouble: string | undefined;
    while (spool.depth > 0 && !signal.aborted) {
      try {
        await this.#shipOldest();
        problems.clear(problem);
        this.#refusals = 0;
        trouble = undefined;
        backoff.reset();
      } catch (error) {
        if (trouble !== describeError(error) && !signal.aborted) {
          trouble = describeError(error);
          logger.warn({ error: trouble, spooledBatches: spool.depth }, `${name} cannot be sent yet, it stays on disk`);
        }
        await this.#considerDrop(error);
        await backoff.wait(signal);
      }
    }
  }

  async #shipOldest(): Promise<boolean> {
    const { send, spool } = this.options;
    const oldest = await spool.takeOldest();
    if (oldest === undefined) {
      return false;
    }
    await send(oldest.text);
    await spool.acknowledge(oldest.file);
    return true;
  }

  async #considerDrop(error: unknown): Promise<void> {
    const { name, problem, problems, spool } = this.options;
    if (!(error instanceof ControlPlaneRefusal) || ![400, 413, 422].includes(error.status)) {
      return;
    }
    problems.set(problem, `the control plane refuses a batch of ${name}: ${error.message}`);
    this.#refusals += 1;
    if (this.#refusals >= REFUSALS_BEFORE_DROP) {
      const oldest = await spool.takeOldest();
      if (oldest !== undefined) {
        await spool.drop(oldest.file);
      }
      this.#refusals = 0;
    }
  }
}
