import { ZodError, type z } from "zod";
import { createSchemaCompiler, createSchemaTable, type SchemaCompiler } from "../config/compile-schema";
import { fieldName, fieldVariable } from "../config/field-name";
import { findPathParameter } from "../config/path-parameter";
import { refuseConfig } from "../config/refuse-config";
import { formReading, readingOf } from "../config/value-reading";
import type { DocumentContent, DocumentParameter, OperationDocument } from "../document";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { CheckedBody, CheckedContent, CheckedParameter, CheckedRequest } from "./run";

type Settings = z.infer<typeof config>;
type Body = NonNullable<Settings["body"]>;

const JSON_TYPE = /^application\/json$|\+json$/;
const FORM = "application/x-www-form-urlencoded";

/** What is written by hand, what the document says, or both. Undefined when the document has nothing to check in this operation. */
export function plan(settings: Settings, scope: PlanScope): CheckedRequest | undefined {
  const document = isFromDocument(settings) ? findDocument(scope) : undefined;
  const { ignoreUncovered: ignoresUncovered, allowsOtherParameters, maxBytes } = settings;
  const table = scope.schemas ?? createSchemaTable();
  const byHand = createSchemaCompiler({ ignoresUncovered, table });
  const byDocument = document === undefined ? byHand : createSchemaCompiler({ ignoresUncovered, table, document });
  const written = settings.parameters.map((parameter, index) =>
    planParameter(toDocumentParameter(parameter), ["parameters", index], byHand, scope, ignoresUncovered),
  );
  const taken = (document?.parameters ?? [])
    .filter(({ in: place, name }) => !written.some((own) => own.in === place && own.name === name))
    .map((parameter) => planParameter(parameter, parameter.place.slice(0, -1), byDocument, scope, ignoresUncovered));
  const parameters = [...written, ...taken];
  const body =
    settings.body === undefined
      ? planDocumentBody(document, maxBytes, byDocument)
      : planBody(settings.body, maxBytes, byHand);
  byHand.finish();
  byDocument.finish();
  if (parameters.length === 0 && body === undefined && allowsOtherParameters) {
    return undefined;
  }
  return {
    enforces: settings.mode === "enforce",
    parameters,
    allowsOtherParameters,
    ...(body !== undefined && { body }),
    ...(scope.schemas === undefined ? { nodes: table.nodes } : { sharesSchemas: true }),
  };
}

/** What is checked, and what passes without being looked into: "query page", "body application/json". */
export function summarise({ parameters, body }: CheckedRequest): string[] {
  return [
    ...parameters.map(({ in: place, name }) => `${place} ${name}`),
    ...(body?.contents ?? []).map(({ as, mediaType }) =>
      as === "any" ? `body ${mediaType}, not looked into` : `body ${mediaType}`,
    ),
  ];
}

/** What is written by hand stands alone, unless it is said to add to the document. */
function isFromDocument({ from, parameters, body }: Settings): boolean {
  return from === undefined ? parameters.length === 0 && body === undefined : from === "document";
}

function findDocument({ operation }: PlanScope): OperationDocument {
  return (
    operation?.document ??
    refuseConfig(
      [],
      operation === undefined
        ? "name parameters or a body: there is no operation here to look up in an OpenAPI document"
        : `there is no OpenAPI 3 document that says what ${operation.method} ${operation.path} takes: name parameters or a body`,
    )
  );
}

function toDocumentParameter(parameter: Settings["parameters"][number]): DocumentParameter {
  const { in: place, name, required, schema } = parameter;
  const { style = place === "query" || place === "cookie" ? "form" : "simple" } = parameter;
  const { explode = style === "form" } = parameter;
  return { in: place, name, required, schema, style, explode, mayBeEmpty: false, isJson: false, place: [] };
}

function planParameter(
  parameter: DocumentParameter,
  place: readonly PropertyKey[],
  schemas: SchemaCompiler,
  scope: PlanScope,
  ignoresUncovered: boolean,
): CheckedParameter {
  const { in: where, name, isJson, style, explode } = parameter;
  const refuse = (at: readonly PropertyKey[], message: string) => {
    if (!ignoresUncovered) {
      schemas.refuse(at, `${message}: set ignoreUncovered to pass it over`);
    }
  };
  if (where === "header" && !fieldName.safeParse(name).success) {
    schemas.refuse([...place, "name"], "a header field name: letters, digits and dashes");
  }
  let node = schemas.compile(parameter.schema, parameter.place.length === 0 ? [...place, "schema"] : parameter.place);
  let reading = isJson
    ? { as: "json" as const, kinds: [] }
    : readingOf(schemas.nodes, node, { name, in: where, style, explode });
  let path = where === "path" ? findPath(name, scope, [...place, "name"]) : undefined;
  const trouble = typeof reading === "string" ? reading : typeof path === "string" ? path : undefined;
  if (trouble !== undefined) {
    refuse([...place, typeof path === "string" ? "name" : "schema"], trouble);
    node = schemas.compile(true, place);
    reading = { as: "one", kinds: ["string"] };
    path = typeof path === "string" ? { segment: 0, before: 0, after: 0 } : path;
  }
  return {
    in: where,
    name,
    variable: where === "header" ? fieldVariable(name) : "",
    ...(path !== undefined && typeof path !== "string" && { path }),
    isRequired: parameter.required || where === "path",
    ...(parameter.mayBeEmpty && { mayBeEmpty: true }),
    ...(typeof reading === "string" ? { as: "one" as const, kinds: [] } : reading),
    node,
  };
}

/** @returns where it stands, or why it cannot be told */
function findPath(name: string, scope: PlanScope, place: readonly PropertyKey[]) {
  try {
    return findPathParameter(name, scope, place);
  } catch (error) {
    if (error instanceof ZodError) {
      return error.issues[0]?.message ?? "cannot be found";
    }
    throw error;
  }
}

function planBody(body: Body, maxBytes: number, schemas: SchemaCompiler): CheckedBody {
  const node = schemas.compile(body.schema, ["body", "schema"]);
  const most = body.maxBytes ?? maxBytes;
  return {
    isRequired: body.required,
    contents: body.mediaTypes.map((mediaType) => planContent(mediaType, node, {}, schemas, true)),
    maxBytes: most,
    tooLarge: tooLarge(most),
  };
}

function planDocumentBody(
  document: OperationDocument | undefined,
  maxBytes: number,
  schemas: SchemaCompiler,
): CheckedBody | undefined {
  if (document?.body === undefined || document.body.contents.length === 0) {
    return undefined;
  }
  const contents = document.body.contents.map((content) => planDocumentContent(content, schemas));
  return {
    isRequired: document.body.required,
    // The type itself before those that stand for many, and all last.
    contents: contents.sort((left, right) => generality(left.mediaType) - generality(right.mediaType)),
    maxBytes,
    tooLarge: tooLarge(maxBytes),
  };
}

function planDocumentContent(
  { mediaType, schema, encoding, place }: DocumentContent,
  schemas: SchemaCompiler,
): CheckedContent {
  // What is not looked into needs no schema that the worker knows.
  const isChecked = mediaType === FORM || JSON_TYPE.test(mediaType) || mediaType.endsWith("*");
  const node = schemas.compile(isChecked ? (schema ?? true) : true, [...place, "schema"]);
  return planContent(mediaType, node, encoding, schemas, false);
}

/** @param isJson whether what is no form is JSON, whatever it is called */
function planContent(
  mediaType: string,
  node: number,
  encoding: DocumentContent["encoding"],
  schemas: SchemaCompiler,
  isJson: boolean,
): CheckedContent {
  if (mediaType === FORM) {
    return { mediaType, as: "form", node, ...formReading(schemas.nodes, node, encoding) };
  }
  const as = isJson || JSON_TYPE.test(mediaType) ? "json" : mediaType.endsWith("*") ? "by-type" : "any";
  return { mediaType, as, node };
}

function generality(mediaType: string): number {
  return mediaType === "*/*" ? 2 : mediaType.endsWith("/*") ? 1 : 0;
}

function tooLarge(maxBytes: number): string {
  return `The body may have at most ${maxBytes} bytes.`;
}
