import { randomBytes } from "node:crypto";
import { BASE62 } from "@/gateway/contract/key-format";

/** A random base62 text without bias. */
export function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte; what lies above would favour the first characters.
      if (byte < 248 && text.length < length) {
        text += BASE62.charAt(byte % 62);
      }
    }
  }
  return text;
}

export type IdPrefix = "app" | "sub" | "key" | "usr" | "tok" | "nod" | "ent";

/** A public id, such as `app_` and 95 random bits. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBase62(16)}`;
}
