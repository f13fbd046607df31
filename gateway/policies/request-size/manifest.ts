import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** The largest body, in bytes; 0 allows none. */
  maxBodyBytes: z.number().int().min(0).max(104_857_600),
  /** A body sent in chunks says its length only at its end: `buffer` takes it in first and looks, `refuse` asks for a Content-Length. */
  chunked: z.enum(["buffer", "refuse"]).default("buffer"),
});

export const manifest = {
  name: "request-size",
  title: "Request size",
  summary: "Refuses requests whose body is larger than the API wants, before the upstream sees any of it.",
  scopes: ["environment", "plan", "api-version", "operation"],
  requires: [],
  before: [],
  after: ["key-auth", "subscription", "rate-limit"],
  config,
  errorCodes: ["body_too_large", "length_required"],
} as const satisfies PolicyManifest<typeof config>;
