/** Decodes the escapes of unreserved characters (RFC 3986 §6.2.2.2), and leaves everything else as it is. */
export function decodeUnreserved(this: void, text: string): string {
  const [decoded] = string.gsub(text, "%%(%x%x)", unreservedOnly);
  return decoded;
}

function unreservedOnly(this: void, digits: string): string {
  const [character] = string.match(string.char(tonumber(digits, 16) ?? 0), "^[%w%-%._~]$");
  return character ?? `%${digits}`;
}
