import { placeId, type FileSet, type Target } from "./file-set";
import { isObject, own, type JsonObject, type JsonValue } from "./json";
import type { Pace } from "./pace";
import { toPointer } from "./pointer";
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

const FILES_AT_ONCE = 6;

/** A `$ref` and where it stands. */
interface Site {
  readonly file: SourceFile;
  readonly place: string;
  readonly reference: string;
  readonly kind: Kind;
}

interface Visit {
  readonly file: SourceFile;
  readonly tokens: readonly string[];
  readonly value: JsonValue;
  readonly kind: Kind;
}

/**
 * Follows every reference that can be reached from the document, loads the files they lead to, and reports those that lead nowhere or
 * round in a circle. A schema that refers to itself from within is legal and not followed twice.
 */
export async function traceReferences(
  files: FileSet,
  structure: Structure,
  log: ProblemLog,
  pace: Pace,
): Promise<void> {
  return new Tracer(files, structure, log, pace).trace();
}

class Tracer {
  private readonly visits: Visit[] = [];
  private readonly visited = new Set<string>();
  private readonly edges = new Map<string, { target: string; site: Site }>();
  private waiting: { site: Site; location: string }[] = [];

  constructor(
    private readonly files: FileSet,
    private readonly structure: Structure,
    private readonly log: ProblemLog,
    private readonly pace: Pace,
  ) {}

  async trace(): Promise<void> {
    const { root } = this.files;
    this.visits.push({ file: root, tokens: [], value: root.value, kind: "document" });
    for (;;) {
      for (let visit = this.visits.pop(); visit !== undefined; visit = this.visits.pop()) {
        this.walk(visit.value, visit.kind, [...visit.tokens], visit.file);
        await this.pace.restIfDue();
      }
      if (this.waiting.length === 0) {
        findLoops(this.edges, this.log);
        return;
      }
      await this.loadWaiting();
    }
  }

  private async loadWaiting(): Promise<void> {
    const waiting = this.waiting;
    this.waiting = [];
    const locations = new Map(waiting.map(({ site, location }) => [location, site]));
    const queue = [...locations];
    const loadNext = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [location, site] = next;
        await this.files.load(location);
        for (const { code, message } of this.files.problemsOf(location)) {
          this.log.add({ code, message, place: site.place, file: site.file.location });
        }
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, loadNext));
    for (const { site } of waiting) {
      this.visitSite(site);
    }
  }

  private walk(value: JsonValue, kind: Kind, tokens: string[], file: SourceFile): void {
    if (!isObject(value)) {
      return;
    }
    const reference = canBeReference(kind) ? own(value, "$ref") : undefined;
    if (typeof reference === "string") {
      this.visitSite({ file, place: toPointer(tokens), reference, kind });
      // Beside a reference only path items (3.x) and schemas (3.1) may say more.
      if (kind !== "schema" && kind !== "pathItem") {
        return;
      }
    }
    if (kind === "schema") {
      this.visitMapping(value, tokens, file);
    }
    const memberKind = MAP_KINDS.get(kind);
    const fields = this.structure.fields[kind];
    for (const [key, child] of Object.entries(value)) {
      const field: Field | undefined = memberKind === undefined ? fields.get(key) : { holds: "one", kind: memberKind };
      if (field !== undefined && !(memberKind !== undefined && isExtension(key))) {
        tokens.push(key);
        this.walkField(child, field, canHoldExtensions(kind, key), tokens, file);
        tokens.pop();
      }
    }
  }

  private walkField(value: JsonValue, field: Field, extensible: boolean, tokens: string[], file: SourceFile): void {
    const isMany = field.holds === "map" ? isObject(value) : field.holds !== "one" && Array.isArray(value);
    if (!isMany) {
      this.walk(value, field.kind, tokens, file);
      return;
    }
    for (const [key, child] of Object.entries(value as JsonObject | JsonValue[])) {
      if (!(extensible && isExtension(key))) {
        tokens.push(key);
        this.walk(child, field.kind, tokens, file);
        tokens.pop();
      }
    }
  }

  /** Values of a discriminator's mapping may be names or references. */
  private visitMapping(schema: JsonObject, tokens: readonly string[], file: SourceFile): void {
    const discriminator = own(schema, "discriminator");
    const mapping = isObject(discriminator) ? own(discriminator, "mapping") : undefined;
    if (!isObject(mapping)) {
      return;
    }
    for (const [name, reference] of Object.entries(mapping)) {
      if (typeof reference === "string" && looksLikeReference(reference)) {
        const place = toPointer([...tokens, "discriminator", "mapping", name]);
        this.visitSite({ file, place, reference, kind: "schema" });
      }
    }
  }

  private visitSite(site: Site): void {
    const { reference, file, place, kind } = site;
    const resolution = this.files.resolve(reference, file);
    const name = quote(reference);
    switch (resolution.kind) {
      case "target":
        this.visitTarget(site, resolution);
        return;
      case "not-loaded":
        this.waiting.push({ site, location: resolution.location });
        return;
      case "unreadable":
        return;
      case "not-found": {
        const code = kind === "pathItem" ? "reference_not_found" : "reference_unresolved";
        this.log.add({ code, message: `Nothing is at ${name}.`, place, file: file.location });
        return;
      }
      case "loop": {
        const message = `The reference ${name} leads through itself and never reaches a value.`;
        this.log.add({ code: "reference_loop", message, place, file: file.location });
        return;
      }
      case "not-allowed": {
        const message = `The reference ${name} is neither http, https nor a relative file name.`;
        this.log.add({ code: "reference_not_allowed", message, place, file: file.location });
        return;
      }
    }
  }

  private visitTarget(site: Site, target: Target): void {
    if (isObject(target.value) && typeof own(target.value, "$ref") === "string") {
      this.edges.set(placeId(site.file, site.place), { target: target.id, site });
    }
    if (target.file === this.files.root && isInSection(target.tokens, this.structure.sections.get(site.kind))) {
      return;
    }
    const id = `${site.kind} ${target.id}`;
    if (!this.visited.has(id)) {
      this.visited.add(id);
      this.visits.push({ file: target.file, tokens: target.tokens, value: target.value, kind: site.kind });
    }
  }
}

/** Whether a place is a shared value of its kind ("#/components/schemas/Pet"): the walk over the document comes there anyway. */
export function isInSection(tokens: readonly string[], section: readonly string[] | undefined): boolean {
  return (
    section !== undefined && tokens.length === section.length + 1 && section.every((token, at) => token === tokens[at])
  );
}

/** Each place has at most one reference, so a walk along them either ends or comes back to where it was. */
function findLoops(
  edges: ReadonlyMap<string, { readonly target: string; readonly site: Site }>,
  log: ProblemLog,
): void {
  const walkOf = new Map<string, number>();
  let walk = 0;
  for (const start of edges.keys()) {
    walk += 1;
    const path: string[] = [];
    let place: string | undefined = start;
    while (place !== undefined && edges.has(place) && !walkOf.has(place)) {
      walkOf.set(place, walk);
      path.push(place);
      place = edges.get(place)?.target;
    }
    if (place === undefined || walkOf.get(place) !== walk || !path.includes(place)) {
      continue;
    }
    const members = path.slice(path.indexOf(place));
    reportLoop(members, edges, log);
  }
}

function reportLoop(
  members: readonly string[],
  edges: ReadonlyMap<string, { readonly site: Site }>,
  log: ProblemLog,
): void {
  const sites = members.flatMap((member) => edges.get(member)?.site ?? []);
  const [first] = sites;
  if (first === undefined) {
    return;
  }
  const shown = sites.slice(0, 5).map(({ reference }) => quote(reference));
  const chain = `${shown.join(" → ")}${sites.length > shown.length ? " → …" : ""}`;
  const message =
    sites.length === 1
      ? `The reference ${chain} leads to itself.`
      : `The references ${chain} lead round in a circle and never reach a value.`;
  for (const { place, file } of sites) {
    log.add({ code: "reference_loop", message, place, file: file.location });
  }
}
