import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({});

export const manifest = {
  name: "grpc",
  title: "gRPC",
  summary: "Speaks gRPC with the upstream, over HTTP/2 and with trailers, in place of HTTP/1.1.",
  scopes: ["api-version", "operation"],
  requires: [],
  // They answer in JSON or by HTTP's own means, or would hold back a stream.
  excludes: ["mock", "redirect", "request-size", "request-validation", "response-cache", "compression", "websocket"],
  before: [],
  after: ["rate-limit"],
  config,
  errorCodes: ["media_type_unsupported"],
} as const satisfies PolicyManifest<typeof config>;
