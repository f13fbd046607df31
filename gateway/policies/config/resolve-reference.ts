/** @returns what it leads to, or what is wrong with it */
export function resolveReference(
  root: unknown,
  reference: unknown,
): { readonly schema: unknown; readonly place: readonly string[] } | string {
  const [before, fragment = ""] = String(reference).split("#");
  if (before !== "") {
    return `only references inside the schema are followed, not ${String(reference)}`;
  }
  const place = decode(fragment)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  let found: unknown = fragment === "" || fragment.startsWith("/") ? root : undefined;
  for (const name of place) {
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, unknown>)[name]
        : undefined;
  }
  return found === undefined ? `there is nothing at ${String(reference)}` : { schema: found, place };
}

/** The reference to a place of the document. */
export function toReference(place: readonly PropertyKey[]): string {
  return `#${place.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

/** Sloppy documents hold a bare "%": then the text is what it says. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
