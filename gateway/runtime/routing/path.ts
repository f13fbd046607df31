import { C } from "../host/c-functions";

/** Whether a request target has neither query nor fragment and is in normal form at first sight, as most are: one call into libc tells. */
export function isPlainTarget(target: string): boolean {
  return tonumber(C.strcspn(target, "?#%.\\")) === target.length;
}

/**
 * The path of a request target in normal form, or undefined when servers could read it in more than one way: an encoded slash, a
 * backslash, a NUL, a dot segment, a broken escape. What is matched is what is forwarded.
 * @param target the request target as sent, without its query
 */
export function normalisePath(target: string): string | undefined {
  if (string.find(target, "\\", 1, true)[0] !== undefined) {
    return undefined;
  }
  const hasEscape = string.find(target, "%", 1, true)[0] !== undefined;
  const path = hasEscape ? decodeUnreserved(target) : target;
  if (path === undefined) {
    return undefined;
  }
  if (string.find(path, "/.", 1, true)[0] !== undefined && hasDotSegment(path)) {
    return undefined;
  }
  return path;
}

/** Whether decodeEscape has met an escape that makes the path ambiguous. Out here, because a closure over it would not be compiled. */
let isBroken = false;

/** Decodes the escapes of unreserved characters and writes the others in upper case (RFC 3986 §6.2.2). */
function decodeUnreserved(target: string): string | undefined {
  isBroken = false;
  const [path] = string.gsub(target, "%%(.?.?)", decodeEscape);
  return isBroken ? undefined : path;
}

function decodeEscape(this: void, digits: string): string {
  const code = string.match(digits, "^%x%x$")[0] === undefined ? undefined : tonumber(digits, 16);
  if (code === undefined || code === 0 || code === 0x2f || code === 0x5c) {
    isBroken = true;
    return "";
  }
  const character = string.char(code);
  if (string.match(character, "^[%w%-%._~]$")[0] !== undefined) {
    return character;
  }
  return `%${string.upper(digits)}`;
}

function hasDotSegment(path: string): boolean {
  for (const [segment] of string.gmatch(path, "[^/]+")) {
    // ";" starts path parameters for some servers, which would see a dot segment before it; a few decode it first.
    const [decoded] = string.gsub(segment ?? "", "%%3B", ";");
    const [plain] = string.match(decoded, "^[^;]*");
    if (plain === "." || plain === "..") {
      return true;
    }
  }
  return false;
}
