import "server-only";
import type { DocumentCheck, DocumentInput, ProblemItem } from "@/lib/api-schemas";
import type { ImportedDocument, ImportJobResult } from "@/lib/documents/document-jobs";
import { DocumentWorkerGone, runDocumentJob } from "@/lib/documents/run-document-job";
import { env } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import { MAX_DOCUMENT_BYTES } from "@/lib/openapi/limits";
import type { DocumentProblem } from "@/lib/openapi/parsed-document";

/** A JSON string may need more bytes than the text it holds: quotes and line ends are escaped. Also room for other files. */
export const MAX_DOCUMENT_BODY_BYTES = 4 * MAX_DOCUMENT_BYTES;

export interface ReadDocument {
  readonly text: string;
  readonly references: Readonly<Record<string, string>>;
  readonly sourceUrl: string | null;
  readonly parsed: ImportedDocument;
}

/**
 * Reads a document as given or from its address.
 * @throws ApiError document_invalid with every problem and its place
 */
export async function readDocument(input: DocumentInput): Promise<ReadDocument> {
  const given = input.documentUrl === undefined ? giveText(input) : await fetchText(input.documentUrl);
  const result = await importInThread(given);
  if (!result.ok) {
    throw refused(result.problems);
  }
  const { text, references, sourceUrl } = given;
  return { text, references, sourceUrl, parsed: result.document };
}

/**
 * The document of a body whose other fields may be missing.
 * @param wrong names of fields that are missing because they are wrong: a document is not read without the files it came with
 * @returns undefined when there is nothing to read
 * @throws ApiError document_invalid
 */
export async function checkGivenDocument(
  input: Partial<DocumentInput>,
  wrong: ReadonlySet<string>,
): Promise<ReadDocument | undefined> {
  const { document, documentUrl } = input;
  const isOne = (document === undefined) !== (documentUrl === undefined);
  return isOne && !["document", "documentUrl", "references"].some((name) => wrong.has(name))
    ? readDocument(input)
    : undefined;
}

/** Reads a document without storing anything. @throws ApiError document_invalid */
export async function checkDocument(input: DocumentInput): Promise<DocumentCheck> {
  const { text, parsed } = await readDocument(input);
  return {
    specification: parsed.specification,
    title: parsed.title,
    apiVersion: parsed.apiVersion,
    description: parsed.description ?? "",
    servers: parsed.servers,
    operations: parsed.operations.map((operation) => ({
      key: operation.key,
      method: operation.method,
      path: operation.path,
      summary: operation.summary ?? "",
      description: operation.description ?? "",
      tags: operation.tags,
      deprecated: operation.deprecated,
    })),
    warnings: parsed.warnings.map(toProblemItem),
    document: text,
  };
}

/** Problems of a document, placed in the request's body: "/document#/paths/~1pets/get". */
export function toProblemItem(problem: DocumentProblem): ProblemItem {
  const file = problem.file ?? "/document";
  return {
    code: problem.code,
    message: problem.message,
    place: problem.place === "" && problem.file === undefined ? file : `${file}#${problem.place}`,
    ...(problem.line === undefined ? {} : { line: problem.line }),
    ...(problem.column === undefined ? {} : { column: problem.column }),
  };
}

export function documentTooLarge(): ApiError {
  const message = `The document is larger than ${MAX_DOCUMENT_BYTES / 1_000_000} MB.`;
  return new ApiError("document_invalid", message, [{ code: "document_too_large", message, place: "/document" }]);
}

/** A document that takes more memory than the thread may have ends it; the portal goes on, and says so. */
async function importInThread({ text, location, references }: Given): Promise<ImportJobResult> {
  try {
    return await runDocumentJob("import", { text, location, references });
  } catch (error) {
    if (error instanceof DocumentWorkerGone) {
      const message = "Reading the document took more memory than there is for it.";
      return { ok: false, problems: [{ code: "too_complex", message, place: "" }] };
    }
    throw error;
  }
}

interface Given extends Omit<ReadDocument, "parsed"> {
  /** What relative references start from. */
  readonly location: string | undefined;
}

function giveText(input: DocumentInput): Given {
  return { text: input.document ?? "", references: input.references ?? {}, sourceUrl: null, location: undefined };
}

async function fetchText(url: string): Promise<Given> {
  const fetched = await runDocumentJob("fetch", { url, allowPrivate: env().allowPrivateFetch });
  if (!fetched.ok) {
    throw refused(fetched.problems, "/documentUrl");
  }
  return { text: fetched.text, references: fetched.references, sourceUrl: url, location: fetched.location };
}

function refused(problems: readonly DocumentProblem[], root?: string): ApiError {
  const items = problems.map((problem) => {
    const item = toProblemItem(problem);
    return root !== undefined && item.place === "/document" ? { ...item, place: root } : item;
  });
  const [only] = items;
  const detail = items.length === 1 && only !== undefined ? only.message : `The document has ${items.length} problems.`;
  return new ApiError("document_invalid", detail, items);
}
