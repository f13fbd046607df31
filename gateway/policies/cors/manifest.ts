import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** Origins that browsers may call from, without trailing slash. */
  origins: z.array(z.url({ protocol: /^https?$/ })).min(1),
  maxAgeSeconds: z.number().int().min(0).max(86_400).default(600),
});

export const manifest = {
  name: "cors",
  title: "CORS",
  summary: "Answers preflights at the edge and lets browsers of the listed origins read responses.",
  phase: "access",
  before: ["key-auth", "subscription", "rate-limit"],
  after: [],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
