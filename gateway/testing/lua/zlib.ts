import * as ffi from "ffi";

ffi.cdef("unsigned long crc32(unsigned long crc, const char *data, unsigned int bytes);");

const zlib = ffi.load("libz.so.1") as {
  readonly crc32: (this: void, start: number, text: string, bytes: number) => CData;
};

/** Unsigned CRC-32 (IEEE): what ngx.crc32_long gives inside nginx. */
export function crc32(this: void, text: string): number {
  return tonumber(zlib.crc32(0, text, text.length)) ?? 0;
}
