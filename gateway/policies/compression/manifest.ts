import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({});

export const manifest = {
  name: "compression",
  title: "Compression",
  summary: "Compresses text responses for clients that take gzip.",
  scopes: ["environment", "plan", "api-version", "operation"],
  requires: [],
  before: [],
  after: ["rate-limit"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
