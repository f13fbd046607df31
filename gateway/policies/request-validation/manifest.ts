import { z } from "zod";
import { fieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

const LARGEST_BODY = 10_485_760;
const MOST_PARAMETERS = 64;

const parameter = z
  .strictObject({
    in: z.enum(["path", "query", "header", "cookie"]),
    name: z.string().min(1).max(128),
    required: z.boolean().default(false),
    /** How a list or an object is written, as in OpenAPI 3. */
    style: z.enum(["form", "simple", "spaceDelimited", "pipeDelimited", "deepObject", "label", "matrix"]).optional(),
    explode: z.boolean().optional(),
    schema: z.record(z.string(), z.unknown()),
  })
  .refine(({ in: place, name }) => place !== "header" || fieldName.safeParse(name).success, {
    path: ["name"],
    message: "a header field name: letters, digits and dashes",
  });

export const config = z
  .strictObject({
    /** `enforce` refuses; `report` lets through, and says in the response what was wrong. */
    mode: z.enum(["enforce", "report"]).default("enforce"),
    /** Where schemas come from: the API version's OpenAPI document as it is when published, unless some are written here. */
    from: z.enum(["document", "config"]).optional(),
    parameters: z.array(parameter).max(MOST_PARAMETERS).default([]),
    /** Whether the query may hold parameters that are not named. */
    allowsOtherParameters: z.boolean().default(true),
    body: z
      .strictObject({
        required: z.boolean().default(true),
        mediaTypes: z
          .array(z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/, "a media type in lower case, without parameters"))
          .min(1)
          .default(["application/json"]),
        maxBytes: z.number().int().min(1).max(LARGEST_BODY).optional(),
        schema: z.union([z.record(z.string(), z.unknown()), z.boolean()]),
      })
      .optional(),
    /** Of a body that is looked into. */
    maxBytes: z.number().int().min(1).max(LARGEST_BODY).default(1_048_576),
    /** Passes over keywords that the gateway does not check, instead of refusing to publish them. */
    ignoreUncovered: z.boolean().default(false),
  })
  .refine(
    ({ from, parameters, body, allowsOtherParameters }) =>
      from !== "config" || parameters.length > 0 || body !== undefined || !allowsOtherParameters,
    "name parameters or a body to check",
  );

export const manifest = {
  name: "request-validation",
  title: "Request validation",
  summary:
    "Checks parameters and bodies against the schemas of the OpenAPI document, or your own, before the upstream sees them.",
  scopes: ["api-version", "operation"],
  readsOperation: true,
  readsDocument: true,
  requires: [],
  before: ["mock", "query-transform", "path-rewrite", "header-transform"],
  after: ["key-auth", "basic-auth", "hmac-auth", "subscription", "rate-limit", "request-size"],
  config,
  errorCodes: ["request_invalid", "media_type_unsupported", "body_too_large"],
} as const satisfies PolicyManifest<typeof config>;
