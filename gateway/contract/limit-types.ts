/** The limits of plans as plain types, for the worker; limits.ts has the schemas and the rules that bind the fields together. */
export type LimitAlgorithm =
  | "fixed-window"
  | "sliding-window"
  | "sliding-log"
  | "token-bucket"
  | "leaky-bucket"
  | "spike-arrest"
  | "concurrency"
  | "calendar";

/** Whom a limit counts; every scope but `application` counts each subscription apart. */
export type LimitScope = "subscription" | "application" | "operation" | "address" | "header" | "claim";

export type CalendarPeriod = "hour" | "day" | "week" | "month";

/** What is counted besides calls that were let through and did not fail: `all` counts refused ones too, `successful` no failed ones. */
export type LimitCounts = "admitted" | "successful" | "all";

export interface Limit {
  /** Stable across releases: the counter belongs to it, so a changed quota keeps what was already used. */
  readonly id: number;
  /** Callers see it in RateLimit fields, inside quotes. */
  readonly name: string;
  readonly algorithm: LimitAlgorithm;
  readonly quota: number;
  /** Of a calendar quota the longest the period can be; 0 for concurrency, which has no window. */
  readonly windowSeconds: number;
  readonly scope: LimitScope;
  /** Of a token bucket its size, of a leaky bucket how many calls may wait. */
  readonly burst?: number;
  /** Absent: calls. */
  readonly unit?: "bytes";
  /** Absent: enforced. A shadowed limit counts and refuses nothing. */
  readonly mode?: "shadow";
  /** Absent: admitted. */
  readonly counts?: Exclude<LimitCounts, "admitted">;
  /** nginx's variable of the header field that tells callers apart: "http_x_tenant". With scope `header`. */
  readonly header?: string;
  /** The claim of a verified token that tells callers apart. With scope `claim`. */
  readonly claim?: string;
  /** With algorithm `calendar`. The zone names an entry of the chunk's `zones`. */
  readonly calendar?: { readonly period: CalendarPeriod; readonly zone: string };
  /** Operations that cost other than 1, or have a quota of their own, which then is counted apart. */
  readonly operations?: readonly OperationLimit[];
}

export interface OperationLimit {
  readonly operation: number;
  readonly cost?: number;
  readonly quota?: number;
}

/**
 * A time zone as a table, so that a worker needs no time zone data: pairs of (epoch seconds, seconds east of UTC from then on), ascending.
 * The first holds for all time before it, too, and the last for all time after it.
 */
export type ZoneTable = readonly number[];
