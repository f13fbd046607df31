import { z } from "zod";
import { addressRange } from "../config/address-ranges";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** When to come back; callers get it as Retry-After. */
  retryAfterSeconds: z.number().int().min(1).max(604_800).default(300),
  /** For callers: what is going on. "" leaves the code's own text. */
  message: z.string().max(500).default(""),
  /** Addresses and ranges that get through all the same. */
  allow: z.array(addressRange).max(1000).default([]),
});

export const manifest = {
  name: "maintenance",
  title: "Maintenance",
  summary: "Answers 503 for as long as it is attached, but for callers at the listed addresses.",
  scopes: ["environment", "api-version", "operation"],
  requires: [],
  before: ["key-auth", "subscription", "rate-limit"],
  after: [],
  config,
  errorCodes: ["maintenance"],
} as const satisfies PolicyManifest<typeof config>;
