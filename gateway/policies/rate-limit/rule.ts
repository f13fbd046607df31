import type { Limit } from "../../contract/bundle-types";

/** Which arithmetic a rule needs. Numbers, because they are compared at every request. */
export const WINDOW = 1;
export const CALENDAR = 2;
export const BUCKET = 3;
export const CALL_LOG = 4;
export const CONCURRENCY = 5;

/** As LONGEST_DELAY_SECONDS of the contract, which a worker cannot read. */
export const LONGEST_WAIT_SECONDS = 60;

/** A limit as it stands for one operation: with its cost, and with the operation's own quota where it has one. */
export interface Rule extends Limit {
  readonly kind: number;
  readonly cost: number;
  /** What is added when a request is let through: the cost, or 0 for what is known only at its end. */
  readonly charge: number;
  /** The operation that has this quota for itself, 0 = none. */
  readonly ownOperation: number;
  /** Whether something is left to do when the request has ended. */
  readonly isSettled: boolean;
  readonly isShadow: boolean;
  readonly countsRefused: boolean;
  /** Of a bucket: its size, and what drains per second. */
  readonly size: number;
  readonly drainPerSecond: number;
  /** Of a calendar quota: the window that the worker has worked out last, and what it works with. */
  windowStart: number;
  windowEnd: number;
  readonly zone: readonly number[];
}
