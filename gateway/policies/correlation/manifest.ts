import { z } from "zod";
import { addressRange } from "../config/address-ranges";
import type { PolicyManifest } from "../manifest";

export const config = z
  .strictObject({
    /** Whose X-Request-Id and trace context are taken over. */
    acceptFrom: z.enum(["everybody", "trusted", "nobody"]).default("everybody"),
    /** Addresses of clients, for `trusted`. */
    trustedClients: z.array(addressRange).max(1000).default([]),
    /** In which forms the upstream gets the trace context. */
    formats: z.array(z.enum(["w3c", "b3", "b3-multi"])).default(["w3c"]),
    /** Whether traces that begin here are to be recorded. */
    sampleNew: z.boolean().default(true),
  })
  .refine(({ acceptFrom, trustedClients }) => (acceptFrom === "trusted") === trustedClients.length > 0, {
    path: ["trustedClients"],
    message: 'addresses belong to "trusted", which needs some',
  });

export const manifest = {
  name: "correlation",
  title: "Correlation",
  summary: "Carries a request id and a trace context through, or begins them.",
  scopes: ["environment", "api-version", "operation"],
  requires: [],
  before: ["cors", "ip-filter", "maintenance", "key-auth", "basic-auth", "hmac-auth", "subscription", "rate-limit"],
  after: [],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;
