import { ComponentNames } from "./component-names";
import type { FileSet, Target } from "./file-set";
import { describe, isObject, own, ownObject, type JsonObject, type JsonValue } from "./json";
import { MAX_DEPTH, MAX_NODES } from "./limits";
import type { Pace } from "./pace";
import { toPointer, toReference } from "./pointer";
import { quote, type ProblemLog } from "./problem-log";
import { looksLikeReference } from "./schema-mapping";
import type { SourceFile } from "./source-file";
import {
  canBeReference,
  canHoldExtensions,
  isExtension,
  MAP_KINDS,
  type Field,
  type Kind,
  type Structure,
} from "./structure";
import { isInSection } from "./trace-references";

/** Raised to stop at once; the problem is already in the log. */
class GivenUp extends Error {}

/** A place in a file, while it is copied. */
interface Here {
  readonly file: SourceFile;
  readonly tokens: string[];
}

/**
 * Makes one self-contained document of a traced set of files. What stands in other files becomes a shared component, once, however
 * often it is referred to, so recursive schemas stay finite; path items are put in where they are referred to. Values of the wrong
 * type for their place are left out with a warning, so that whoever reads the result can rely on its shape.
 * @returns undefined when the result would be too large
 */
export async function bundleDocument(
  files: FileSet,
  structure: Structure,
  log: ProblemLog,
  pace: Pace,
): Promise<JsonObject | undefined> {
  try {
    return await new Bundler(files, structure, log, pace).bundle();
  } catch (error) {
    if (error instanceof GivenUp) {
      return undefined;
    }
    throw error;
  }
}

class Bundler {
  private readonly output: JsonObject = {};
  private readonly names: ComponentNames;
  private nodes = 0;
  /** Path items put into the callbacks of others nest deeper than any one file does. */
  private depth = 0;
  /** Path items that are being put in: one may refer to itself from a callback, or be part of a circle that is reported already. */
  private readonly inlining = new Set<string>();

  constructor(
    private readonly files: FileSet,
    private readonly structure: Structure,
    private readonly log: ProblemLog,
    private readonly pace: Pace,
  ) {
    this.names = new ComponentNames(files, structure);
  }

  async bundle(): Promise<JsonObject> {
    const { root } = this.files;
    if (isObject(root.value)) {
      await this.copyTop(root.value, this.output, "document", { file: root, tokens: [] });
    }
    for (let next = this.names.next(); next !== undefined; next = this.names.next()) {
      const { target, kind, section, name } = next;
      const copy = this.copy(target.value, kind, { file: target.file, tokens: [...target.tokens] });
      if (copy !== undefined) {
        openSection(this.output, section)[name] = copy;
      }
      await this.pace.restIfDue();
    }
    return this.output;
  }

  /** The document and its components: as `copyFields`, but with rests, because there may be much in them. */
  private async copyTop(value: JsonObject, output: JsonObject, kind: Kind, here: Here): Promise<void> {
    for (const [key, child] of Object.entries(value)) {
      const field = this.structure.fields[kind].get(key);
      here.tokens.push(key);
      if (field?.holds === "map" && isObject(child)) {
        const map: JsonObject = {};
        output[key] = map;
        for (const [name, member] of Object.entries(child)) {
          here.tokens.push(name);
          const isRaw = isExtension(name) && canHoldExtensions(kind, key);
          put(map, name, isRaw ? this.copyRaw(member) : this.copyShared(member, field.kind, here));
          here.tokens.pop();
          await this.pace.restIfDue();
        }
      } else if (field?.kind === "components" && isObject(child)) {
        const components: JsonObject = {};
        output[key] = components;
        await this.copyTop(child, components, "components", here);
      } else {
        put(output, key, field === undefined ? this.copyRaw(child) : this.copyField(child, field, here));
      }
      here.tokens.pop();
    }
  }

  /** A shared component that only stands for one in another file becomes that one, under the name it has here. */
  private copyShared(value: JsonValue, kind: Kind, here: Here): JsonValue | undefined {
    const adopted = this.names.adopted(here.tokens, kind);
    return adopted === undefined
      ? this.copy(value, kind, here)
      : this.copy(adopted.value, kind, { file: adopted.file, tokens: [...adopted.tokens] });
  }

  private copy(value: JsonValue, kind: Kind, here: Here): JsonValue | undefined {
    this.count();
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      const message = `With its references put in, the document nests more than ${MAX_DEPTH} levels deep.`;
      this.log.add({ code: "too_deep", message, place: toPointer(here.tokens), file: here.file.location });
      throw new GivenUp();
    }
    const copy = this.copyValue(value, kind, here);
    this.depth -= 1;
    return copy;
  }

  private copyValue(value: JsonValue, kind: Kind, here: Here): JsonValue | undefined {
    if (!isObject(value)) {
      return kind === "schema" && typeof value === "boolean" ? value : this.leaveOut(value, kind, here);
    }
    const reference = canBeReference(kind) ? own(value, "$ref") : undefined;
    if (typeof reference === "string") {
      return this.copyReference(value, reference, kind, here);
    }
    const copy = this.copyFields(value, kind, here);
    if (kind === "schema") {
      this.rewriteMapping(copy, here);
    }
    return copy;
  }

  private copyFields(value: JsonObject, kind: Kind, here: Here): JsonObject {
    const memberKind = MAP_KINDS.get(kind);
    const fields = this.structure.fields[kind];
    const copy: JsonObject = {};
    for (const [key, child] of Object.entries(value)) {
      const isMember = memberKind !== undefined && !isExtension(key);
      const field: Field | undefined = isMember ? { holds: "one", kind: memberKind } : fields.get(key);
      here.tokens.push(key);
      const extensible = canHoldExtensions(kind, key);
      put(copy, key, field === undefined ? this.copyRaw(child) : this.copyField(child, field, here, extensible));
      here.tokens.pop();
    }
    return copy;
  }

  private copyField(value: JsonValue, field: Field, here: Here, extensible = false): JsonValue | undefined {
    if (field.holds === "one" || (field.holds === "one-or-list" && !Array.isArray(value))) {
      return this.copy(value, field.kind, here);
    }
    this.count();
    if (field.holds === "map" && isObject(value)) {
      const copy: JsonObject = {};
      for (const [key, child] of Object.entries(value)) {
        here.tokens.push(key);
        put(copy, key, extensible && isExtension(key) ? this.copyRaw(child) : this.copy(child, field.kind, here));
        here.tokens.pop();
      }
      return copy;
    }
    if (field.holds !== "map" && Array.isArray(value)) {
      return value.flatMap((child, index) => {
        here.tokens.push(String(index));
        const copy = this.copy(child, field.kind, here);
        here.tokens.pop();
        return copy === undefined ? [] : [copy];
      });
    }
    return this.leaveOut(value, field.kind, here, field.holds === "map" ? "an object" : "a list");
  }

  private copyRaw(value: JsonValue): JsonValue {
    this.count();
    if (Array.isArray(value)) {
      return value.map((child) => this.copyRaw(child));
    }
    if (!isObject(value)) {
      return value;
    }
    const copy: JsonObject = {};
    for (const [key, child] of Object.entries(value)) {
      copy[key] = this.copyRaw(child);
    }
    return copy;
  }

  private copyReference(value: JsonObject, reference: string, kind: Kind, here: Here): JsonValue | undefined {
    const { $ref: _reference, ...siblings } = value;
    const target = this.files.resolve(reference, here.file);
    if (target.kind !== "target") {
      return { ...this.copyFields(siblings, kind, here), ...unresolved(reference, kind) };
    }
    if (!this.structure.sections.has(kind)) {
      const inlined = this.inline(target, kind, here);
      return isObject(inlined) ? { ...inlined, ...this.copyFields(siblings, kind, here) } : inlined;
    }
    return { $ref: this.referenceTo(target, kind), ...this.copyFields(siblings, kind, here) };
  }

  private inline(target: Target, kind: Kind, here: Here): JsonValue | undefined {
    if (this.inlining.has(target.id)) {
      const message = "A path refers to itself from within; the inner one was left out.";
      this.log.add({ code: "value_ignored", message, place: toPointer(here.tokens), file: here.file.location });
      return undefined;
    }
    this.inlining.add(target.id);
    const copy = this.copy(target.value, kind, { file: target.file, tokens: [...target.tokens] });
    this.inlining.delete(target.id);
    return copy;
  }

  /** The place of a target in the result. */
  private referenceTo(target: Target, kind: Kind): string {
    if (target.file === this.files.root) {
      // The upgrade of a 2.0 document moves everything but shared values to other places.
      const staysInPlace = this.structure.fields.document.has("components");
      if (staysInPlace || isInSection(target.tokens, this.structure.sections.get(kind))) {
        return toReference(target.tokens);
      }
    }
    return toReference(this.names.placeOf(target, kind));
  }

  private rewriteMapping(schema: JsonObject, here: Here): void {
    const discriminator = ownObject(schema, "discriminator");
    const mapping = discriminator === undefined ? undefined : ownObject(discriminator, "mapping");
    for (const [name, reference] of Object.entries(mapping ?? {})) {
      if (mapping !== undefined && typeof reference === "string" && looksLikeReference(reference)) {
        const target = this.files.resolve(reference, here.file);
        mapping[name] = target.kind === "target" ? this.referenceTo(target, "schema") : reference;
      }
    }
  }

  private leaveOut(value: JsonValue, kind: Kind, here: Here, expected = "an object"): undefined {
    const name = quote(here.tokens.at(-1) ?? "");
    const isRoute = kind === "pathItem" || kind === "operation";
    if (value === null && kind === "pathItem") {
      // "/pets:" with nothing behind it in YAML.
      return undefined;
    }
    const code = isRoute && value !== null ? "invalid_structure" : "value_ignored";
    const message = `${name} must be ${expected}, but is ${describe(value)}.`;
    this.log.add({ code, message, place: toPointer(here.tokens), file: here.file.location });
    return undefined;
  }

  private count(): void {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) {
      const limit = MAX_NODES.toLocaleString("en");
      const message = `With its references put in, the document has more than ${limit} values.`;
      this.log.add({ code: "too_complex", message, place: "" });
      throw new GivenUp();
    }
  }
}

/** What stands for a target that does not exist, in a form that tools can show. */
function unresolved(reference: string, kind: Kind): JsonObject {
  if (reference.startsWith("#") && kind !== "pathItem") {
    return { $ref: reference };
  }
  const description = `Unresolved reference: ${reference}`;
  return kind === "parameter" ? { name: "unresolved", in: "query", description } : { description };
}

function put(object: JsonObject, key: string, value: JsonValue | undefined): void {
  if (value !== undefined) {
    object[key] = value;
  }
}

function openSection(document: JsonObject, section: readonly string[]): JsonObject {
  let object = document;
  for (const token of section) {
    const child = ownObject(object, token) ?? {};
    object[token] = child;
    object = child;
  }
  return object;
}
