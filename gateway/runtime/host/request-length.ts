import * as ffi from "ffi";
import { readNumberVariable } from "./request";
import { REQUEST_LENGTH } from "./variables";

/** Within ngx_http_request_t, behind its first fields, and before its end in every version. */
const FIRST_OFFSET = 640;
const LAST_OFFSET = 1_296;
/** Requests whose length is looked up in both ways before the short one is believed. */
const COMPARISONS = 16;

/** Places in the request's structure that have held its length so far; undefined before the first request. */
let candidates: number[] | undefined;
let compared = 0;
/** The one that is left, in bytes; -1 before. */
let offset = -1;

/**
 * Bytes of the request, head and body, as $request_length has them, without nginx writing them as text for us to read. Where nginx keeps them is found by
 * comparing: what held the length of each of the first requests, and is the only place that did, is where it is.
 */
export function requestLength(request: CData): number {
  if (offset < 0) {
    return compareLengths(request);
  }
  const length = numberAt(request, offset);
  return length;
}

function compareLengths(request: CData): number {
  const told = readNumberVariable(request, REQUEST_LENGTH);
  const left: number[] = [];
  for (const place of candidates ?? allPlaces()) {
    if (numberAt(request, place) === told) {
      left.push(place);
    }
  }
  candidates = left;
  compared += 1;
  if (compared >= COMPARISONS && left.length === 1) {
    offset = left[0] as number;
  }
  return told;
}

function allPlaces(): number[] {
  const places: number[] = [];
  for (const place of $range(FIRST_OFFSET, LAST_OFFSET, 8)) {
    places.push(place);
  }
  return places;
}

function numberAt(request: CData, place: number): number {
  const start = ffi.cast("char *", request) as unknown as number;
  const field = ffi.cast("int64_t *", start + place) as unknown as CArray<CData>;
  const number = tonumber(field[0]);
  return number as number;
}
