import type { z } from "zod";
import { planAuthentication } from "../config/authentication";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { HmacAuthPlan } from "./run";

export function plan(settings: z.infer<typeof config>, scope: PlanScope): HmacAuthPlan {
  return {
    components: settings.components,
    maxAgeSeconds: settings.maxAgeSeconds,
    clockSkewSeconds: settings.clockSkewSeconds,
    checksBody: settings.body === "digest",
    maxBodyBytes: settings.maxBodyBytes,
    tooLarge: `The body may have at most ${settings.maxBodyBytes} bytes.`,
    takesNonceOnce: settings.nonce === "once",
    forwardsSignature: settings.forwardsSignature,
    ...planAuthentication(scope),
  };
}
