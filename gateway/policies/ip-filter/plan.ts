import type { z } from "zod";
import { planRanges } from "../config/address-ranges";
import type { config } from "./manifest";
import type { IpFilterPlan } from "./run";

export function plan(settings: z.infer<typeof config>): IpFilterPlan {
  return {
    allow: planRanges(settings.allow),
    deny: planRanges(settings.deny),
    trustedProxies: planRanges(settings.trustedProxies),
  };
}
