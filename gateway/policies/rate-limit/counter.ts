/**
 * What a node remembers of a limit for one subject, in memory shared by all workers. Changed only between lock and unlock. The order of
 * the stores matters: whatever dies in between must leave something that admits less, never more.
 */
export interface Counter {
  /**
   * Length of the window that `current` is of. Negative for a bucket: then its absolute value is the time in which a full one drains,
   * `start` is when the level was `current`, and `previous` is what drains per second.
   */
  windowSeconds: number;
  /** Start of the current window, epoch seconds. */
  start: number;
  /** Charged in the current window and in the one before. */
  current: number;
  previous: number;
}

/** The moments of the latest calls, in a ring. */
export interface CallLog {
  windowSeconds: number;
  /** Where the latest moment stands, and how many there are from there backwards. */
  latest: number;
  count: number;
  /** Of the latest; never goes back. */
  latestAt: number;
  /** Epoch seconds; CALL_LOG_ENTRIES places, from 0. */
  readonly times: CallTimes;
}

export interface CallTimes {
  [place: number]: number;
}

/** As many as LARGEST_LOG_QUOTA of the contract. */
export const CALL_LOG_ENTRIES = 1000;

/** Calls in flight. Never below what there are; it can be above while calls of a killed worker are in it, see PolicyHost.recount. */
export interface InFlight {
  current: number;
}
