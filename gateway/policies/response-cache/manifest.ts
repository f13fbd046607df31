import { z } from "zod";
import { CACHE_SECONDS } from "../../contract/cache-seconds";
import { fieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

const MOST_FIELDS = 4;
const MOST_PARAMETERS = 16;

const parameterName = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,64}$/, "a parameter's name: letters, digits, dots, dashes, tildes");

export const config = z
  .strictObject({
    /** How long a response is fresh that says nothing on it itself. */
    ttlSeconds: z
      .literal(CACHE_SECONDS, `one of ${CACHE_SECONDS.join(", ")} seconds`)
      .describe(
        "One of a few: nginx takes times to live from its configuration only. Another one the upstream can say, in Cache-Control.",
      )
      .default(60),
    /** Who shares what is kept. */
    sharedBy: z.enum(["everybody", "application", "subscription"]).default("application"),
    /** Request fields with whose values the response changes, besides those that its Vary names. */
    varyBy: z.array(fieldName).max(MOST_FIELDS, `at most ${MOST_FIELDS} fields`).default([]),
    /** What of the query the response depends on: all of it as it was sent, nothing, or the parameters of `queryNames`. */
    query: z.enum(["all", "none", "named"]).default("all"),
    queryNames: z.array(parameterName).max(MOST_PARAMETERS, `at most ${MOST_PARAMETERS} parameters`).default([]),
    /** Whether `no-cache`, `max-age` and `min-fresh` in the request's Cache-Control fetch anew. */
    callerMayRefresh: z.boolean().default(false),
    /** Raise it to forget all that was kept. */
    generation: z.number().int().min(1).default(1),
  })
  .superRefine(({ query, queryNames }, context) => {
    if ((query === "named") !== queryNames.length > 0) {
      const message = query === "named" ? "name at least one parameter" : `says nothing where query is "${query}"`;
      context.addIssue({ code: "custom", path: ["queryNames"], message });
    }
  });

export const manifest = {
  name: "response-cache",
  title: "Response cache",
  summary: "Keeps responses and gives them again while they are fresh.",
  scopes: ["api-version", "operation"],
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit", "query-transform", "path-rewrite", "header-transform"],
  config,
  errorCodes: ["not_cached"],
} as const satisfies PolicyManifest<typeof config>;
