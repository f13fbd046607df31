import { z } from "zod";
import type { PolicyManifest } from "../manifest";

const address = z
  .url({ protocol: /^https?$/, message: "an http or https address" })
  .max(2000)
  .regex(/^[!-~]*$/, "an address holds no spaces and only ASCII")
  .regex(/^[^<>"]*$/, "an address holds no angle brackets and no quotes");
const moment = z.iso.datetime({ offset: true, message: "a date and time like 2027-01-31T00:00:00Z" });

export const config = z
  .strictObject({
    /** Since when, or from when on, callers should move. */
    deprecatedAt: moment,
    /** From when on it may stop working. */
    sunsetAt: moment.optional(),
    /** What to read about it. */
    policyUrl: address.optional(),
    /** What to call instead. */
    successorUrl: address.optional(),
  })
  .refine(({ deprecatedAt, sunsetAt }) => sunsetAt === undefined || Date.parse(sunsetAt) >= Date.parse(deprecatedAt), {
    path: ["sunsetAt"],
    message: "it cannot stop working before it is deprecated",
  });

export const manifest = {
  name: "deprecation",
  title: "Deprecation",
  summary: "Tells callers in every response that they should move, until when, and where to.",
  scopes: ["plan", "api-version", "operation"],
  requires: [],
  before: [],
  after: [],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
