import type { JsonObject } from "./json";
import type { ProblemCode } from "./problem-codes";

export type Specification = "2.0" | "3.0" | "3.1";

export type ImportResult =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly problems: DocumentProblem[] };

export interface ParsedDocument {
  /** What the document said it is; `bundled` of a 2.0 document is 3.0. */
  readonly specification: Specification;
  readonly title: string;
  /** `info.version` as written ("1.10" stays "1.10" without quotes too); "" when it is missing. */
  readonly apiVersion: string;
  readonly description?: string;
  /** Absolute where the document or its location says so, with the defaults of server variables filled in. */
  readonly servers: string[];
  readonly operations: ParsedOperation[];
  readonly warnings: DocumentProblem[];
  /** One self-contained OpenAPI 3.x document: references across files put in, 2.0 upgraded to 3.0. */
  readonly bundled: JsonObject;
}

export interface ParsedOperation {
  /** Stable across revisions: operationId when it is unique, else "GET /pets/{id}". */
  readonly key: string;
  /** Upper case. */
  readonly method: string;
  /** Template as written. */
  readonly path: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags: string[];
  readonly deprecated: boolean;
}

export interface DocumentProblem {
  readonly code: ProblemCode;
  readonly message: string;
  /** JSON Pointer into the document, or into `file`. */
  readonly place: string;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 code units. */
  readonly column?: number;
  /** The file or URL when it is not the document itself. */
  readonly file?: string;
}

/** Brings the text of a file that the document refers to. May throw; that becomes a problem. */
export type FetchReference = (location: string) => ReferenceText | Promise<ReferenceText>;

export type ReferenceText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly { readonly code: ProblemCode; readonly message: string }[] };
