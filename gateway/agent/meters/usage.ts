import type { Logger } from "../log";
import type { Problems } from "../problems";
import { Delivery } from "../spool/delivery";
import { MeterDrain } from "./drain-meters";
import type { TelemetrySpool } from "./telemetry-format";
import { UsageTotals } from "./usage-totals";

export interface UsageOptions {
  readonly metersDirectory: string;
  readonly baselinesDirectory: string;
  readonly spool: TelemetrySpool;
  readonly send: (batch: string) => Promise<unknown>;
  /** The name of the API version that an operation belongs to, for the totals. */
  readonly apiVersionOf: (operation: number) => string | undefined;
  readonly problems: Problems;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called when the process must end and be started anew. */
  readonly onFatal: (error: unknown) => void;
}

/** Carries what the workers counted to the control plane. */
export class Usage {
  /** Of what this agent has spooled. */
  readonly totals = new UsageTotals();
  readonly delivery: Delivery;
  readonly #drain: MeterDrain;

  constructor(readonly options: UsageOptions) {
    const { apiVersionOf, baselinesDirectory, logger, metersDirectory, onFatal, problems, send, signal, spool } =
      options;
    this.#drain = new MeterDrain({
      metersDirectory,
      baselinesDirectory,
      spool,
      logger,
      onRows: (rows) => this.totals.add(rows, apiVersionOf),
    });
    this.delivery = new Delivery({
      drain: (nowMs) => this.#drain.drain(nowMs),
      spool,
      send,
      name: "usage",
      refused: "telemetry_refused",
      notSpooled: "telemetry_not_spooled",
      outlook: "; it stays counted and follows",
      problems,
      logger,
      signal,
      onFatal,
    });
  }

  /** Requests whose counts were lost since this node was enrolled: for want of room in the spool. */
  get dropped(): number {
    return this.options.spool.droppedRequests;
  }

  get spooledBatches(): number {
    return this.options.spool.depth;
  }

  get spooledBytes(): number {
    return this.options.spool.bytes;
  }

  close(): void {
    this.#drain.close();
  }
}
