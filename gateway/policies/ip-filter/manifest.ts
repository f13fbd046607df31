import { z } from "zod";
import { addressRange } from "../config/address-ranges";
import type { PolicyManifest } from "../manifest";

const MOST_RANGES = 50_000;
const ranges = z.array(addressRange).max(MOST_RANGES).default([]);

export const config = z
  .strictObject({
    /** When there are any, only these get in. */
    allow: ranges,
    /** These do not, even where they are allowed. */
    deny: ranges,
    /** Load balancers in front whose X-Forwarded-For is believed. */
    trustedProxies: ranges,
  })
  .refine(({ allow, deny }) => allow.length + deny.length > 0, "name addresses to allow or to deny");

export const manifest = {
  name: "ip-filter",
  title: "Addresses",
  summary: "Lets requests in, or keeps them out, by the address they come from.",
  scopes: ["environment", "plan", "api-version", "operation"],
  requires: [],
  before: ["maintenance", "key-auth", "subscription", "rate-limit"],
  after: ["cors"],
  config,
  errorCodes: ["address_denied"],
} as const satisfies PolicyManifest<typeof config>;
