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
  status: number;
  header: Record<string, string | number | undefined>;
  readonly OK: number;
  readonly ERR: number;
  readonly WARN: number;
  readonly NOTICE: number;
  readonly worker: { readonly pid: (this: void) => number; readonly id: (this: void) => number };
  readonly timer: {
    readonly every: (
      this: void,
      seconds: number,
      callback: (this: void, premature: boolean) => void,
    ) => LuaMultiReturn<[boolean | undefined, string | undefined]>;
  };
  readonly log: (this: void, level: number, ...texts: (string | number)[]) => void;
  readonly print: (this: void, text: string) => void;
  readonly exit: (this: void, status: number) => void;
  readonly exec: (this: void, location: string) => void;
  readonly crc32_long: (this: void, text: string) => number;
};

/** @noResolution */
declare module "ffi" {
  export const C: unknown;
  export function cdef(this: void, declarations: string): void;
  export function cast(this: void, type: string, value: unknown): CData;
  export function copy(this: void, destination: unknown, source: unknown, bytes: number): void;
  export function string(this: void, pointer: unknown, bytes?: number): string;
  export function sizeof(this: void, type: string): number;
  export function errno(this: void): number;
  export function load(this: void, library: string): unknown;
  /** `new` is a reserved word in TypeScript; reached as ffi["new"]. */
  const make: (this: void, type: string, initial?: unknown) => CData;
  export { make as new };
}

/** @noResolution */
declare module "resty.core.base" {
  export function get_request(this: void): CData | undefined;
}

/** @noResolution */
declare module "cjson.safe" {
  export function decode(this: void, text: string): LuaMultiReturn<[unknown, string | undefined]>;
  export function encode(this: void, value: unknown): string;
}

/** @noResolution */
declare module "bit" {
  export function band(this: void, left: number, right: number): number;
}
