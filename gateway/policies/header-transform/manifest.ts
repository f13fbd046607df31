import { z } from "zod";
import { fieldValue, requestFieldName, responseFieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

const MOST_STEPS = 12;

function steps(name: typeof requestFieldName) {
  return z
    .array(
      z.discriminatedUnion("do", [
        z.strictObject({ do: z.literal("set"), name, value: fieldValue }),
        z.strictObject({ do: z.literal("add-if-absent"), name, value: fieldValue }),
        z.strictObject({ do: z.literal("append"), name, value: fieldValue }),
        z.strictObject({ do: z.literal("remove"), name }),
        z
          .strictObject({ do: z.literal("rename"), name, to: name })
          .refine((step) => step.name.toLowerCase() !== step.to.toLowerCase(), {
            path: ["to"],
            message: "this is the same field: names of fields mean the same in upper and lower case",
          }),
      ]),
    )
    .max(MOST_STEPS, `at most ${MOST_STEPS} steps`)
    .default([]);
}

export const config = z
  .strictObject({
    /** Steps on the request's fields, in order, before it goes to the upstream. */
    request: steps(requestFieldName),
    /** Steps on the response's fields, in order, before it goes to the client. */
    response: steps(responseFieldName),
  })
  .refine(({ request, response }) => request.length + response.length > 0, "name at least one step");

export const manifest = {
  name: "header-transform",
  title: "Header fields",
  summary: "Sets, adds, appends, removes and renames header fields of the request and of the response.",
  scopes: ["environment", "plan", "api-version", "operation"],
  readsOperation: true,
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
