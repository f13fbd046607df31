import { isRecord } from "./schema-values";
import { findResources, resolveAddress, type SchemaResource } from "./schema-resources";

export interface Referred {
  readonly schema: unknown;
  readonly place: readonly string[];
}

/**
 * Follows `#/$defs/a`, the `#name` of an `$anchor`, and the address of an `$id` that stands in the same whole.
 * @param holder the schema that holds the reference, which may have an `$id` of its own around it
 * @returns what it leads to, or what is wrong with it
 */
export function resolveReference(root: unknown, reference: unknown, holder?: unknown): Referred | string {
  const text = String(reference);
  const [before = "", fragment = ""] = text.split("#");
  const resource = findResource(root, before, holder);
  if (resource === undefined) {
    return `only references inside the schema are followed, not ${text}`;
  }
  if (fragment !== "" && !fragment.startsWith("/")) {
    const anchor = resource.anchors.get(decode(fragment));
    return anchor?.isTaken === true ? `several schemas are named ${text}` : (anchor ?? `there is nothing at ${text}`);
  }
  const names = decode(fragment)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = follow(resource.root, names);
  if (found !== undefined) {
    return { schema: found, place: [...resource.place, ...names] };
  }
  // In a document, people give schemas an `$id` and refer to others as if they had none.
  const elsewhere = before === "" ? follow(root, names) : undefined;
  return elsewhere === undefined ? `there is nothing at ${text}` : { schema: elsewhere, place: names };
}

/**
 * Follows a `$dynamicRef`. It leads where a reference would, unless schemas with an `$id` of their own have dynamic anchors of the same name: then
 * it depends on the way there.
 * @returns undefined where it depends
 */
export function resolveDynamicReference(
  root: unknown,
  reference: unknown,
  holder: unknown,
): Referred | string | undefined {
  const found = resolveReference(root, reference, holder);
  const isDynamic = typeof found !== "string" && "isDynamic" in found && found.isDynamic === true;
  const name = decode(String(reference).replace(/^[^#]*#/, ""));
  return isDynamic && findResources(root).countDynamic(name) > 1 ? undefined : found;
}

/**
 * Follows a `$recursiveRef`, which 2019-09 had before `$dynamicRef`: to the whole, unless that is no schema, or schemas with an `$id` of their own
 * have said that they may stand for each other.
 * @returns undefined where it depends
 */
export function resolveRecursiveReference(root: unknown, holder: unknown, isDocument: boolean): Referred | undefined {
  const resources = findResources(root);
  const { root: schema, place } = resources.around(holder);
  const mayBeOther = resources.count > 1 && isRecord(schema) && schema.$recursiveAnchor === true;
  return mayBeOther || (isDocument && place.length === 0) ? undefined : { schema, place };
}

/** The reference to a place of the document. */
export function toReference(place: readonly PropertyKey[]): string {
  return `#${place.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

function findResource(root: unknown, address: string, holder: unknown): SchemaResource | undefined {
  const resources = findResources(root);
  const around = resources.around(holder);
  if (address === "") {
    return around;
  }
  const absolute = resolveAddress(address, around.address);
  return absolute === undefined ? undefined : resources.at(absolute);
}

function follow(root: unknown, names: readonly string[]): unknown {
  let found = root;
  for (const name of names) {
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, unknown>)[name]
        : undefined;
  }
  return found;
}

/** Sloppy documents hold a bare "%": then the text is what it says. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
