import type { z } from "zod";
import type { config } from "./manifest";
import type { TimeoutPlan } from "./run";

export function plan(settings: z.infer<typeof config>): TimeoutPlan {
  return settings;
}
