import { decodePercent } from "./pointer";

/** Stands for the folder of a document that came with relative file names; never fetched. */
const FILES_ORIGIN = "http://files.invalid/";

export interface ReferenceTarget {
  /** URL or relative file name, without fragment. */
  readonly location: string;
  readonly fragment: string;
}

/**
 * Resolves a `$ref` against the location of the file it stands in (RFC 3986 §5): "../schemas/pet.yaml#/Pet" in "paths/pets.yaml" is
 * "schemas/pet.yaml" and "/Pet". Undefined when it is nothing that could be read: another scheme, or no URL at all.
 */
export function resolveReference(reference: string, base: string): ReferenceTarget | undefined {
  const hash = reference.indexOf("#");
  const address = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? "" : reference.slice(hash + 1);
  if (address === "") {
    return { location: base, fragment };
  }
  const location = resolveLocation(address, base);
  return location === undefined ? undefined : { location, fragment };
}

/** The normal form of a URL or relative file name. */
export function resolveLocation(address: string, base = ""): string | undefined {
  let url: URL;
  try {
    url = new URL(address, new URL(base, FILES_ORIGIN));
  } catch {
    return undefined;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return undefined;
  }
  url.hash = "";
  const text = url.href;
  return text.startsWith(FILES_ORIGIN) ? decodePercent(text.slice(FILES_ORIGIN.length)) : text;
}

export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}
