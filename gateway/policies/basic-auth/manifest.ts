import { z } from "zod";
import type { PolicyManifest } from "../manifest";

export const config = z.strictObject({
  /** `any`: the user name says nothing; `application`: it must be the number of the key's application. */
  user: z.enum(["any", "application"]).default("any"),
});

export const manifest = {
  name: "basic-auth",
  title: "Basic authentication",
  summary: "Takes an API key as the password of HTTP Basic, for clients that can do nothing else.",
  scopes: ["api-version", "operation"],
  requires: [],
  challenge: 'Basic realm="gatehouse", charset="UTF-8"',
  before: ["subscription", "rate-limit"],
  after: ["cors", "key-auth"],
  config,
  errorCodes: [
    ...(["basic_missing", "basic_malformed", "basic_user_mismatch"] as const),
    ...(["key_malformed", "key_unknown", "key_expired", "key_revoked"] as const),
  ],
} as const satisfies PolicyManifest<typeof config>;
