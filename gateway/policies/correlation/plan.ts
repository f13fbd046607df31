import type { z } from "zod";
import { planRanges } from "../config/address-ranges";
import type { config } from "./manifest";
import type { CorrelationPlan } from "./run";

export function plan(settings: z.infer<typeof config>): CorrelationPlan {
  return {
    acceptFrom: settings.acceptFrom,
    trusted: planRanges(settings.trustedClients),
    sendsTraceparent: settings.formats.includes("w3c"),
    sendsB3: settings.formats.includes("b3"),
    sendsB3Fields: settings.formats.includes("b3-multi"),
    newSampled: settings.sampleNew ? "1" : "0",
  };
}
