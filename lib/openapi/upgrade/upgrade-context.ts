import { safeName } from "../component-names";
import { isObject, own, ownObject, ownTexts, type JsonObject, type JsonValue } from "../json";
import { MAX_MEDIA_TYPES } from "../limits";
import { parseFragment, toReference } from "../pointer";

/** 2.0 section → where its members live in 3.0. */
const SECTIONS: readonly (readonly [from: string, to: string])[] = [
  ["definitions", "schemas"],
  ["parameters", "parameters"],
  ["responses", "responses"],
];

const MAX_HOPS = 50;

/** What the parts of an upgrade need to know of the document around them. */
export class UpgradeContext {
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Section → old name → new name: 3.0 limits the characters, and generated documents have names like "List«Pet»". */
  private readonly names = new Map<string, Map<string, string>>();

  constructor(
    private readonly document: JsonObject,
    /** Reports what could not be kept, with its pointer in the document. */
    readonly warn: (message: string, place: string) => void,
  ) {
    this.consumes = mediaTypes(document, "consumes") ?? ["application/json"];
    this.produces = mediaTypes(document, "produces") ?? ["application/json"];
    for (const [section] of SECTIONS) {
      this.names.set(section, chooseNames(Object.keys(ownObject(document, section) ?? {})));
    }
  }

  /** The 3.0 name of a shared definition, parameter or response. */
  nameOf(section: string, name: string): string {
    return this.names.get(section)?.get(name) ?? safeName(name);
  }

  /** "#/definitions/Pet" → "#/components/schemas/Pet". */
  rename(reference: string): string {
    const [section, name, ...rest] = reference.startsWith("#") ? (parseFragment(reference.slice(1)) ?? []) : [];
    const place = SECTIONS.find(([from]) => from === section);
    return place === undefined || name === undefined
      ? reference
      : toReference(["components", place[1], this.nameOf(place[0], name), ...rest]);
  }

  /** The value behind references to shared parameters or responses; undefined when there is none. */
  lookUp(value: JsonValue): JsonObject | undefined {
    let current: JsonValue | undefined = value;
    for (let hop = 0; hop < MAX_HOPS && isObject(current); hop += 1) {
      if (typeof current.$ref !== "string") {
        return current;
      }
      const [section, name, ...rest]: string[] = parseFragment(current.$ref.slice(1)) ?? [];
      const members: JsonObject | undefined = section === undefined ? undefined : ownObject(this.document, section);
      current = members === undefined || name === undefined || rest.length > 0 ? undefined : own(members, name);
    }
    return undefined;
  }
}

/** Media types of an object's `consumes` or `produces`; undefined when it says nothing. */
export function mediaTypes(object: JsonObject, key: "consumes" | "produces"): readonly string[] | undefined {
  const types = [...new Set(ownTexts(object, key))].slice(0, MAX_MEDIA_TYPES);
  return types.length === 0 ? undefined : types;
}

export function copyExtensions(from: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key.startsWith("x-")));
}

/** The named fields that there are. */
export function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const key of keys) {
    const value = own(from, key);
    if (value !== undefined) {
      picked[key] = value;
    }
  }
  return picked;
}

function chooseNames(names: readonly string[]): Map<string, string> {
  // Names that can stay as they are go first: nothing else may take them.
  const used = new Set(names.filter((name) => safeName(name) === name));
  const chosen = new Map<string, string>();
  const suffixes = new Map<string, number>();
  for (const name of names) {
    const wanted = safeName(name);
    let free = wanted;
    for (let suffix = suffixes.get(wanted) ?? 2; wanted !== name && used.has(free); suffix += 1) {
      free = `${wanted}_${suffix}`;
      suffixes.set(wanted, suffix + 1);
    }
    used.add(free);
    chosen.set(name, free);
  }
  return chosen;
}
