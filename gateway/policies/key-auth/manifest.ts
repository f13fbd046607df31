import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** Header field that carries the key. */
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "an ASCII header field name")
    .default("X-API-Key"),
});

export const manifest = {
  name: "key-auth",
  title: "API key",
  summary: "Finds the application that a presented API key belongs to.",
  phase: "access",
  before: ["subscription", "rate-limit"],
  after: ["cors"],
  config,
  errorCodes: ["key_missing", "key_malformed", "key_unknown", "key_expired", "key_revoked"],
} as const satisfies PolicyManifest<typeof config>;
