const DOT = 46;
const ZERO = 48;
const NINE = 57;
/** What stands before an IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = "00000000000000000000ffff";
const HEX = "0123456789abcdef";
const ADDRESS_DIGITS = 32;
const WORD_DIGITS = 4;
const ZEROS = "00000000000000000000000000000000";

/**
 * An address as 32 hex digits, which sort as addresses do. IPv4 is taken as IPv4-mapped IPv6, so that both forms of one address are one.
 * @returns "" for what is no address
 */
export function addressKey(text: string): string {
  if (text.indexOf(":") >= 0) {
    return readSixteenBytes(text.toLowerCase());
  }
  const key = readFourBytes(text);
  return key === "" ? "" : `${MAPPED}${key}`;
}

function readFourBytes(text: string): string {
  let key = "";
  let value = -1;
  let parts = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : DOT;
    if (code === DOT) {
      if (value < 0) {
        return "";
      }
      key = `${key}${HEX.charAt(Math.floor(value / 16))}${HEX.charAt(value % 16)}`;
      parts += 1;
      value = -1;
    } else if (code < ZERO || code > NINE || value === 0) {
      // Some read a number that begins with a zero as octal: it means nothing here.
      return "";
    } else {
      value = (value < 0 ? 0 : value * 10) + code - ZERO;
      if (value > 255) {
        return "";
      }
    }
  }
  return parts === 4 ? key : "";
}

function readSixteenBytes(text: string): string {
  const gap = text.indexOf("::");
  if (gap < 0) {
    const key = readWords(text);
    return key.length === ADDRESS_DIGITS ? key : "";
  }
  const head = text.slice(0, gap);
  const tail = text.slice(gap + 2);
  const headKey = readWords(head);
  const tailKey = readWords(tail);
  const missing = ADDRESS_DIGITS - headKey.length - tailKey.length;
  const isBroken = (head !== "" && headKey === "") || (tail !== "" && tailKey === "") || head.indexOf(".") >= 0;
  return isBroken || missing < WORD_DIGITS ? "" : `${headKey}${ZEROS.slice(0, missing)}${tailKey}`;
}

/** Words between single colons, the last of them perhaps an IPv4 address; "" when any is none. */
function readWords(text: string): string {
  let key = "";
  let from = 0;
  while (from <= text.length) {
    const colon = text.indexOf(":", from);
    const word = text.slice(from, colon < 0 ? text.length : colon);
    const read = colon < 0 && word.indexOf(".") >= 0 ? readFourBytes(word) : readWord(word);
    if (read === "") {
      return "";
    }
    key = `${key}${read}`;
    from = colon < 0 ? text.length + 1 : colon + 1;
  }
  return key;
}

function readWord(word: string): string {
  if (word === "" || word.length > WORD_DIGITS) {
    return "";
  }
  for (let index = 0; index < word.length; index += 1) {
    if (HEX.indexOf(word.charAt(index)) < 0) {
      return "";
    }
  }
  return `${ZEROS.slice(word.length, WORD_DIGITS)}${word}`;
}
