/**
 * Whether an object of a JSON text names a member twice. The decoder keeps the last and says nothing; others keep the first (RFC 8259 §4), and
 * would go by a value that nobody has looked at.
 * @param value what the text was decoded to
 */
export function hasRepeatedNames(text: string, value: unknown): boolean {
  return countColons(text) !== countMembers(value);
}

/** Behind each name stands one, and nowhere else but in texts. */
function countColons(text: string): number {
  let unescaped = text;
  if (string.find(text, "\\", 1, true)[0] !== undefined) {
    [unescaped] = string.gsub(text, "\\.", "");
  }
  const [bare] = string.gsub(unescaped, '"[^"]*"', "");
  const [, colons] = string.gsub(bare, ":", "");
  return colons;
}

function countMembers(value: unknown): number {
  if (type(value) !== "table") {
    return 0;
  }
  let count = 0;
  for (const [key, member] of pairs(value as LuaTable<string | number, unknown>)) {
    count += (type(key) === "string" ? 1 : 0) + countMembers(member);
  }
  return count;
}
