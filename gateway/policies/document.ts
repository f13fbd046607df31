/**
 * What the OpenAPI document of an API version says of one operation, for policies that go by it. Schemas are as they stand there; where they hold
 * references, those lead into `root`. Made by compiler/document, read by plan steps.
 */
export interface OperationDocument {
  readonly root: unknown;
  /** Whether its schemas are OpenAPI 3.0's and not JSON Schema 2020-12. */
  readonly isOpenApi30: boolean;
  readonly parameters: readonly DocumentParameter[];
  readonly body: DocumentBody | undefined;
  /** In the order of the document. */
  readonly responses: readonly DocumentResponse[];
}

export interface DocumentParameter {
  readonly in: "path" | "query" | "header" | "cookie";
  readonly name: string;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly mayBeEmpty: boolean;
  /** Whether the text is JSON, as `content` may say. */
  readonly isJson: boolean;
  readonly schema: unknown;
  readonly place: DocumentPlace;
}

/** Where in the document, as the tokens of a JSON Pointer. */
export type DocumentPlace = readonly string[];

export interface DocumentBody {
  readonly required: boolean;
  readonly contents: readonly DocumentContent[];
}

export interface DocumentContent {
  /** In lower case, without parameters. */
  readonly mediaType: string;
  /** Undefined where the document gives none. */
  readonly schema: unknown;
  /** Of a form's fields, by name. */
  readonly encoding: Readonly<
    Record<string, { readonly style?: string; readonly explode?: boolean; readonly contentType?: string }>
  >;
  readonly examples: readonly DocumentExample[];
  readonly place: DocumentPlace;
}

export interface DocumentExample {
  /** "" for the only one, which has none. */
  readonly name: string;
  readonly value: unknown;
  readonly place: DocumentPlace;
}

export interface DocumentResponse {
  /** As the document has it: "200", "4XX" or "default". */
  readonly status: string;
  readonly contents: readonly DocumentContent[];
}
