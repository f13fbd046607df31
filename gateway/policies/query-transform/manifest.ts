import { z } from "zod";
import type { PolicyManifest } from "../manifest";

const MOST_STEPS = 8;

const name = z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/, "a parameter's name: letters, digits, dots, dashes, tildes");
const value = z.string().max(1024);

export const config = z.strictObject({
  /** Steps on the query's parameters, in order, before it goes to the upstream. */
  steps: z
    .array(
      z.discriminatedUnion("do", [
        z.strictObject({ do: z.literal("set"), name, value }),
        z.strictObject({ do: z.literal("add-if-absent"), name, value }),
        z.strictObject({ do: z.literal("append"), name, value }),
        z.strictObject({ do: z.literal("remove"), name }),
        z
          .strictObject({ do: z.literal("rename"), name, to: name })
          .refine((step) => step.name !== step.to, { path: ["to"], message: "give it another name" }),
      ]),
    )
    .min(1, "name at least one step")
    .max(MOST_STEPS, `at most ${MOST_STEPS} steps`),
});

export const manifest = {
  name: "query-transform",
  title: "Query parameters",
  summary: "Sets, adds, removes and renames parameters of the query before the upstream gets it.",
  scopes: ["plan", "api-version", "operation"],
  readsOperation: true,
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
