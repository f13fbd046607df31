import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** A connection on which nothing came for so long, in either direction, is closed. */
  idleTimeoutSeconds: z.number().int().min(1).max(86_400).default(600),
});

export const manifest = {
  name: "websocket",
  title: "WebSocket",
  summary: "Lets clients switch to WebSocket where the upstream does.",
  scopes: ["api-version", "operation"],
  requires: [],
  before: [],
  // It has the last word on where a call goes and how long to wait.
  after: ["rate-limit", "timeout", "response-cache", "compression"],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
