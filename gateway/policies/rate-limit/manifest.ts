import { z } from "zod";
import type { PolicyManifest } from "../manifest";

/** The limits themselves belong to the plan of the caller's subscription and travel in the plans chunk. */
export const config = z.strictObject({});

export const manifest = {
  name: "rate-limit",
  title: "Rate limit",
  summary: "Checks every limit of the caller's plan, then charges them all; a refused request charges none.",
  scopes: [],
  requires: ["subscription"],
  before: [],
  after: ["subscription"],
  config,
  errorCodes: ["rate_limit_exceeded", "limit_state_exhausted"],
} as const satisfies PolicyManifest<typeof config>;
