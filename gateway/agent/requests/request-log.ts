import type { RequestRecord } from "../../contract/request-log";
import type { Logger } from "../log";
import type { Problems } from "../problems";
import { Delivery } from "../spool/delivery";
import { RequestDrain } from "./drain-requests";
import type { RequestLogFile } from "./request-log-file";
import type { RequestLogSpool } from "./request-log-format";

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
  readonly delivery: Delivery;
  readonly #drain: RequestDrain;
  #recorded = 0;

  constructor(readonly options: RequestLogOptions) {
    const { directory, logger, onFatal, problems, send, signal, spool } = options;
    this.#drain = new RequestDrain({ directory, spool, onRecords: (records) => this.#note(records) });
    this.delivery = new Delivery({
      drain: (nowMs) => this.#drain.drain(nowMs),
      spool,
      send,
      name: "the request log",
      refused: "request_log_refused",
      notSpooled: "request_log_not_spooled",
      problems,
      logger,
      signal,
      onFatal,
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

  close(): void {
    this.#drain.close();
    this.options.file?.close();
  }

  #note(records: readonly RequestRecord[]): void {
    this.#recorded += records.length;
    this.options.file?.write(records);
  }
}
