import { isPublicAddress, lookupName, type NameLookup } from "./address-guard";
import { detectSpecification } from "./detect-specification";
import { fetchText, type FetchLimits } from "./fetch-text";
import { FileSet } from "./file-set";
import { MAX_DOCUMENT_BYTES } from "./limits";
import { isUrl } from "./locations";
import { Pace } from "./pace";
import type { DocumentProblem, ReferenceText } from "./parsed-document";
import type { ProblemCode } from "./problem-codes";
import { ProblemLog } from "./problem-log";
import { readSource } from "./source-file";
import { structureOf } from "./structure";
import { traceReferences } from "./trace-references";

export interface FetchOptions {
  /** Allow loopback, private and other non-public addresses: for installations whose documents live inside. */
  readonly allowPrivate: boolean;
  /** For the document with everything it refers to. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Replaces the system's name resolution in tests. */
  readonly lookup?: NameLookup;
}

export type FetchDocumentResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** Where the text came from in the end, after redirects: the `location` for importDocument. */
      readonly location: string;
      /** URL → text of every file the document refers to; see referencesFromFiles. Files that could not be had are not in it. */
      readonly references: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly problems: DocumentProblem[] };

const DEFAULT_TIMEOUT_MS = 20_000;

/** Whether a text may refer to other files. Reads too much into it rather than too little: it only saves parsing it. */
const OTHER_FILE = /["']?\$ref["']?\s*:\s*(?:\[|[>|&!]|["']?[^#"'\s])|["']?mapping["']?\s*:/;

/**
 * Fetches a document and all the files that its `$ref`s reach, each under the same rules: http or https, no credentials, public
 * addresses only (unless allowed), bounded in time, size and number. The bytes are as they came; nothing is checked beyond what
 * following references takes.
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchDocumentResult> {
  return fetchWithin(url, {
    isAllowed: options.allowPrivate ? () => true : isPublicAddress,
    maxBytes: options.maxBytes ?? MAX_DOCUMENT_BYTES,
    signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    lookup: options.lookup ?? lookupName,
  });
}

/** fetchDocument with a rule for addresses of the caller's own. */
export async function fetchWithin(url: string, limits: FetchLimits): Promise<FetchDocumentResult> {
  const fetched = await fetchText(url.trim(), limits);
  if (!fetched.ok) {
    return { ok: false, problems: fetched.problems.map((problem) => ({ ...problem, place: "" })) };
  }
  const { text, url: location } = fetched;
  const references: Record<string, string> = {};
  const fetchReference = async (reference: string): Promise<ReferenceText> => {
    if (!isUrl(reference)) {
      const message = `The file “${reference}” has no address.`;
      return { ok: false, problems: [{ code: "reference_file_missing", message }] };
    }
    const file = await fetchText(reference, limits);
    if (file.ok) {
      references[reference] = file.text;
    }
    return file;
  };
  const problems = OTHER_FILE.test(text) ? await fetchReferences(text, location, fetchReference) : [];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, text, location, references };
}

/** Problems with the fetching only: whatever else is wrong with the document, its import will tell. */
async function fetchReferences(
  text: string,
  location: string,
  fetchReference: (location: string) => Promise<ReferenceText>,
): Promise<DocumentProblem[]> {
  const log = new ProblemLog();
  const pace = new Pace();
  const root = await readSource(text, location, new ProblemLog(), pace);
  const specification = root === undefined ? undefined : detectSpecification(root, new ProblemLog());
  if (root === undefined || specification === undefined) {
    return [];
  }
  const files = new FileSet(root, Buffer.byteLength(text), fetchReference, new ProblemLog(), pace);
  await traceReferences(files, structureOf(specification), log, pace);
  return log.list("error", files.files, location).filter(({ code }) => FETCH_CODES.has(code));
}

const FETCH_CODES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "address_refused",
  "document_too_large",
  "fetch_encoding_unsupported",
  "fetch_failed",
  "fetch_status",
  "fetch_timeout",
  "name_unresolved",
  "redirect_invalid",
  "reference_file_missing",
  "too_many_files",
  "too_many_redirects",
  "url_credentials_refused",
  "url_invalid",
  "url_scheme_refused",
]);
