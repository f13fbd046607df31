import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** Where to; may hold placeholders. */
  location: z
    .string()
    .min(1)
    .max(4096)
    .regex(/^(https?:\/\/|\/(?!\/))/, "an http or https address, or a path that starts with one slash")
    .regex(/^[!-~]*$/, "an address holds no spaces, no line breaks and only ASCII"),
  status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).default(308),
});

export const manifest = {
  name: "redirect",
  title: "Redirect",
  summary: "Sends callers to another address.",
  scopes: ["api-version", "operation"],
  readsOperation: true,
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit", "cors"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
