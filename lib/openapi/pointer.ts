/** JSON Pointer (RFC 6901): "" is the whole document. */
export function toPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${escapeToken(String(token))}`).join("");
}

export function appendToken(pointer: string, token: string | number): string {
  return `${pointer}/${escapeToken(String(token))}`;
}

export function parsePointer(pointer: string): string[] {
  return pointer === "" ? [] : pointer.slice(1).split("/").map(unescapeToken);
}

/**
 * The pointer inside the fragment of a `$ref` ("#/paths/~1pets%7Bid%7D" without its "#"), or undefined when the fragment is a name
 * (`$anchor`) and no pointer.
 */
export function parseFragment(fragment: string): string[] | undefined {
  const text = decodePercent(fragment);
  if (text === "" || text === "/") {
    return [];
  }
  return text.startsWith("/") ? parsePointer(text) : undefined;
}

/** A `$ref` to a place in the same document. */
export function toReference(tokens: readonly string[]): string {
  return `#${tokens.map((token) => `/${encodeURIComponent(escapeToken(token))}`).join("")}`;
}

/** Sloppy documents hold a bare "%": then the text is what it says. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeToken(token: string): string {
  return token.includes("~") || token.includes("/") ? token.replaceAll("~", "~0").replaceAll("/", "~1") : token;
}

function unescapeToken(token: string): string {
  return token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;
}
