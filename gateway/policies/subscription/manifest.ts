import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({});

export const manifest = {
  name: "subscription",
  title: "Subscription",
  summary: "Lets an application through only with an active subscription to a plan that covers the API version.",
  scopes: [],
  requires: ["key-auth", "basic-auth", "hmac-auth"],
  before: ["rate-limit"],
  after: ["key-auth", "basic-auth", "hmac-auth"],
  config,
  errorCodes: ["subscription_missing"],
} as const satisfies PolicyManifest<typeof config>;
