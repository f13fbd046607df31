/** One proxy under measurement, running and ready to be called. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  /** Processes whose CPU time counts. */
  readonly pids: () => readonly number[];
  readonly stop: () => Promise<void>;
}

export interface ContenderFactory {
  readonly name: string;
  /** Why it cannot run here, or undefined. */
  readonly obstacle: () => string | undefined;
  /** @param wrapper a command to run it under, such as valgrind; then it is one process */
  readonly start: (upstreamPort: number, wrapper?: readonly string[]) => Promise<Contender>;
}
