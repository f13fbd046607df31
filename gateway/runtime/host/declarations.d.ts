/** Only what the runtime uses of its host. Results of C calls are numbers, pointers or cdata; see c-functions.ts for their layouts. */

/** A C pointer or struct that LuaJIT's FFI hands out. */
interface CData {
  readonly __cdata: true;
}

/** A C array or pointer: indexes count from 0, unlike Lua tables. */
interface CArray<T> {
  [index: number]: T;
}

declare const ngx: {
  /** 1022001 is 1.22.1. */
  readonly config: { readonly nginx_version: number; readonly ngx_lua_version: number };
  status: number;
  /** A field that came several times is an array. */
  header: Record<string, string | number | string[] | undefined>;
  readonly req: {
    readonly set_header: (this: void, name: string, value: string | string[]) => void;
    readonly set_uri: (this: void, path: string, jump: boolean, anyBytes: boolean) => void;
    readonly set_uri_args: (this: void, query: string) => void;
    readonly read_body: (this: void) => void;
    /** Undefined when there is none, or when it is in a file. */
    readonly get_body_data: (this: void) => string | undefined;
    readonly get_body_file: (this: void) => string | undefined;
    /** 0.9, 1, 1.1 or 2. */
    readonly http_version: (this: void) => number | undefined;
    readonly clear_header: (this: void, name: string) => void;
    /** Names in lower case, unless `keepsCase`; 0 = all, however many. A field that came several times is an array. */
    readonly get_headers: (
      this: void,
      most: number,
      keepsCase?: boolean,
    ) => Record<string, string | string[] | undefined>;
  };
  readonly OK: number;
  readonly ERR: number;
  readonly WARN: number;
  readonly NOTICE: number;
  readonly worker: {
    readonly pid: (this: void) => number;
    readonly id: (this: void) => number;
    /** Whether it only waits for its last calls to end. */
    readonly exiting: (this: void) => boolean;
  };
  readonly timer: {
    readonly every: (
      this: void,
      seconds: number,
      callback: (this: void, premature: boolean) => void,
    ) => LuaMultiReturn<[boolean | undefined, string | undefined]>;
    readonly at: <T>(
      this: void,
      seconds: number,
      callback: (this: void, premature: boolean, argument: T) => void,
      argument: T,
    ) => LuaMultiReturn<[number | undefined, string | undefined]>;
  };
  readonly socket: { readonly tcp: (this: void) => TcpSocket };
  readonly log: (this: void, level: number, ...texts: (string | number)[]) => void;
  readonly print: (this: void, text: string) => void;
  readonly send_headers: (this: void) => void;
  readonly exit: (this: void, status: number) => void;
  readonly exec: (this: void, location: string) => void;
  /** In the body filter: the piece of the body at 1. */
  readonly arg: LuaTable<number, string | boolean>;
  readonly sleep: (this: void, seconds: number) => void;
  readonly unescape_uri: (this: void, text: string) => string;
  readonly re: {
    /** Options: j = compiled to machine code, o = once, u = UTF-8. */
    readonly find: (
      this: void,
      text: string,
      pattern: string,
      options: string,
    ) => LuaMultiReturn<[number | undefined, number | undefined, string | undefined]>;
  };
  /** In hex. */
  readonly md5: (this: void, text: string) => string;
  readonly md5_bin: (this: void, text: string) => string;
  readonly parse_http_time: (this: void, text: string) => number | undefined;
  readonly escape_uri: (this: void, text: string) => string;
  readonly decode_base64: (this: void, text: string) => string | undefined;
  readonly encode_base64: (this: void, text: string) => string;
  readonly crc32_long: (this: void, text: string) => number;
};

/** A connection that waits without holding up the worker; in timers, and in the phases that may wait. */
interface TcpSocket {
  settimeout(milliseconds: number): void;
  connect(
    address: string,
    port: number,
    options: { readonly pool: string; readonly pool_size: number },
  ): LuaMultiReturn<[number | undefined, string | undefined]>;
  setclientcert(chain: CData, privateKey: CData): LuaMultiReturn<[boolean | undefined, string | undefined]>;
  /** @param session false: none is kept; the result is then true */
  sslhandshake(
    session: false,
    serverName: string,
    verifies: boolean,
  ): LuaMultiReturn<[boolean | undefined, string | undefined]>;
  /** How often the connection was taken out of its pool; 0 = it is new. */
  getreusedtimes(): LuaMultiReturn<[number | undefined, string | undefined]>;
  send(text: string): LuaMultiReturn<[number | undefined, string | undefined]>;
  /** Whatever has come, as soon as anything has. */
  receiveany(most: number): LuaMultiReturn<[string | undefined, string | undefined]>;
  setkeepalive(idleMs: number): LuaMultiReturn<[number | undefined, string | undefined]>;
  close(): void;
}

/** @noResolution */
declare module "ffi" {
  export const C: unknown;
  export function cdef(this: void, declarations: string): void;
  export function cast(this: void, type: string, value: unknown): CData;
  export function fill(this: void, destination: unknown, bytes: number): void;
  export function copy(this: void, destination: unknown, source: unknown, bytes: number): void;
  export function string(this: void, pointer: unknown, bytes?: number): string;
  export function sizeof(this: void, type: string): number;
  export function errno(this: void): number;
  /** Has C free what it made when nothing refers to it any more. */
  export function gc(this: void, value: CData, finalizer: unknown): CData;
  export function load(this: void, library: string, isGlobal?: boolean): unknown;
  /** `new` is a reserved word in TypeScript; reached as ffi["new"]. */
  const make: (this: void, type: string, initial?: unknown) => CData;
  export { make as new };
}

/** @noResolution */
declare module "ngx.balancer" {
  export function set_current_peer(
    this: void,
    address: string,
    port: number,
  ): LuaMultiReturn<[true | undefined, string | undefined]>;
}

/** @noResolution */
declare module "ngx.req" {
  export function add_header(this: void, name: string, value: string): void;
}

/** @noResolution */
declare module "ngx.ssl" {
  type Parsed = LuaMultiReturn<[CData | undefined, string | undefined]>;
  export function server_name(this: void): LuaMultiReturn<[string | undefined, string | undefined]>;
  export function clear_certs(this: void): void;
  export function parse_pem_cert(this: void, pem: string): Parsed;
  export function parse_pem_priv_key(this: void, pem: string): Parsed;
  export function set_cert(this: void, chain: CData): void;
  export function set_priv_key(this: void, privateKey: CData): void;
}

/** @noResolution */
declare module "resty.core.base" {
  export function get_request(this: void): CData | undefined;
}

/** @noResolution */
declare module "cjson.safe" {
  export function decode(this: void, text: string): LuaMultiReturn<[unknown, string | undefined]>;
  export function encode(this: void, value: unknown): string;
  const make: (this: void) => {
    readonly decode: (this: void, text: string) => LuaMultiReturn<[unknown, string | undefined]>;
    readonly decode_max_depth: (this: void, levels: number) => void;
    readonly decode_invalid_numbers: (this: void, areTaken: boolean) => void;
  };
  export { make as new };
}

/** @noResolution */
declare module "bit" {
  export function band(this: void, left: number, right: number): number;
}
