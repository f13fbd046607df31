import type { Row } from "../rows";

/** One proxy under measurement, running and ready to be called. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  /** Processes whose CPU time and memory count. */
  readonly pids: () => readonly number[];
  /** How many requests it has kept a record of; absent when it keeps none. */
  readonly countRecords?: () => number;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly row: Row;
  readonly upstreamPort: number;
  /** Requests a minute; NEVER_REACHED unless it is to be seen that the limit works. */
  readonly quota: number;
  /** A command to run it under, such as valgrind; then it is one process. */
  readonly wrapper?: readonly string[];
}

export interface ContenderFactory {
  readonly name: string;
  /** What runs, as it says itself; asked only when there is no obstacle. */
  readonly version: () => string;
  /** Why it cannot run here, or undefined. */
  readonly obstacle: () => string | undefined;
  /** What of a row's work it leaves out, or undefined when it does all. */
  readonly leavesOut: (row: Row) => string | undefined;
  /** Why it is not measured in a row, or undefined. */
  readonly unfitFor?: (row: Row) => string | undefined;
  /** Whether valgrind can count its instructions. */
  readonly canBeWrapped: boolean;
  readonly start: (options: StartOptions) => Promise<Contender>;
}
