import { refuseConfig } from "./refuse-config";
import { toReference } from "./resolve-reference";
import type { DocumentContent, OperationDocument } from "../document";
import { exampleFromSchema } from "./example-from-schema";

/** An answer that the document gives, with what callers choose it by. */
export interface DocumentAnswer {
  readonly status: number;
  /** Of the example; "" without one. */
  readonly name: string;
  readonly mediaType: string;
  /** Undefined for an answer without a body. */
  readonly body: string | undefined;
}

const MOST_ANSWERS = 60;
const MOST_BYTES = 524_288;
const BODYLESS = [204, 205, 304];

/**
 * What the document says an operation answers, best first: the first success before all else, JSON before other media types, each named example in
 * the order of the document. Where there is no example, its value is made from the schema.
 * @throws ZodError when there is nothing to answer with, or an example is too large
 */
export function answersOf(
  { root, responses }: OperationDocument,
  operation: string,
  largestBody: number,
): DocumentAnswer[] {
  const answers = responses
    .map(({ status, contents }) => ({ status: statusOf(status, responses), contents }))
    .sort((left, right) => rank(left.status) - rank(right.status))
    .flatMap(({ status, contents }) =>
      BODYLESS.includes(status) || contents.length === 0
        ? [{ status, name: "", mediaType: "", body: undefined }]
        : contents
            .toSorted((left, right) => typeRank(left) - typeRank(right))
            .flatMap((content) => answersIn(root, status, content, largestBody)),
    )
    .slice(0, MOST_ANSWERS);
  if (answers.length === 0) {
    refuseConfig([], `the document has no response for ${operation}: name answers`);
  }
  const bytes = answers.reduce((sum, { body = "" }) => sum + Buffer.byteLength(body), 0);
  if (bytes > MOST_BYTES) {
    refuseConfig(
      [],
      `the examples of ${operation} have ${bytes} bytes together, and may have ${MOST_BYTES}: name answers`,
    );
  }
  return answers;
}

/** "2XX" and "default" stand for many; one of them is given. */
function statusOf(written: string, responses: OperationDocument["responses"]): number {
  if (/^[1-5]XX$/i.test(written)) {
    return Number(written.charAt(0)) * 100;
  }
  const hasSuccess = responses.some(({ status }) => status.startsWith("2"));
  return /^[1-5]\d\d$/.test(written) ? Number(written) : hasSuccess ? 500 : 200;
}

/** Successes first; the rest as in the document. */
function rank(status: number): number {
  return status >= 200 && status < 300 ? 0 : 1;
}

function typeRank({ mediaType }: DocumentContent): number {
  return mediaType === "application/json" ? 0 : mediaType.endsWith("+json") ? 1 : 2;
}

function answersIn(root: unknown, status: number, content: DocumentContent, largestBody: number): DocumentAnswer[] {
  const mediaType = content.mediaType.includes("*") ? "application/json" : content.mediaType;
  const isJson = mediaType.endsWith("json");
  const examples =
    content.examples.length > 0
      ? content.examples
      : [{ name: "", value: exampleFromSchema(root, content.schema ?? {}), place: content.place }];
  return examples.map(({ name, value, place }) => {
    // To others than JSON a value is a text, or nothing that could be sent.
    const body = isJson
      ? JSON.stringify(value)
      : typeof value === "string"
        ? value
        : mediaType.startsWith("text/")
          ? JSON.stringify(value)
          : "";
    if (Buffer.byteLength(body) > largestBody) {
      refuseConfig(
        [],
        `${toReference(place)}: an example has ${Buffer.byteLength(body)} bytes, and may have ${largestBody}`,
      );
    }
    return { status, name, mediaType, body };
  });
}
