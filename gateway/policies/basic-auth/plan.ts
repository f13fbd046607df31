import type { z } from "zod";
import { planAuthentication } from "../config/authentication";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { BasicAuthPlan } from "./run";

export function plan(settings: z.infer<typeof config>, scope: PlanScope): BasicAuthPlan {
  return { checksUser: settings.user === "application", ...planAuthentication(scope) };
}
