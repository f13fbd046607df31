/** A JSON string. Not cjson, whose members come in any order and whose slashes are escaped: people read this. */
export function quote(text: string): string {
  const [escaped] = string.gsub(text, '[%c"\\\\]', escapeCharacter);
  return `"${escaped}"`;
}

/** Not a closure: making one per refusal would leave the whole phase to LuaJIT's interpreter. */
function escapeCharacter(this: void, character: string): string {
  return string.format("\\u%04x", string.byte(character));
}
