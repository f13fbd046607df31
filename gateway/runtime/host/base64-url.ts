/** Base64url without padding, in the one form that a text of bytes has: the last character's unused bits are zero (RFC 7515 §2, RFC 4648 §3.5). */
export function decodeBase64Url(this: void, text: string): string | undefined {
  const rest = text.length % 4;
  if (rest === 1 || string.find(text, "^[%w_-]*$")[0] === undefined) {
    return undefined;
  }
  const [plus] = string.gsub(text, "%-", "+");
  const [standard] = string.gsub(plus, "_", "/");
  const padded = rest === 0 ? standard : `${standard}${rest === 2 ? "==" : "="}`;
  const decoded = ngx.decode_base64(padded);
  return decoded !== undefined && ngx.encode_base64(decoded) === padded ? decoded : undefined;
}
