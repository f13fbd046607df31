import * as ffi from "ffi";

// All but naming the peer, see peer.ts.
ffi.cdef(`
int ngx_http_lua_ffi_balancer_set_more_tries(ngx_http_request_t *r, int count, char **err);
int ngx_http_lua_ffi_balancer_set_timeouts(ngx_http_request_t *r, long connect_timeout, long send_timeout, long read_timeout,
  char **err);
int ngx_http_lua_ffi_balancer_get_last_failure(ngx_http_request_t *r, int *status, char **err);
int ngx_http_lua_ffi_balancer_recreate_request(ngx_http_request_t *r, char **err);
`);

interface Balancer {
  ngx_http_lua_ffi_balancer_set_more_tries: (this: void, request: CData, count: number, message: CData) => number;
  ngx_http_lua_ffi_balancer_set_timeouts: (
    this: void,
    request: CData,
    connectMs: number,
    sendMs: number,
    readMs: number,
    message: CData,
  ) => number;
  ngx_http_lua_ffi_balancer_get_last_failure: (
    this: void,
    request: CData,
    status: CArray<number>,
    message: CData,
  ) => number;
  ngx_http_lua_ffi_balancer_recreate_request: (this: void, request: CData, message: CData) => number;
}

const C = ffi.C as Balancer;
const message = ffi.new("char *[1]");
const status = ffi.new("int[1]") as unknown as CArray<number>;
/** NGX_BUSY: no upstream can be asked, which ends the request with 502. */
const NOBODY_LEFT = -3;

export function allowTries(request: CData, count: number): void {
  C.ngx_http_lua_ffi_balancer_set_more_tries(request, count, message);
}

export function setTimeouts(request: CData, connectMs: number, sendMs: number, readMs: number): void {
  C.ngx_http_lua_ffi_balancer_set_timeouts(request, connectMs, sendMs, readMs, message);
}

/** Builds the upstream request anew, with the variables as they stand: the next target has another Host field. */
export function rebuildRequest(request: CData): void {
  C.ngx_http_lua_ffi_balancer_recreate_request(request, message);
}

/** Status of the try before this one; 502 or 504 also where there was no answer. */
export function lastTryStatus(request: CData): number {
  C.ngx_http_lua_ffi_balancer_get_last_failure(request, status, message);
  return status[0] as number;
}

/** Ends the request instead of naming a peer. */
export function giveUp(): void {
  ngx.exit(NOBODY_LEFT);
}
