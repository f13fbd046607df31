/** What the tests use of the FFI besides the runtime. */
/** @noResolution */
declare module "ffi" {
  export function offsetof(this: void, type: string, field: string): number;
}
