import * as ffi from "ffi";
import * as base from "resty.core.base";

// lua-resty-core declares these functions too; a second declaration with the same types is allowed.
ffi.cdef(`
int ngx_http_lua_ffi_var_get(ngx_http_request_t *r, const char *name_data, size_t name_len, char *lowcase_buf, int capture_id,
  char **value, size_t *value_len, char **err);
int ngx_http_lua_ffi_var_set(ngx_http_request_t *r, const unsigned char *name_data, size_t name_len, unsigned char *lowcase_buf,
  const unsigned char *value, size_t value_len, unsigned char *errbuf, size_t *errlen);
int ngx_http_lua_ffi_get_resp_status(ngx_http_request_t *r);
int ngx_http_lua_ffi_req_get_method(ngx_http_request_t *r);
long ngx_atoof(const char *line, size_t n);
`);

interface LuaModule {
  ngx_http_lua_ffi_var_get: (
    this: void,
    request: CData,
    name: string,
    nameBytes: number,
    lowcase: CData,
    capture: number,
    value: CArray<CData>,
    valueBytes: CArray<CData>,
    message: CData,
  ) => number;
  ngx_http_lua_ffi_var_set: (
    this: void,
    request: CData,
    name: string,
    nameBytes: number,
    lowcase: CData,
    value: string,
    valueBytes: number,
    message: CData,
    messageBytes: CArray<number>,
  ) => number;
  ngx_http_lua_ffi_get_resp_status: (this: void, request: CData) => number;
  ngx_http_lua_ffi_req_get_method: (this: void, request: CData) => number;
  /** nginx's own: decimal digits to a number, negative when there is anything else. */
  ngx_atoof: (this: void, text: CData, bytes: CData) => CData;
}

const C = ffi.C as LuaModule;
const LONGEST_NAME = 128;
const MESSAGE_BYTES = 256;

const lowcase = ffi.new(`char[${LONGEST_NAME}]`);
const lowcaseBytes = ffi.cast("unsigned char *", lowcase);
const value = ffi.new("char *[1]") as unknown as CArray<CData>;
const valueBytes = ffi.new("size_t[1]") as unknown as CArray<CData>;
const message = ffi.new("char *[1]");
const messageText = ffi.new(`unsigned char[${MESSAGE_BYTES}]`);
const messageBytes = ffi.new("size_t[1]") as unknown as CArray<number>;

const METHOD_NAMES = new LuaTable<number, string>();
METHOD_NAMES.set(0x0002, "GET");
METHOD_NAMES.set(0x0004, "HEAD");
METHOD_NAMES.set(0x0008, "POST");
METHOD_NAMES.set(0x0010, "PUT");
METHOD_NAMES.set(0x0020, "DELETE");
METHOD_NAMES.set(0x0200, "OPTIONS");
METHOD_NAMES.set(0x4000, "PATCH");

/** The request being handled: a pointer that stays the same through internal redirects, unlike ngx.ctx. */
export function currentRequest(): CData {
  const request = base.get_request();
  if (request === undefined) {
    return error("no request in this phase");
  }
  return request;
}

/** The pointer as a table key. */
export function requestKey(request: CData): number {
  const key = tonumber(ffi.cast("uintptr_t", request));
  return key as number;
}

/**
 * Reads an nginx variable, undefined when it is not set. In place of ngx.var, whose getter ends in a C call that LuaJIT cannot compile
 * and drags its callers into the interpreter: the text must sit in a local before it is returned.
 */
export function readVariable(request: CData, name: string): string | undefined {
  if (C.ngx_http_lua_ffi_var_get(request, name, name.length, lowcase, 0, value, valueBytes, message) !== 0) {
    return undefined;
  }
  const text = ffi.string(value[0], valueBytes[0] as unknown as number);
  return text;
}

/** Reads a variable that holds a whole number, 0 when it does not. Makes no string: this runs several times per request. */
export function readNumberVariable(request: CData, name: string): number {
  if (C.ngx_http_lua_ffi_var_get(request, name, name.length, lowcase, 0, value, valueBytes, message) !== 0) {
    return 0;
  }
  const parsed = tonumber(C.ngx_atoof(value[0] as CData, valueBytes[0] as CData)) ?? 0;
  return parsed < 0 ? 0 : parsed;
}

/** Whether a variable is set to anything but the empty text. */
export function isVariableSet(request: CData, name: string): boolean {
  if (C.ngx_http_lua_ffi_var_get(request, name, name.length, lowcase, 0, value, valueBytes, message) !== 0) {
    return false;
  }
  return (tonumber(valueBytes[0]) ?? 0) > 0;
}

/** Sets one of the variables that nginx.conf declares. */
export function writeVariable(request: CData, name: string, text: string): void {
  messageBytes[0] = MESSAGE_BYTES;
  const done = C.ngx_http_lua_ffi_var_set(
    request,
    name,
    name.length,
    lowcaseBytes,
    text,
    text.length,
    messageText,
    messageBytes,
  );
  if (done !== 0) {
    error(`cannot set ${name}`);
  }
}

export function requestMethod(request: CData): string {
  const name = METHOD_NAMES.get(C.ngx_http_lua_ffi_req_get_method(request));
  return name ?? readVariable(request, "request_method") ?? "";
}

/** Status of the response as it stands; 0 before there is one. */
export function responseStatus(request: CData): number {
  return C.ngx_http_lua_ffi_get_resp_status(request);
}
