import { isObject, own, type JsonValue } from "./json";
import { MAX_DOCUMENT_BYTES, MAX_FILES } from "./limits";
import { resolveReference } from "./locations";
import type { Pace } from "./pace";
import type { FetchReference, ReferenceText } from "./parsed-document";
import { parseFragment, toPointer } from "./pointer";
import type { ProblemCode } from "./problem-codes";
import { quote, type ProblemLog } from "./problem-log";
import { readSource, type SourceFile } from "./source-file";

export interface Target {
  readonly kind: "target";
  readonly file: SourceFile;
  readonly tokens: readonly string[];
  readonly value: JsonValue;
  /** Names the place: the same for every reference that leads to it. */
  readonly id: string;
}

export type Resolution =
  | Target
  | { readonly kind: "not-allowed" | "not-found" | "loop" | "unreadable" }
  /** The file has to be loaded first. */
  | { readonly kind: "not-loaded"; readonly location: string };

/** References that a single reference may have to go through on its way, as in "#/components/schemas/Alias/properties/name". */
const MAX_HOPS = 50;

/** The files of a document: loaded once each, bounded in number and size, with references resolved among them. */
export class FileSet {
  readonly files = new Map<string, SourceFile>();
  private readonly unreadable = new Map<string, readonly { code: ProblemCode; message: string }[]>();
  private readonly resolutions = new Map<string, Resolution>();
  private readonly anchors = new Map<string, Map<string, readonly string[]>>();
  private isFull = false;

  constructor(
    readonly root: SourceFile,
    private bytes: number,
    private readonly fetchReference: FetchReference | undefined,
    private readonly log: ProblemLog,
    private readonly pace: Pace,
  ) {
    this.files.set(root.location, root);
  }

  /** Loads a file once. What keeps it from being read is told by `problemsOf`, or is in the log when its text is broken. */
  async load(location: string): Promise<void> {
    if (this.files.has(location) || this.unreadable.has(location)) {
      return;
    }
    if (this.files.size > MAX_FILES || this.isFull) {
      const message = `The document refers to more than ${MAX_FILES} files.`;
      this.unreadable.set(location, this.isFull ? [] : [{ code: "too_many_files", message }]);
      return;
    }
    const text = await this.fetch(location);
    if (!text.ok) {
      this.unreadable.set(location, text.problems);
      return;
    }
    this.bytes += Buffer.byteLength(text.text);
    if (this.bytes > MAX_DOCUMENT_BYTES) {
      this.isFull = true;
      const message = "The document and the files it refers to have more than 30 MB together.";
      this.unreadable.set(location, [{ code: "document_too_large", message }]);
      return;
    }
    const file = await readSource(text.text, location, this.log, this.pace);
    if (file === undefined) {
      this.unreadable.set(location, []);
    } else {
      this.files.set(location, file);
    }
  }

  problemsOf(location: string): readonly { code: ProblemCode; message: string }[] {
    return this.unreadable.get(location) ?? [];
  }

  /** Where a `$ref` that stands in `file` leads. */
  resolve(reference: string, file: SourceFile): Resolution {
    const key = `${file.location}\n${reference}`;
    const known = this.resolutions.get(key);
    if (known !== undefined) {
      return known;
    }
    const resolution = this.follow(reference, file, 0);
    if (resolution.kind !== "not-loaded") {
      this.resolutions.set(key, resolution);
    }
    return resolution;
  }

  private async fetch(location: string): Promise<ReferenceText> {
    const missing = (reason: string): ReferenceText => ({
      ok: false,
      problems: [{ code: "reference_file_missing", message: `The file ${quote(location)} ${reason}.` }],
    });
    if (this.fetchReference === undefined) {
      return missing("was not given with the document");
    }
    try {
      return await this.fetchReference(location);
    } catch {
      return missing("could not be read");
    }
  }

  private follow(reference: string, file: SourceFile, hops: number): Resolution {
    if (hops > MAX_HOPS) {
      return { kind: "loop" };
    }
    const address = resolveReference(reference, file.location);
    if (address === undefined) {
      return { kind: "not-allowed" };
    }
    const { location, fragment } = address;
    const target = this.files.get(location);
    if (target === undefined) {
      return this.unreadable.has(location) ? { kind: "unreadable" } : { kind: "not-loaded", location };
    }
    const tokens = parseFragment(fragment) ?? this.anchorsOf(target).get(fragment);
    return tokens === undefined ? { kind: "not-found" } : this.walk(target, tokens, hops);
  }

  /** Steps down a pointer, through references on the way, as most tools do although RFC 6901 does not know them. */
  private walk(file: SourceFile, tokens: readonly string[], hops: number): Resolution {
    let value = file.value;
    for (const [index, token] of tokens.entries()) {
      const child = childOf(value, token);
      if (child !== undefined) {
        value = child;
        continue;
      }
      const reference = isObject(value) ? own(value, "$ref") : undefined;
      if (typeof reference !== "string") {
        return { kind: "not-found" };
      }
      const through = this.follow(reference, file, hops + 1);
      return through.kind === "target"
        ? this.walk(through.file, [...through.tokens, ...tokens.slice(index)], hops + 1)
        : through;
    }
    return { kind: "target", file, tokens, value, id: placeId(file, toPointer(tokens)) };
  }

  private anchorsOf(file: SourceFile): ReadonlyMap<string, readonly string[]> {
    const known = this.anchors.get(file.location);
    if (known !== undefined) {
      return known;
    }
    const anchors = new Map<string, readonly string[]>();
    this.anchors.set(file.location, anchors);
    collectAnchors(file.value, [], anchors);
    return anchors;
  }
}

export function placeId(file: SourceFile, pointer: string): string {
  return `${file.location}#${pointer}`;
}

function childOf(value: JsonValue, token: string): JsonValue | undefined {
  if (Array.isArray(value)) {
    return /^(?:0|[1-9][0-9]*)$/.test(token) ? value[Number(token)] : undefined;
  }
  return isObject(value) ? own(value, token) : undefined;
}

/** JSON Schema 2020-12 §8.2.2: "#Pet" means the schema that says `$anchor: Pet`. */
function collectAnchors(value: JsonValue, tokens: string[], anchors: Map<string, readonly string[]>): void {
  if (typeof value !== "object" || value === null) {
    return;
  }
  if (!Array.isArray(value) && typeof value.$anchor === "string" && !anchors.has(value.$anchor)) {
    anchors.set(value.$anchor, [...tokens]);
  }
  for (const [key, child] of Object.entries(value)) {
    tokens.push(key);
    collectAnchors(child, tokens, anchors);
    tokens.pop();
  }
}
