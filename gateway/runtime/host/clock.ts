import * as ffi from "ffi";
import { C, type Timespec } from "./c-functions";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

const timespec = ffi.new("gatehouse_timespec") as unknown as Timespec;

/** Epoch seconds with fraction. Not ngx.now(): that is the time of the event loop's turn, and differs between workers. */
export function nowSeconds(): number {
  C.clock_gettime(CLOCK_REALTIME, timespec);
  return (tonumber(timespec.seconds) ?? 0) + (tonumber(timespec.nanoseconds) ?? 0) * 1e-9;
}

/** Milliseconds with fraction since some point in the past; never steps back. */
export function monotonicMs(): number {
  C.clock_gettime(CLOCK_MONOTONIC, timespec);
  return (tonumber(timespec.seconds) ?? 0) * 1000 + (tonumber(timespec.nanoseconds) ?? 0) * 1e-6;
}
