import type { z } from "zod";
import type { config } from "./manifest";
import type { CorsPlan } from "./run";

export const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
export const EXPOSED_FIELDS =
  "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Gatehouse-Release, Location, ETag";

export function plan(settings: z.infer<typeof config>): CorsPlan {
  return {
    origins: Object.fromEntries(settings.origins.map((origin) => [new URL(origin).origin, true])),
    preflight: [
      "Access-Control-Allow-Methods",
      ALLOWED_METHODS,
      "Access-Control-Max-Age",
      String(settings.maxAgeSeconds),
      "Vary",
      "Origin, Access-Control-Request-Headers",
    ],
    expose: EXPOSED_FIELDS,
  };
}
