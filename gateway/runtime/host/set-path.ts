/** Sets the path that nginx sends on. @param path normalised: what is escaped in it stands for the byte */
export function setPath(path: string): void {
  const [unescaped] = string.gsub(path, "%%(%x%x)", byteOf);
  // With the last argument nginx takes any bytes, and escapes them anew on their way.
  ngx.req.set_uri(unescaped, false, true);
}

/** Not a closure, see README.md. */
function byteOf(this: void, digits: string): string {
  return string.char(tonumber(digits, 16) ?? 0);
}
