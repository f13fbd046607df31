import { describeError, type Logger } from "./log";

/** SIGTERM and SIGINT ask for an orderly end; the second one stops waiting for it. */
export class StopSignal {
  readonly #controller = new AbortController();
  readonly requested: Promise<void>;

  constructor(logger: Logger) {
    this.requested = new Promise((resolve, reject) => {
      this.signal.addEventListener("abort", () => {
        if (this.signal.reason instanceof Error && this.signal.reason.name === FATAL) {
          reject(this.signal.reason);
        } else {
          resolve();
        }
      });
    });
    // Asked for before anybody waits: no unhandled rejection then.
    this.requested.catch(() => undefined);
    const onSignal = (name: NodeJS.Signals) => {
      if (this.signal.aborted) {
        logger.warn({ signal: name }, "asked again, ending at once; nginx is left as it is");
        process.exit(1);
      }
      logger.info({ signal: name }, "stopping");
      this.#controller.abort();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the process at once with an error, nginx stays: for states in which going on would do harm. */
  fail(cause: unknown): void {
    const error = new Error(describeError(cause), { cause });
    error.name = FATAL;
    this.#controller.abort(error);
  }
}

const FATAL = "FatalError";
