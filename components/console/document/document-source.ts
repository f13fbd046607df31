import type { DocumentInput } from "@/lib/api-schemas";
import { MAX_DOCUMENT_BYTES } from "@/lib/openapi/limits";

/** What was given as a document, by any of the three ways. */
export type DocumentSource =
  | { readonly kind: "paste"; readonly text: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly bytes: number;
      readonly text: string;
      /** The other files that came with it, by path relative to the document. */
      readonly references: Readonly<Record<string, string>>;
    }
  | { readonly kind: "url"; readonly url: string };

export type SourceKind = DocumentSource["kind"];

/** The body for the management API; undefined while nothing was given. */
export function toDocumentInput(source: DocumentSource | undefined): DocumentInput | undefined {
  if (source === undefined) {
    return undefined;
  }
  if (source.kind === "url") {
    return source.url === "" ? undefined : { documentUrl: source.url };
  }
  if (source.text.trim() === "") {
    return undefined;
  }
  if (source.kind === "file" && Object.keys(source.references).length > 0) {
    return { document: source.text, references: { ...source.references } };
  }
  return { document: source.text };
}

export interface GivenFile {
  /** With its folders: "api/openapi.yaml". */
  readonly path: string;
  readonly file: File;
}

/**
 * Makes a source of files that were chosen or dropped: the one that begins like an OpenAPI document is the document, the others are what
 * it refers to.
 * @throws Error with a sentence for people
 */
export async function readDocumentFiles(given: readonly GivenFile[]): Promise<DocumentSource> {
  const bytes = given.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw new Error(`That is ${Math.ceil(bytes / 1_000_000)} MB; a document with its files may have 30 MB.`);
  }
  const texts = await Promise.all(given.map(async ({ path, file }) => ({ path, file, text: await file.text() })));
  const candidates = texts.filter(({ text }) => looksLikeOpenApi(text));
  const root = candidates.length > 0 ? shallowest(candidates) : texts.length === 1 ? texts[0] : undefined;
  if (root === undefined) {
    throw new Error(
      texts.length === 0
        ? "There was no file in it."
        : "None of these files is an OpenAPI document: one must have openapi or swagger at its top.",
    );
  }
  const folder = root.path.slice(0, root.path.lastIndexOf("/") + 1);
  const references = Object.fromEntries(
    texts.filter((other) => other !== root).map((other) => [relativeTo(folder, other.path), other.text]),
  );
  return { kind: "file", name: root.file.name, bytes, text: root.text, references };
}

function looksLikeOpenApi(text: string): boolean {
  return /^\s*["']?(openapi|swagger)["']?\s*:/m.test(text.slice(0, 20_000));
}

function shallowest<Given extends GivenFile>(files: readonly Given[]): Given | undefined {
  return [...files].sort((left, right) => left.path.split("/").length - right.path.split("/").length)[0];
}

/** "api/" and "shared/error.yaml" → "../shared/error.yaml". */
function relativeTo(folder: string, path: string): string {
  const from = folder.split("/").filter((part) => part !== "");
  const to = path.split("/");
  let common = 0;
  while (common < from.length && from[common] === to[common]) {
    common += 1;
  }
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}
