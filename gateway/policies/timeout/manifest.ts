import { z } from "zod";
import type { PolicyManifest } from "../manifest";

const milliseconds = z.number().int().min(1).max(3_600_000);

export const config = z
  .strictObject({
    connectTimeoutMs: milliseconds.optional(),
    sendTimeoutMs: milliseconds.optional(),
    readTimeoutMs: milliseconds.optional(),
  })
  .refine((timeouts) => Object.keys(timeouts).length > 0, "name at least one timeout");

export const manifest = {
  name: "timeout",
  title: "Timeouts",
  summary: "Sets how long to wait for the upstream.",
  scopes: ["environment", "plan", "api-version", "operation"],
  requires: [],
  before: [],
  after: ["rate-limit"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
