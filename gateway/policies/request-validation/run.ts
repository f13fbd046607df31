import type { Decision } from "../../contract/decision";
import { hasUnknownLength, mayHaveBody } from "../shared/may-have-body";
import { readPathParameter, type PathParameter } from "../shared/path-parameter";
import { checkSchema, fits } from "../shared/schema";
import { TOO_MANY_STEPS, type SchemaCheck, type SchemaError } from "../shared/schema-check";
import type { SchemaNode } from "../shared/schema-node";
import type { PolicyHost, PolicyRequest, PolicyResponse } from "../types";
import { readFields, type Fields } from "./fields";
import {
  note,
  readForm,
  readItems,
  readMembers,
  readParts,
  readText,
  takeFields,
  unescape,
  type TextKind,
  type ValueReading,
} from "./read-values";

export interface CheckedParameter extends ValueReading {
  readonly in: "path" | "query" | "header" | "cookie";
  readonly name: string;
  /** Of a header field. */
  readonly variable: string;
  readonly path?: PathParameter;
  readonly isRequired: boolean;
  readonly mayBeEmpty?: boolean;
  readonly node: number;
}

export interface CheckedContent {
  // In lower case; "text/*" stands for many, and "*/*" for all: they come last.
  readonly mediaType: string;
  /** `any` is not looked into; `by-type` is JSON where its type says so. */
  readonly as: "json" | "form" | "any" | "by-type";
  readonly node: number;
  /** Of a form. */
  readonly fields?: readonly (ValueReading & { readonly name: string })[];
  readonly kinds?: readonly TextKind[];
}

export interface CheckedBody {
  readonly isRequired: boolean;
  readonly contents: readonly CheckedContent[];
  readonly maxBytes: number;
  readonly tooLarge: string;
}

export interface CheckedRequest {
  readonly [key: string]: unknown;
  readonly enforces: boolean;
  readonly parameters: readonly CheckedParameter[];
  readonly allowsOtherParameters: boolean;
  readonly body?: CheckedBody;
}

export interface RequestValidationPlan extends CheckedRequest {
  /** See shared/schema-node.ts; with `sharesSchemas` they are put in when the chunk is decoded (runtime/release/decode-version.ts). */
  readonly nodes: readonly SchemaNode[];
}

/** How often values are held against schemas: what any sensible schema needs for a body of that length, and a second at most. */
const STEPS = 100_000;
const STEPS_PER_BYTE = 2;

/** A pattern that any text matches that is UTF-8, and no other. */
const ANYTHING = "";

interface Current {
  readonly plan: RequestValidationPlan;
  readonly request: PolicyRequest;
  readonly host: PolicyHost;
  mediaType: string;
  content: CheckedContent | undefined;
  body: string;
  hasBody: boolean;
  /** Why the body is not looked into, where it should be. */
  misfit: SchemaError | undefined;
  readonly judgement: SchemaCheck;
}

/** What the check apart gets and gives: it takes no arguments, and nothing waits while it runs. */
let current: Current | undefined;

export function run(plan: RequestValidationPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { body } = plan;
  const mine: Current = {
    plan,
    request,
    host,
    mediaType: "",
    content: undefined,
    body: "",
    hasBody: false,
    misfit: undefined,
    judgement: { nodes: plan.nodes, json: host.json, host, errors: [], budget: { steps: STEPS, level: 0 } },
  };
  if (body !== undefined && mayHaveBody(host)) {
    mine.hasBody = true;
    mine.mediaType = readMediaType(host);
    current = mine;
    host.runApart(chooseContent);
    const refusal = takeBody(mine, body);
    if (refusal !== undefined) {
      current = undefined;
      return refusal;
    }
  }
  // Again, because another request may have come while the body did.
  current = mine;
  host.runApart(check);
  current = undefined;
  const { budget } = mine.judgement;
  const errors = budget.steps < 0 ? [{ detail: TOO_MANY_STEPS, pointer: "#" }] : mine.judgement.errors;
  if (errors.length === 0) {
    return undefined;
  }
  if (plan.enforces) {
    return { kind: "refuse", code: "request_invalid", errors };
  }
  const first = errors[0];
  request.validationReport = first === undefined ? "" : `${errors.length} found, first at ${first.pointer}`;
  request.isShaped = true;
  return undefined;
}

export function respond(_plan: RequestValidationPlan, request: PolicyRequest, response: PolicyResponse): void {
  if (request.validationReport !== "") {
    response.setField("Gatehouse-Validation", request.validationReport);
  }
}

function readMediaType(host: PolicyHost): string {
  const sent = (host.variable("http_content_type") ?? "").toLowerCase();
  const end = sent.indexOf(";");
  return (end < 0 ? sent : sent.slice(0, end)).trim();
}

function chooseContent(): void {
  if (current === undefined || current.plan.body === undefined) {
    return;
  }
  for (const content of current.plan.body.contents) {
    if (current.content === undefined && isOfType(current.mediaType, content.mediaType)) {
      current.content = content;
    }
  }
}

function isOfType(sent: string, mediaType: string): boolean {
  if (sent === mediaType || mediaType === "*/*") {
    return true;
  }
  const fixed = mediaType.length - 1;
  return mediaType.slice(fixed) === "*" && sent.slice(0, fixed) === mediaType.slice(0, fixed);
}

/** Takes in a body that is looked into; without `enforce`, what is wrong with it is only noted. */
function takeBody(mine: Current, body: CheckedBody): Decision | undefined {
  const { content, host, plan } = mine;
  if (host.isRepeated("http_content_type")) {
    mine.misfit = { detail: "is given more than once", pointer: "header/Content-Type" };
    return undefined;
  }
  const isCompressed = host.variable("http_content_encoding") !== undefined;
  if (content === undefined || (isCompressed && isLookedInto(content, mine.mediaType))) {
    mine.content = undefined;
    mine.hasBody = !hasUnknownLength(host) || host.readBodyBytes() > 0;
    return plan.enforces && mine.hasBody ? { kind: "refuse", code: "media_type_unsupported" } : undefined;
  }
  if (!isLookedInto(content, mine.mediaType)) {
    return undefined;
  }
  const length = host.variable("http_content_length");
  if ((length === undefined ? host.readBodyBytes() : Number(length)) > body.maxBytes) {
    mine.misfit = { detail: `has more than ${body.maxBytes} bytes`, pointer: "#" };
    return plan.enforces ? { kind: "refuse", code: "body_too_large", detail: body.tooLarge } : undefined;
  }
  mine.body = host.readBody();
  return undefined;
}

function isLookedInto({ as }: CheckedContent, mediaType: string): boolean {
  return as === "json" || as === "form" || (as === "by-type" && isJsonType(mediaType));
}

function isJsonType(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.slice(mediaType.length - 5) === "+json";
}

function check(): void {
  if (current === undefined) {
    return;
  }
  const { plan, request, host, judgement, body } = current;
  judgement.budget.steps += STEPS_PER_BYTE * body.length;
  const query = readFields(request.query.slice(1), "&", host);
  const cookies = readFields(host.variable("http_cookie") ?? "", ";", host);
  for (const parameter of plan.parameters) {
    if (parameter.in === "query" || parameter.in === "cookie") {
      checkFields(judgement, parameter.in === "query" ? query : cookies, parameter);
    } else {
      checkWhole(judgement, parameter, request);
    }
  }
  if (!plan.allowsOtherParameters && query.unused > 0) {
    note(judgement, "query", "holds parameters that are not expected");
  }
  if (plan.body !== undefined) {
    checkBody(current, plan.body);
  }
}

/** Parameters of the path and of header fields, which are one text. */
function checkWhole(judgement: SchemaCheck, parameter: CheckedParameter, request: PolicyRequest): void {
  const { path, variable } = parameter;
  if (path === undefined && judgement.host.isRepeated(variable)) {
    note(judgement, pointerTo(parameter), "is given more than once");
    return;
  }
  const text = path === undefined ? judgement.host.variable(variable) : readPathParameter(request.path, path);
  if (text === undefined) {
    noteMissing(judgement, parameter);
  } else if (parameter.lead !== undefined) {
    checkLed(judgement, parameter, parameter.lead, text);
  } else {
    checkText(judgement, parameter, text);
  }
}

/** `.red` or `;colour=red`. */
function checkLed(judgement: SchemaCheck, parameter: CheckedParameter, lead: string, text: string): void {
  if (text.slice(0, lead.length) === lead) {
    checkText(judgement, parameter, text.slice(lead.length));
  } else {
    note(judgement, pointerTo(parameter), `must begin with ${lead}`);
  }
}

/** A parameter of the query or of cookies: one field, or several. */
function checkFields(judgement: SchemaCheck, fields: Fields, parameter: CheckedParameter): void {
  const { as, name, node, separator } = parameter;
  if (as === "object" && separator === undefined) {
    const value = readMembers(judgement, parameter, fields, name);
    if (value === undefined) {
      noteMissing(judgement, parameter);
    } else {
      checkSchema(judgement, node, value, pointerTo(parameter));
    }
    return;
  }
  const places = takeFields(fields, name, parameter.isDeep === true);
  const first = places[0];
  if (first === undefined) {
    noteMissing(judgement, parameter);
  } else if (as === "list" && separator === undefined) {
    checkSchema(judgement, node, readItems(judgement, parameter, fields, places), pointerTo(parameter));
  } else if (places.length > 1) {
    note(judgement, pointerTo(parameter), "is given more than once");
  } else {
    const text = fields.values[first] ?? "";
    if (text !== "" || parameter.mayBeEmpty !== true) {
      checkText(judgement, parameter, text);
    }
  }
}

function checkText(judgement: SchemaCheck, parameter: CheckedParameter, text: string): void {
  const { as, in: place, node } = parameter;
  const isEscaped = place !== "header";
  const isQuery = place === "query";
  if (as === "list" || as === "object") {
    const value = readParts(judgement, parameter, text, isEscaped, isQuery);
    checkSchema(judgement, node, value, pointerTo(parameter));
    return;
  }
  const unescaped = isEscaped ? unescape(judgement, text, isQuery) : text;
  if (as === "one") {
    checkOne(judgement, parameter, unescaped);
    return;
  }
  const value = judgement.json.parse(unescaped);
  if (value === undefined) {
    note(judgement, pointerTo(parameter), "is not JSON, names a member twice, or nests too deep");
  } else {
    checkSchema(judgement, node, value, pointerTo(parameter));
  }
}

/** A text that may be a number or not is right when either is. */
function checkOne(judgement: SchemaCheck, parameter: CheckedParameter, text: string): void {
  const { kinds, node } = parameter;
  const pointer = pointerTo(parameter);
  const value = readText(judgement, kinds, text);
  const mayBeText = kinds.length > 1 && value !== text && kinds[kinds.length - 1] === "string";
  if (mayBeText && fits(judgement, node, text, pointer)) {
    return;
  }
  checkSchema(judgement, node, value, pointer);
}

function checkBody(
  { content, hasBody: isSent, host, judgement, mediaType, misfit, body: text }: Current,
  body: CheckedBody,
): void {
  if (isSent && content === undefined) {
    note(judgement, "#", "is of a media type that is not expected, or compressed");
    return;
  }
  if (misfit !== undefined) {
    note(judgement, misfit.pointer, misfit.detail);
    return;
  }
  if (content !== undefined && !isLookedInto(content, mediaType)) {
    return;
  }
  if (content === undefined || text === "") {
    if (body.isRequired) {
      note(judgement, "#", "a body is required");
    }
    return;
  }
  if (!host.matchesPattern(text, ANYTHING)) {
    note(judgement, "#", "is not UTF-8");
    return;
  }
  if (content.as === "form") {
    const form = readForm(judgement, content.fields ?? [], content.kinds ?? [], readFields(text, "&", host));
    checkSchema(judgement, content.node, form, "#");
    return;
  }
  const value = judgement.json.parse(text);
  if (value === undefined) {
    note(judgement, "#", "is not JSON, names a member twice, or nests too deep");
    return;
  }
  checkSchema(judgement, content.node, value, "#");
}

function noteMissing(judgement: SchemaCheck, parameter: CheckedParameter): void {
  if (parameter.isRequired) {
    note(judgement, pointerTo(parameter), "is required");
  }
}

function pointerTo(parameter: CheckedParameter): string {
  return `${parameter.in}/${parameter.name}`;
}
