import type { FileSet, Target } from "./file-set";
import { isObject, own, ownObject, type JsonObject } from "./json";
import { toPointer } from "./pointer";
import type { Kind, Structure } from "./structure";

interface Component {
  readonly target: Target;
  readonly kind: Kind;
  readonly section: readonly string[];
  readonly name: string;
}

/** Gives each value that moves from another file into the document a name of its own among the shared components. */
export class ComponentNames {
  private readonly used = new Map<string, Set<string>>();
  /** Last number given to a wanted name: thousands of "items" must not each count up from 2. */
  private readonly suffixes = new Map<string, number>();
  private readonly names = new Map<string, readonly string[]>();
  private readonly adoptions = new Map<string, Target>();
  private readonly queue: Component[] = [];

  constructor(
    private readonly files: FileSet,
    private readonly structure: Structure,
  ) {
    for (const [kind, section] of structure.sections) {
      const existing = findSection(files.root.value, section);
      this.used.set(section.join("/"), new Set(Object.keys(existing)));
      this.adopt(kind, section, existing);
    }
  }

  /** Pointer tokens of the component that `target` becomes; it is queued when it is new. */
  placeOf(target: Target, kind: Kind): readonly string[] {
    const key = `${kind} ${target.id}`;
    const known = this.names.get(key);
    if (known !== undefined) {
      return known;
    }
    const section = this.structure.sections.get(kind) ?? [];
    const name = this.choose(nameOf(target), section);
    const place = [...section, name];
    this.names.set(key, place);
    this.queue.push({ target, kind, section, name });
    return place;
  }

  /** The value in another file that the component at this place only stands for. */
  adopted(tokens: readonly string[], kind: Kind): Target | undefined {
    return this.adoptions.get(`${kind} ${toPointer(tokens)}`);
  }

  next(): Component | undefined {
    return this.queue.pop();
  }

  private adopt(kind: Kind, section: readonly string[], existing: JsonObject): void {
    for (const [name, value] of Object.entries(existing)) {
      const reference = isObject(value) && Object.keys(value).length === 1 ? own(value, "$ref") : undefined;
      if (typeof reference !== "string") {
        continue;
      }
      const target = this.files.resolve(reference, this.files.root);
      if (target.kind !== "target" || target.file === this.files.root || this.names.has(`${kind} ${target.id}`)) {
        continue;
      }
      const place = [...section, name];
      this.names.set(`${kind} ${target.id}`, place);
      this.adoptions.set(`${kind} ${toPointer(place)}`, target);
    }
  }

  private choose(wanted: string, section: readonly string[]): string {
    const used = this.used.get(section.join("/")) ?? new Set<string>();
    this.used.set(section.join("/"), used);
    const suffixKey = [...section, wanted].join("/");
    let suffix = this.suffixes.get(suffixKey) ?? 1;
    let name = wanted;
    while (used.has(name)) {
      suffix += 1;
      name = `${wanted}_${suffix}`;
    }
    this.suffixes.set(suffixKey, suffix);
    used.add(name);
    return name;
  }
}

/** The name a person would give: "schemas/pet.yaml" and "shared.yaml#/components/schemas/pet" are both "pet". */
function nameOf(target: Target): string {
  const named = target.tokens.filter((token) => !/^\d+$/.test(token)).at(-1);
  const base = target.file.location.split(/[?#]/)[0] ?? "";
  const fileName = (base.split("/").at(-1) ?? "").replace(/\.(?:json|ya?ml)$/i, "");
  return safeName(named ?? fileName);
}

/** Component names are limited to these characters (OpenAPI 3.0.4 §4.8.7). */
export function safeName(name: string): string {
  const safe = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 100);
  return safe === "" || safe === "__proto__" ? "shared" : safe;
}

function findSection(value: unknown, section: readonly string[]): JsonObject {
  let object: JsonObject | undefined = isObject(value) ? value : {};
  for (const token of section) {
    object = object === undefined ? undefined : ownObject(object, token);
  }
  return object ?? {};
}
