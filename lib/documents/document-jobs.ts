import type { CallField } from "@/lib/api-schemas";
import { fetchDocument, type FetchDocumentResult } from "@/lib/openapi/fetch-document";
import { importDocument, referencesFromFiles } from "@/lib/openapi/import-document";
import type { JsonObject } from "@/lib/openapi/json";
import type { DocumentProblem, ParsedDocument } from "@/lib/openapi/parsed-document";
import { showThroughGateway } from "./show-through-gateway";

/** Work on documents that would hold up a process for seconds: done in a thread of its own (run-document-job.ts). */
export interface DocumentJobs {
  readonly import: {
    readonly input: {
      readonly text: string;
      readonly location: string | undefined;
      readonly references: Readonly<Record<string, string>>;
    };
    readonly result: ImportJobResult;
  };
  readonly fetch: {
    readonly input: { readonly url: string; readonly allowPrivate: boolean };
    readonly result: FetchDocumentResult;
  };
  /** JSON text of a bundled document to JSON text of what callers see. */
  readonly show: {
    readonly input: { readonly bundled: string; readonly url: string; readonly callFields: readonly CallField[] };
    readonly result: string;
  };
}

/** A document as it is handed over between threads: the bundle as JSON text, which costs next to nothing to hand over. */
export interface ImportedDocument extends Omit<ParsedDocument, "bundled"> {
  readonly bundled: string;
}

export type ImportJobResult =
  | { readonly ok: true; readonly document: ImportedDocument }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

export type DocumentJobKind = keyof DocumentJobs;

export const documentJobs: {
  readonly [Kind in DocumentJobKind]: (
    input: DocumentJobs[Kind]["input"],
  ) => Promise<DocumentJobs[Kind]["result"]> | DocumentJobs[Kind]["result"];
} = {
  import: async ({ text, location, references }) => {
    const fetchReference = referencesFromFiles(references);
    const result = await importDocument({ text, fetchReference, ...(location === undefined ? {} : { location }) });
    return result.ok
      ? { ok: true, document: { ...result.document, bundled: JSON.stringify(result.document.bundled) } }
      : result;
  },
  fetch: ({ url, allowPrivate }) => fetchDocument(url, { allowPrivate }),
  // Written by the importer: an object.
  show: ({ bundled, ...address }) => JSON.stringify(showThroughGateway(JSON.parse(bundled) as JsonObject, address)),
};
