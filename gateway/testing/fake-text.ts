const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX = "0123456789abcdef";
const UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/** What ngx.decode_base64 does, in the Lua dialect. */
export function decodeBase64(this: void, text: string): string | undefined {
  return decodeDigits(text, BASE64, true);
}

/** What the worker's host does with ngx.decode_base64 and back, in the Lua dialect. */
export function decodeBase64Url(this: void, text: string): string | undefined {
  return decodeDigits(text, BASE64_URL, false);
}

/** @param isLoose takes padding anywhere, and whatever the last bits are */
function decodeDigits(text: string, digits: string, isLoose: boolean): string | undefined {
  let bytes = "";
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const digit = digits.indexOf(character);
    if (digit < 0) {
      if (!isLoose || character !== "=") {
        return undefined;
      }
    } else {
      bits = bits * 64 + digit;
      held += 6;
      if (held >= 8) {
        held -= 8;
        const byte = Math.floor(bits / 2 ** held);
        bytes = `${bytes}${String.fromCharCode(byte)}`;
        bits -= byte * 2 ** held;
      }
    }
  }
  const isCanonical = held < 6 && bits === 0;
  return isLoose || isCanonical ? bytes : undefined;
}

/** What the worker's host does with one pattern, in the Lua dialect. */
export function decodeUnreserved(this: void, text: string): string {
  let decoded = "";
  let index = 0;
  while (index < text.length) {
    const high = HEX.indexOf(text.charAt(index + 1).toLowerCase());
    const low = HEX.indexOf(text.charAt(index + 2).toLowerCase());
    const isEscape = text.charAt(index) === "%" && index + 2 < text.length && high >= 0 && low >= 0;
    const character = isEscape ? String.fromCharCode(high * 16 + low) : "";
    if (character !== "" && UNRESERVED.indexOf(character) >= 0) {
      decoded = `${decoded}${character}`;
      index += 3;
    } else {
      decoded = `${decoded}${text.charAt(index)}`;
      index += 1;
    }
  }
  return decoded;
}

/** What ngx.escape_uri does to ASCII, in the Lua dialect. */
export function escapeUri(this: void, text: string): string {
  let escaped = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const code = text.charCodeAt(index);
    escaped = `${escaped}${
      UNRESERVED.indexOf(character) >= 0 ? character : `%${upperHex(Math.floor(code / 16))}${upperHex(code % 16)}`
    }`;
  }
  return escaped;
}

function upperHex(digit: number): string {
  return HEX.charAt(digit).toUpperCase();
}

const IS_BYTES = "é".length === 2;

/** On Node a text is UTF-16, on LuaJIT UTF-8. */
export function countCharacters(this: void, text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isContinued = IS_BYTES ? code >= 0x80 && code <= 0xbf : code >= 0xdc00 && code <= 0xdfff;
    count += isContinued ? 0 : 1;
  }
  return count;
}

/** What ngx.unescape_uri does to ASCII, in the Lua dialect. */
export function unescapeUri(this: void, text: string): string {
  let plain = "";
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index);
    const high = HEX.indexOf(text.charAt(index + 1).toLowerCase());
    const low = HEX.indexOf(text.charAt(index + 2).toLowerCase());
    const isEscape = character === "%" && index + 2 < text.length && high >= 0 && low >= 0;
    plain = `${plain}${isEscape ? String.fromCharCode(high * 16 + low) : character === "+" ? " " : character}`;
    index += isEscape ? 3 : 1;
  }
  return plain;
}

/** Knows one date, that of the cases: the dialect has no calendar. */
export function parseHttpTime(this: void, text: string): number | undefined {
  return text === "Tue, 14 Nov 2023 22:13:20 GMT" ? 1_700_000_000 : undefined;
}

export function isLowerHex(this: void, text: string): boolean {
  return consistsOf(text, HEX);
}

export function isPlain(this: void, text: string): boolean {
  return consistsOf(text, `${UNRESERVED}:/+=@`);
}

function consistsOf(text: string, characters: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (characters.indexOf(text.charAt(index)) < 0) {
      return false;
    }
  }
  return text !== "";
}
