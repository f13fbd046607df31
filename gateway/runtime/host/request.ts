import * as bits from "bit";
import * as ffi from "ffi";
import * as base from "resty.core.base";

// nginx's own functions, exported for its modules. Reading a variable through them costs half of what ngx.var does: the name is hashed
// once, and no getter ends in a C call that LuaJIT cannot compile.
ffi.cdef(`
typedef struct { size_t bytes; const char *data; } gatehouse_nginx_text;
typedef struct { uint32_t flags; const char *data; } gatehouse_nginx_value;
gatehouse_nginx_value *ngx_http_get_variable(ngx_http_request_t *r, gatehouse_nginx_text *name, uintptr_t key);
gatehouse_nginx_value *ngx_http_get_flushed_variable(ngx_http_request_t *r, uintptr_t index);
gatehouse_nginx_value *ngx_http_get_indexed_variable(ngx_http_request_t *r, uintptr_t index);
uintptr_t ngx_hash_key(const char *data, size_t bytes);
long ngx_atoof(const char *line, size_t n);
int ngx_http_lua_ffi_get_resp_status(ngx_http_request_t *r);
int ngx_http_lua_ffi_req_get_method(ngx_http_request_t *r);
int ngx_http_lua_ffi_get_body_filter_param_eof(ngx_http_request_t *r);
`);

/** ngx_http_variable_value_t: the length in 28 bits, then the bits valid, no_cacheable, not_found, escape. */
export interface NginxValue {
  flags: number;
  data: unknown;
}

export interface NginxText {
  bytes: number;
  data: unknown;
}

interface Nginx {
  ngx_http_get_variable: (this: void, request: CData, name: NginxText, key: CData) => NginxValue | undefined;
  ngx_http_get_flushed_variable: (this: void, request: CData, index: number) => NginxValue | undefined;
  ngx_http_get_indexed_variable: (this: void, request: CData, index: number) => NginxValue | undefined;
  ngx_hash_key: (this: void, text: string, bytes: number) => CData;
  /** Decimal digits to a number, negative when there is anything else. */
  ngx_atoof: (this: void, text: unknown, bytes: number) => CData;
  ngx_http_lua_ffi_get_resp_status: (this: void, request: CData) => number;
  ngx_http_lua_ffi_req_get_method: (this: void, request: CData) => number;
  ngx_http_lua_ffi_get_body_filter_param_eof: (this: void, request: CData) => number;
}

/** A variable's name as nginx looks it up; made once per name. */
export interface Variable {
  readonly name: NginxText;
  readonly key: CData;
  /** Keeps the name's bytes alive. */
  readonly text: string;
  /**
   * Its place among the values of every request, for a variable that nginx.conf mentions: nginx numbers those. Measured at the first use; -1 before,
   * undefined for a variable that has none.
   */
  index: number | undefined;
  /** The one that nginx.conf mentions right before it, for a variable whose place cannot be measured. */
  readonly before: Variable | undefined;
  /** Name of the request's header field, with dashes, of which the first counts when there are several; undefined for any other variable. */
  readonly field: string | undefined;
}

const C = ffi.C as Nginx;
export const LENGTH_BITS = 0x0fffffff;
const VALID = 0x10000000;
const NOT_FOUND = 0x40000000;

/** Since 1.23 nginx puts the values of a field that came several times into one, with commas; before it told the first. */
const JOINS_REPEATED_FIELDS = ngx.config.nginx_version >= 1_023_000;

/** Lists, which nginx has always put together. */
const LIST_FIELDS = ["http_cookie", "http_x_forwarded_for"];

const variables = new LuaTable<string, Variable>();

const METHOD_NAMES = new LuaTable<number, string>();
METHOD_NAMES.set(0x0002, "GET");
METHOD_NAMES.set(0x0004, "HEAD");
METHOD_NAMES.set(0x0008, "POST");
METHOD_NAMES.set(0x0010, "PUT");
METHOD_NAMES.set(0x0020, "DELETE");
METHOD_NAMES.set(0x0200, "OPTIONS");
METHOD_NAMES.set(0x4000, "PATCH");

const REQUEST_METHOD = variableNamed("request_method");

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

/** @param name in lower case */
export function variableNamed(name: string): Variable {
  return variables.get(name) ?? addVariable(name, undefined, undefined);
}

/**
 * One that nginx.conf mentions: nginx then has a number for it, and need not hash its name per request.
 * @param name in lower case
 */
export function numberedVariable(name: string): Variable {
  return addVariable(name, -1, undefined);
}

/**
 * A header field of the request that nginx.conf mentions. By name nginx finds such a variable in another place than the numbered one, so its
 * number is told by its neighbour.
 * @param before what nginx.conf mentions right before it, for the first time both
 */
export function numberedField(name: string, before: Variable): Variable {
  return addVariable(name, -1, before);
}

function addVariable(name: string, index: number | undefined, before: Variable | undefined): Variable {
  const text = ffi.new("gatehouse_nginx_text") as unknown as NginxText;
  text.bytes = name.length;
  text.data = name;
  const key = C.ngx_hash_key(name, name.length);
  const variable = { name: text, key, text: name, index, before, field: fieldOf(name) };
  variables.set(name, variable);
  return variable;
}

function fieldOf(name: string): string | undefined {
  if (!JOINS_REPEATED_FIELDS || string.sub(name, 1, 5) !== "http_" || LIST_FIELDS.includes(name)) {
    return undefined;
  }
  const [field] = string.gsub(string.sub(name, 6), "_", "-");
  return field;
}

/** Reads an nginx variable, undefined when it is not set. Of a header field that came several times, the first. */
export function readVariable(request: CData, variable: Variable): string | undefined {
  const value = findVariable(request, variable);
  if (value === undefined) {
    return undefined;
  }
  const text = variableText(value);
  if (variable.field !== undefined && string.find(text, ",", 1, true)[0] !== undefined) {
    const first = firstOf(variable.field, text);
    return first;
  }
  return text;
}

function firstOf(field: string, joined: string): string {
  // Without a bound: a table cut off at a hundred fields would lose the one asked for.
  const values = ngx.req.get_headers(0)[field];
  return values === undefined || typeof values === "string" ? joined : (values[0] ?? joined);
}

/** The value in nginx's memory, undefined when it is not set. */
export function findVariable(request: CData, variable: Variable): NginxValue | undefined {
  const value = valueOf(request, variable);
  // A null pointer equals nil, but is not falsy.
  if (value === undefined || bits.band(value.flags, NOT_FOUND) !== 0) {
    return undefined;
  }
  return value;
}

export function variableText(value: NginxValue): string {
  // In a local before it is returned: LuaJIT does not compile a tail call into ffi.string.
  const text = ffi.string(value.data, bits.band(value.flags, LENGTH_BITS));
  return text;
}

function valueOf(request: CData, variable: Variable): NginxValue | undefined {
  const index = variable.index;
  if (index === undefined) {
    const named = C.ngx_http_get_variable(request, variable.name, variable.key);
    return named;
  }
  const numbered = C.ngx_http_get_flushed_variable(request, index < 0 ? measureIndex(request, variable) : index);
  return numbered;
}

/** nginx keeps the values of the variables that nginx.conf mentions in one array per request, in the order of their numbers. */
function measureIndex(request: CData, variable: Variable): number {
  const before = variable.before;
  if (before !== undefined) {
    const next = indexOf(request, before) + 1;
    variable.index = next;
    return next;
  }
  const first = C.ngx_http_get_indexed_variable(request, 0);
  const value = C.ngx_http_get_variable(request, variable.name, variable.key);
  if (first === undefined || value === undefined) {
    return error(`nginx.conf does not mention ${variable.text}`);
  }
  // Pointers into one array: their difference is a count.
  const index = (value as unknown as number) - (first as unknown as number);
  variable.index = index;
  return index;
}

/** Reads a variable that holds a whole number, 0 when it does not. Makes no string: this runs several times per request. */
export function readNumberVariable(request: CData, variable: Variable): number {
  const value = valueOf(request, variable);
  if (value === undefined || bits.band(value.flags, NOT_FOUND) !== 0) {
    return 0;
  }
  const parsed = tonumber(C.ngx_atoof(value.data, bits.band(value.flags, LENGTH_BITS))) ?? 0;
  return parsed < 0 ? 0 : parsed;
}

/** The values of a request's numbered variables. */
export function variableValues(request: CData): CArray<NginxValue> {
  const first = C.ngx_http_get_indexed_variable(request, 0);
  return first as unknown as CArray<NginxValue>;
}

/**
 * Sets one of the variables that nginx.conf declares. nginx gets the text's own bytes, not a copy: whoever calls keeps the text
 * referenced until the request is logged, in its context or in something as durable.
 */
export function writeVariable(request: CData, values: CArray<NginxValue>, variable: Variable, text: string): void {
  const value = values[indexOf(request, variable)] as NginxValue;
  value.flags = text.length + VALID;
  value.data = text;
}

/** Sets a variable to the bytes of another from the offset on, which stay where they are: no text is made. */
export function writePart(
  request: CData,
  values: CArray<NginxValue>,
  variable: Variable,
  source: Variable,
  offset: number,
): void {
  const whole = values[indexOf(request, source)] as NginxValue;
  const part = values[indexOf(request, variable)] as NginxValue;
  part.flags = bits.band(whole.flags, LENGTH_BITS) - offset + VALID;
  part.data = (whole.data as number) + offset;
}

/** Its place among the values of every request. */
export function indexOf(request: CData, variable: Variable): number {
  const index = variable.index as number;
  return index < 0 ? measureIndex(request, variable) : index;
}

export function requestMethod(request: CData): string {
  const name = METHOD_NAMES.get(C.ngx_http_lua_ffi_req_get_method(request));
  return name ?? readVariable(request, REQUEST_METHOD) ?? "";
}

/** Status of the response as it stands; 0 before there is one. */
export function responseStatus(request: CData): number {
  return C.ngx_http_lua_ffi_get_resp_status(request);
}

/** In the body filter: whether this is the end of the response. An upstream that breaks off never gets here. */
export function isEndOfBody(request: CData): boolean {
  return C.ngx_http_lua_ffi_get_body_filter_param_eof(request) === 1;
}
