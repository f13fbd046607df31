import { z } from "zod";
import { fieldValue } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** Strict-Transport-Security; 0 leaves it out. */
  hstsSeconds: z.number().int().min(0).max(63_072_000).default(31_536_000),
  hstsIncludesSubdomains: z.boolean().default(false),
  /** X-Content-Type-Options: nosniff. */
  noSniff: z.boolean().default(true),
  /** X-Frame-Options; "" leaves it out. */
  frameOptions: z.enum(["DENY", "SAMEORIGIN", ""]).default("DENY"),
  referrerPolicy: z
    .enum([
      ...(["no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin"] as const),
      ...(["strict-origin", "strict-origin-when-cross-origin", "unsafe-url", ""] as const),
    ])
    .default("no-referrer"),
  /** "" leaves it out. */
  contentSecurityPolicy: fieldValue.default("default-src 'none'; frame-ancestors 'none'"),
  permissionsPolicy: fieldValue.default(""),
  crossOriginResourcePolicy: z.enum(["same-origin", "same-site", "cross-origin", ""]).default(""),
  /** Take away what tells attackers the upstream's software. */
  hideSoftware: z.boolean().default(true),
});

export const manifest = {
  name: "security-headers",
  title: "Security header fields",
  summary: "Tells browsers what not to do with responses, and hides the upstream's software.",
  scopes: ["environment", "api-version", "operation"],
  requires: [],
  before: [],
  after: [],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
