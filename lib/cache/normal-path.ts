const UNRESERVED = /^[A-Za-z0-9._~-]$/;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:;[^/]*|%3B[^/]*)?(?=\/|$)/;

/**
 * A path in the form in which nodes compare it (gateway/runtime/routing/path.ts), or undefined for one that no call can have: an encoded slash,
 * a dot segment, a broken escape.
 */
export function normalPath(text: string): string | undefined {
  if (!/^\/[!-~]*$/.test(text) || /[\\?#]/.test(text) || /%(?![0-9A-Fa-f]{2})|%(?:00|2F|5C)/i.test(text)) {
    return undefined;
  }
  const path = text.replace(ESCAPE, (escape, digits: string) => {
    const character = String.fromCharCode(parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
  return DOT_SEGMENT.test(path) ? undefined : path;
}
