import { pino, type Logger } from "pino";

export type { Logger };

/** JSON lines on standard output. */
export function createLogger(level: string): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
}

/** The words of anything thrown, with its causes: undici hides the useful part ("connect ECONNREFUSED …") in `cause`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const words = error.message || error.name;
  const cause = error.cause === undefined ? "" : `: ${describeError(error.cause)}`;
  return words + cause;
}
