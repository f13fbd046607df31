import type { z } from "zod";
import { fieldVariable } from "../config/field-name";
import type { config } from "./manifest";
import type { ResponseCachePlan } from "./run";

export function plan(settings: z.infer<typeof config>): ResponseCachePlan {
  return {
    location: `@cached_${settings.ttlSeconds}`,
    ttlSeconds: settings.ttlSeconds,
    sharedBy: settings.sharedBy,
    variables: settings.varyBy.map(fieldVariable),
    query: settings.query,
    queryNames: settings.query === "named" ? settings.queryNames : [],
    callerMayRefresh: settings.callerMayRefresh,
    generation: settings.generation,
  };
}
