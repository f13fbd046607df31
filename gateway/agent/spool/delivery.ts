import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { Shipper, type ShipOptions } from "./shipper";
import { BaselineBroken } from "./spool";

export interface DeliveryOptions {
  /** Moves what there is into the spool. @throws BaselineBroken, after which it must not be called again */
  readonly drain: (nowMs: number) => Promise<void>;
  readonly spool: ShipOptions["spool"];
  /** @param batch as spooled; rejects with what the control plane's absence or refusal throws */
  readonly send: (batch: string) => Promise<unknown>;
  /** For the log and the console: "usage". */
  readonly name: string;
  /** Codes of the problems that are shown while a batch is refused, and while none can be put on disk. */
  readonly refused: string;
  readonly notSpooled: string;
  /** What becomes of that which cannot be put on disk, where something does. */
  readonly outlook?: string;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called when the process must end and be started anew. */
  readonly onFatal: (error: unknown) => void;
}

/** Brings what the workers wrote to the control plane, by way of the disk: from their files into a spool, and out of the spool. */
export class Delivery {
  readonly #shipper: Shipper;
  #drained: Promise<void> = Promise.resolve();

  constructor(readonly options: DeliveryOptions) {
    const { logger, name, problems, refused, send, signal, spool } = options;
    this.#shipper = new Shipper({ send, spool, name, problem: refused, problems, logger, signal });
  }

  /** Sends what an earlier run has left in the spool. */
  begin(): void {
    this.#shipper.nudge();
  }

  /** Spools what there is; never two at a time. */
  drain(): Promise<void> {
    this.#drained = this.#drained.then(async () => {
      const { drain, notSpooled, problems, spool } = this.options;
      await drain(Date.now());
      problems.clear(notSpooled);
      if (spool.depth > 0) {
        this.#shipper.nudge();
      }
    });
    return this.#drained.catch((error: unknown) => this.#fail(error));
  }

  /** The control plane is back: a try that waits is made now. */
  hurry(): void {
    this.#shipper.hurry();
  }

  /** Tries once to send what is spooled. @throws whatever the control plane's absence throws */
  flush(): Promise<void> {
    return this.#shipper.flush();
  }

  #fail(error: unknown): void {
    const { logger, name, notSpooled, onFatal, outlook = "", problems } = this.options;
    if (error instanceof BaselineBroken) {
      onFatal(error);
      return;
    }
    this.#drained = Promise.resolve();
    problems.set(notSpooled, `${name} cannot be put on disk: ${describeError(error)}${outlook}`);
    logger.error({ error: describeError(error) }, `${name} could not be spooled, trying again`);
  }
}
