import * as ffi from "ffi";
import type { PolicyRequest } from "../../policies/types";
import { nowSeconds } from "./clock";
import { currentRequest, variableValues, writeVariable } from "./request";
import { CACHE_NOT_STORED } from "./variables";

// The beginning of ngx_http_request_t, up to the pointer to what nginx knows of the answer in its cache (ngx_http_cache_t). Where in that the
// times stand differs between machines; the digest of the key, which nginx puts right before them, shows it.
ffi.cdef(`
typedef struct { uint32_t signature; void *untouched[7]; char *cache; } gatehouse_nginx_cached;
typedef struct { int64_t validUntil, updating, error, lastModified, storedAt; } gatehouse_cache_times;
`);

interface NginxCached {
  readonly signature: number;
  readonly cache: number | undefined;
}

/** Epoch seconds; 0 = not known yet. */
interface CacheTimes {
  validUntil: number;
  readonly storedAt: CData;
}

/** "HTTP" */
const SIGNATURE = 0x50545448;
/** The structure is larger. */
const LOOKED_THROUGH_BYTES = 400;
const DIGEST_BYTES = 16;
const POINTER_BYTES = 8;
const UNKNOWN = -1;
const NOWHERE = -2;

/** Bytes from the beginning of what nginx knows to the times, the same for every answer. */
let timesAt = UNKNOWN;

export function secondsInCache(this: void, request: PolicyRequest): number | undefined {
  const times = timesOf(request.cacheKey);
  if (times === undefined) {
    return undefined;
  }
  return math.max(0, math.floor(nowSeconds()) - (tonumber(times.storedAt) ?? 0));
}

/** nginx takes no Age into account, but has not decided yet how long it keeps the answer when its head goes by. */
export function countAge(this: void, request: PolicyRequest, ageSeconds: number, lifetimeSeconds: number): void {
  const times = timesOf(request.cacheKey);
  const now = math.floor(nowSeconds());
  if (times !== undefined) {
    const told = tonumber(times.validUntil) ?? 0;
    const validUntil = (told === 0 ? now + lifetimeSeconds : told) - ageSeconds;
    if (validUntil > now) {
      times.validUntil = validUntil;
      return;
    }
  }
  request.isNotStored = true;
  const current = currentRequest();
  writeVariable(current, variableValues(current), CACHE_NOT_STORED, "1");
}

function timesOf(cacheKey: string): CacheTimes | undefined {
  const fields = ffi.cast("gatehouse_nginx_cached *", currentRequest()) as unknown as NginxCached;
  const cache = fields.cache;
  // A null pointer equals nil, but is not falsy.
  if (fields.signature !== SIGNATURE || cache === undefined) {
    return undefined;
  }
  if (timesAt === UNKNOWN) {
    timesAt = findTimes(cache, cacheKey);
  }
  return timesAt === NOWHERE
    ? undefined
    : (ffi.cast("gatehouse_cache_times *", cache + timesAt) as unknown as CacheTimes);
}

/** Two digests of keys stand there (the first that of what varies, if anything does), then a number, then the times. */
function findTimes(cache: number, cacheKey: string): number {
  const bytes = ffi.string(cache, LOOKED_THROUGH_BYTES);
  const digest = ngx.md5_bin(cacheKey);
  const [first] = string.find(bytes, digest, 1, true);
  if (first === undefined) {
    return NOWHERE;
  }
  const [second] = string.find(bytes, digest, first + DIGEST_BYTES, true);
  const end = (second ?? first) - 1 + DIGEST_BYTES;
  return math.ceil(end / POINTER_BYTES) * POINTER_BYTES + POINTER_BYTES;
}
