import type { z } from "zod";
import type { config } from "./manifest";
import type { KeyAuthPlan } from "./run";

export function plan(settings: z.infer<typeof config>): KeyAuthPlan {
  return { variable: `http_${settings.header.toLowerCase().replaceAll("-", "_")}` };
}
