import * as ffi from "ffi";
import { sha256 } from "./sha256";

const bytes = ffi.new("unsigned char[32]") as unknown as CArray<number>;

/** The first 52 bits of the text's SHA-256: nobody makes two texts of the same number. */
export function digest(this: void, text: string): number {
  sha256(text, bytes as unknown as CData);
  const high = (byte(0) % 16) * 65_536 + byte(1) * 256 + byte(2);
  return high * 4_294_967_296 + byte(3) * 16_777_216 + byte(4) * 65_536 + byte(5) * 256 + byte(6);
}

function byte(index: number): number {
  return bytes[index] ?? 0;
}
