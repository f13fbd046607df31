import { bundleDocument } from "./bundle-document";
import { detectSpecification } from "./detect-specification";
import { FileSet } from "./file-set";
import { countNodes, own, ownObject, ownText, type JsonObject } from "./json";
import { MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_NODES } from "./limits";
import { resolveLocation } from "./locations";
import { Pace } from "./pace";
import type { FetchReference, ImportResult, Specification } from "./parsed-document";
import { ProblemLog } from "./problem-log";
import { readOperations } from "./read-operations";
import { readServers } from "./read-servers";
import { readSource, type SourceFile } from "./source-file";
import { structureOf } from "./structure";
import { traceReferences } from "./trace-references";
import { upgradeDocument } from "./upgrade/upgrade-document";

export interface ImportInput {
  /** YAML or JSON. */
  readonly text: string;
  /** URL or relative file name of the text: what relative references start from. Without one they start from the top folder. */
  readonly location?: string;
  /** Brings other files; see referencesFromFiles and fetchDocument. Without it a document must be one file. */
  readonly fetchReference?: FetchReference;
}

/**
 * Reads an OpenAPI document (2.0, 3.0 or 3.1; YAML or JSON; `$ref`s within it and across files). Documents are hostile until read:
 * size, depth, aliases, references and keys are bounded (limits.ts). Never throws; finds every problem it can rather than the first,
 * and rests in between so that a large document does not hold up the process.
 */
export async function importDocument(input: ImportInput): Promise<ImportResult> {
  const log = new ProblemLog();
  const location = resolveLocation(input.location ?? "") ?? "";
  const files = new Map<string, SourceFile>();
  const fail = (): ImportResult => ({ ok: false, problems: log.list("error", files, location) });

  const bytes = countBytes(input.text);
  if (bytes > MAX_DOCUMENT_BYTES) {
    const message = `The document has ${(bytes / 1e6).toFixed(1)} MB; ${MAX_DOCUMENT_BYTES / 1e6} MB are allowed.`;
    log.add({ code: "document_too_large", message, place: "" });
    return fail();
  }
  const pace = new Pace();
  const root = await readSource(input.text, location, log, pace);
  if (root === undefined) {
    return fail();
  }
  files.set(location, root);
  const specification = detectSpecification(root, log);
  if (specification === undefined) {
    return fail();
  }
  const fileSet = new FileSet(root, bytes, input.fetchReference, log, pace);
  const structure = structureOf(specification);
  await traceReferences(fileSet, structure, log, pace);
  for (const [name, file] of fileSet.files) {
    files.set(name, file);
  }
  const joined = await bundleDocument(fileSet, structure, log, pace);
  if (joined === undefined) {
    return fail();
  }
  const bundled = normalise(joined, specification, root, log);
  await pace.restIfDue();
  const operations = readOperations(bundled, log);
  checkSize(bundled, log);
  if (log.hasErrors) {
    return fail();
  }
  const info = ownObject(bundled, "info") ?? {};
  const description = ownText(info, "description");
  return {
    ok: true,
    document: {
      specification,
      title: ownText(info, "title") ?? "",
      apiVersion: ownText(info, "version") ?? "",
      ...(description === undefined ? {} : { description }),
      servers: readServers(bundled, location),
      operations,
      warnings: log.list("warning", files, location),
      bundled,
    },
  };
}

/** For documents of several files that are at hand: relative file names → texts. */
export function referencesFromFiles(texts: Readonly<Record<string, string>>): FetchReference {
  const files = new Map(Object.entries(texts).map(([name, text]) => [resolveLocation(name) ?? name, text]));
  return (location) => {
    const text = files.get(location);
    return text === undefined
      ? {
          ok: false,
          problems: [
            { code: "reference_file_missing", message: `The file “${location}” is not among the given ones.` },
          ],
        }
      : { ok: true, text };
  };
}

/** UTF-8 bytes, counted only where it can matter: encoding 100 MB to refuse it would be work for nothing. */
function countBytes(text: string): number {
  return text.length > MAX_DOCUMENT_BYTES ? text.length : Buffer.byteLength(text);
}

function normalise(joined: JsonObject, specification: Specification, root: SourceFile, log: ProblemLog): JsonObject {
  const info = normaliseInfo(joined, root, log);
  if (specification === "2.0") {
    return upgradeDocument({ ...joined, info }, root.location, (message, place) => {
      log.add({ code: "upgrade_lossy", message, place });
    });
  }
  const openapi = own(joined, "openapi");
  const version = typeof openapi === "string" ? openapi : specification === "3.0" ? "3.0.3" : "3.1.0";
  const paths = ownObject(joined, "paths");
  return { ...joined, openapi: version, info, ...(paths === undefined ? { paths: {} } : {}) };
}

/** Title and version as texts, whatever the document says. */
function normaliseInfo(document: JsonObject, root: SourceFile, log: ProblemLog): JsonObject {
  const info = ownObject(document, "info") ?? {};
  const title = own(info, "title");
  if (asText(title, "") === "") {
    log.add({ code: "title_missing", message: "The document has no title.", place: "/info/title" });
  }
  const version = own(info, "version");
  if (version === undefined || version === null || version === "") {
    log.add({ code: "version_missing", message: "The document does not say its version.", place: "/info/version" });
  }
  const written =
    typeof version === "number" ? /^[^\s,}\]#]+/.exec(root.textAt("/info/version") ?? "")?.[0] : undefined;
  return { ...info, title: asText(title, "Untitled API"), version: written ?? asText(version, "") };
}

function asText(value: unknown, fallback: string): string {
  return typeof value === "string" && value.trim() !== ""
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : fallback;
}

function checkSize(bundled: JsonObject, log: ProblemLog): void {
  const { nodes, depth } = countNodes(bundled, MAX_NODES);
  if (nodes > MAX_NODES) {
    const message = `Bundled, the document has more than ${MAX_NODES.toLocaleString("en")} values.`;
    log.add({ code: "too_complex", message, place: "" });
  }
  // An upgraded body stands a few levels deeper than it did.
  if (depth > MAX_DEPTH + 10) {
    const message = `Bundled, the document nests more than ${MAX_DEPTH} levels deep.`;
    log.add({ code: "too_deep", message, place: "" });
  }
}
