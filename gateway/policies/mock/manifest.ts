import { z } from "zod";
import { fieldValue, responseFieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

export const LARGEST_BODY = 65_536;

const answer = z
  .strictObject({
    /** Callers may ask for it by this name. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, "letters, digits, dots, dashes; at most 64")
      .optional(),
    status: z.number().int().min(200).max(599).default(200),
    headers: z
      .array(z.strictObject({ name: responseFieldName, value: fieldValue }))
      .max(20)
      .default([]),
    mediaType: fieldValue.min(1).default("application/json"),
    /** Text as it is, anything else as JSON. */
    body: z.unknown().optional(),
  })
  .refine(({ status, body }) => body === undefined || ![204, 205, 304].includes(status), {
    path: ["body"],
    message: "an answer with this status has no body",
  })
  .refine(({ body }) => Buffer.byteLength(bodyText(body)) <= LARGEST_BODY, {
    path: ["body"],
    message: `at most ${LARGEST_BODY} bytes`,
  });

/** What is sent for a body of the configuration. */
export function bodyText(body: unknown): string {
  return body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
}

export const config = z.strictObject({
  /** Without any, the examples of the API version's OpenAPI document, as it is when published. The first is given when nobody asks for another. */
  answers: z
    .array(answer)
    .min(1)
    .max(20)
    .refine((answers) => {
      const names = answers.flatMap(({ name }) => name ?? []);
      return new Set(names).size === names.length;
    }, "two answers have the same name")
    .optional(),
  /** Which one is given when the caller asks for none; the first success of the document without it. */
  status: z.number().int().min(200).max(599).optional(),
  /** And which of its examples. */
  example: z.string().min(1).max(200).optional(),
  /** Whether `Prefer: code=404` and `Prefer: example=NAME` choose among the answers. */
  callerChooses: z.boolean().default(true),
});

export const manifest = {
  name: "mock",
  title: "Mock",
  summary: "Answers with an example of the OpenAPI document, or your own, instead of calling the upstream.",
  readsOperation: true,
  readsDocument: true,
  scopes: ["api-version", "operation"],
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit", "request-size"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
