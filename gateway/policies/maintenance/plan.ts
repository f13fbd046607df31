import type { z } from "zod";
import { planRanges } from "../config/address-ranges";
import type { config } from "./manifest";
import type { MaintenancePlan } from "./run";

export function plan(settings: z.infer<typeof config>): MaintenancePlan {
  return {
    retryAfterSeconds: settings.retryAfterSeconds,
    ...(settings.message !== "" && { detail: settings.message }),
    allow: planRanges(settings.allow),
  };
}
