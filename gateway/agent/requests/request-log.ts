import type { RequestRecord } from "../../contract/request-log";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { BaselineBroken } from "../spool/spool";
import { Shipper } from "../spool/shipper";
import { RequestDrain } from "./drain-requests";
import type { RequestLogFile } from "./request-log-file";
import type { RequestLogSpool } from "./request-log-format";

const NOT_SPOOLED = "request_log_not_spooled";

export interface RequestLogOptions {
  /** Where the workers' rings lie. */
  readonly directory: string;
  readonly spool: RequestLogSpool;
  /** Takes the records as lines of JSON, too. */
  readonly file: RequestLogFile | undefined;
  readonly send: (batch: string) => Promise<unknown>;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called when the process must end and be started anew. */
  readonly onFatal: (error: unknown) => void;
}

/** Carries what the workers wrote down of calls to the control plane. Whatever fails here, calls and their counts go on. */
export class RequestLog {
  readonly #drain: RequestDrain;
  readonly #shipper: Shipper;
  #recorded = 0;
  #drained: Promise<void> = Promise.resolve();

  constructor(readonly options: RequestLogOptions) {
    const { directory, logger, problems, send, signal, spool } = options;
    this.#drain = new RequestDrain({ directory, spool, onRecords: (records) => this.#note(records) });
    this.#shipper = new Shipper({
      send,
      spool,
      name: "the request log",
      problem: "request_log_refused",
      problems,
      logger,
      signal,
    });
  }

  /** Records that were spooled since this agent started. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Records that were lost since this node was enrolled: for want of room in a ring, in the minute, or in the spool. */
  get dropped(): number {
    return this.#drain.dropped + this.options.spool.droppedRequests;
  }

  get spooledBatches(): number {
    return this.options.spool.depth;
  }

  /** Spools what the workers wrote; never two at a time. */
  drain(): Promise<void> {
    this.#drained = this.#drained.then(async () => {
      await this.#drain.drain(Date.now());
      this.options.problems.clear(NOT_SPOOLED);
      if (this.options.spool.depth > 0) {
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

  close(): void {
    this.#drain.close();
    this.options.file?.close();
  }

  #note(records: readonly RequestRecord[]): void {
    this.#recorded += records.length;
    this.options.file?.write(records);
  }

  #fail(error: unknown): void {
    if (error instanceof BaselineBroken) {
      this.options.onFatal(error);
      return;
    }
    this.#drained = Promise.resolve();
    this.options.problems.set(NOT_SPOOLED, `the request log cannot be put on disk: ${describeError(error)}`);
    this.options.logger.error({ error: describeError(error) }, "the request log could not be spooled, trying again");
  }
}
