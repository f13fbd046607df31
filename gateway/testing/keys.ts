import fc from "fast-check";
import { crc32 } from "node:zlib";
import { BASE62, encodeChecksum, KEY_PREFIX, KEY_RANDOM_LENGTH } from "../contract/key-format";

/** Every well-formed key is as likely as any other. */
export const wellFormedKeys = fc
  .array(fc.constantFrom(...BASE62.split("")), { minLength: KEY_RANDOM_LENGTH, maxLength: KEY_RANDOM_LENGTH })
  .map((characters) => {
    const body = KEY_PREFIX + characters.join("");
    return body + encodeChecksum(crc32(body));
  });
