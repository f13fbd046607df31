/**
 * Everything an import can say about a document. README.md holds the same table for people; a test keeps them equal. An "error" keeps
 * the document from being imported, a "warning" comes with the imported document: real documents are sloppy, and whatever does not
 * change which operations there are is a warning.
 */
export const PROBLEM_CODES = {
  document_too_large: {
    severity: "error",
    text: "The document, or it with the files it refers to, has more than 30 MB.",
  },
  document_empty: { severity: "error", text: "There is nothing in the text." },
  syntax_error: { severity: "error", text: "The text is neither JSON nor YAML, or breaks off." },
  duplicate_key: { severity: "error", text: "A mapping has the same key twice, so one of the values would be lost." },
  forbidden_key: {
    severity: "error",
    text: "A key is named `__proto__`, which programs that read the document can trip over.",
  },
  invalid_key: { severity: "error", text: "A YAML key is a list or a mapping." },
  too_deep: { severity: "error", text: "More than 200 mappings and lists stand inside each other." },
  too_complex: {
    severity: "error",
    text: "The document has more than 3 million values or YAML tokens, or would after bundling.",
  },
  alias_bomb: { severity: "error", text: "YAML aliases repeat more than 200,000 values." },
  alias_loop: { severity: "error", text: "A YAML alias stands inside what it names, or names nothing." },
  multiple_documents: { severity: "error", text: "The YAML text holds several documents." },
  not_openapi: { severity: "error", text: "There is no `openapi` or `swagger` field at the top." },
  unsupported_version: { severity: "error", text: "The document is OpenAPI, but not 2.0, 3.0 or 3.1." },
  invalid_structure: { severity: "error", text: "`paths`, a path or an operation is not an object." },
  no_operations: { severity: "error", text: "No path has an operation, so there is nothing to publish." },
  too_many_operations: { severity: "error", text: "There are more than 50,000 operations." },
  path_invalid: { severity: "error", text: "The gateway cannot serve requests to this path template." },
  path_ambiguous: { severity: "error", text: "The gateway cannot tell the operation from another one." },
  paths_too_many_combinations: {
    severity: "error",
    text: "The path templates mix texts and parameters in more ways than a router can hold.",
  },
  reference_loop: { severity: "error", text: "References lead round in a circle without ever reaching a value." },
  reference_not_found: { severity: "error", text: "A path refers to a place that does not exist." },
  reference_file_missing: {
    severity: "error",
    text: "A file that the document refers to was not given or cannot be fetched.",
  },
  reference_not_allowed: { severity: "error", text: "A reference is neither http, https nor a relative file name." },
  too_many_files: { severity: "error", text: "The document refers to more than 200 files." },
  url_invalid: { severity: "error", text: "The address is not a URL." },
  url_scheme_refused: { severity: "error", text: "The URL is neither http nor https." },
  url_credentials_refused: { severity: "error", text: "The URL holds a user name or password." },
  address_refused: {
    severity: "error",
    text: "The URL leads to a loopback, private, link-local, metadata or otherwise non-public address.",
  },
  name_unresolved: { severity: "error", text: "The host name of the URL has no address." },
  fetch_failed: { severity: "error", text: "The connection failed or broke off." },
  fetch_timeout: { severity: "error", text: "The server did not answer completely in time." },
  fetch_status: { severity: "error", text: "The server answered with a status other than 200." },
  fetch_encoding_unsupported: {
    severity: "error",
    text: "The answer is compressed in an unknown way or the compression is broken.",
  },
  redirect_invalid: { severity: "error", text: "A redirect names no URL, or leads from https to http." },
  too_many_redirects: { severity: "error", text: "More than 5 redirects." },
  problems_omitted: { severity: "warning", text: "There are more problems or warnings than are listed." },
  duplicate_operation_id: {
    severity: "warning",
    text: "Several operations have the same operationId; each is known by its method and path instead.",
  },
  operation_id_unusable: {
    severity: "warning",
    text: "An operationId is not a text or too long; the operation is known by its method and path instead.",
  },
  path_parameter_undeclared: {
    severity: "warning",
    text: "The path template has a parameter that the operation does not declare.",
  },
  path_parameter_unused: {
    severity: "warning",
    text: "The operation declares a path parameter that the template does not have.",
  },
  reference_unresolved: {
    severity: "warning",
    text: "A reference leads to a place that does not exist; it stays empty.",
  },
  value_ignored: { severity: "warning", text: "A value has the wrong type for its place and was left out." },
  title_missing: { severity: "warning", text: "`info.title` is missing." },
  version_missing: { severity: "warning", text: "`info.version` is missing." },
  servers_ignored: {
    severity: "warning",
    text: "A path or operation names servers of its own; the gateway sends every operation to the upstream of the API version.",
  },
  yaml_tag_ignored: { severity: "warning", text: "A YAML tag is unknown; the value was read without it." },
  upgrade_lossy: { severity: "warning", text: "Something of a 2.0 document has no equivalent in 3.0." },
} as const satisfies Record<string, { readonly severity: "error" | "warning"; readonly text: string }>;

export type ProblemCode = keyof typeof PROBLEM_CODES;
