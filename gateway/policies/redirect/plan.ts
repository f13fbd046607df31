import type { z } from "zod";
import { parseTemplate } from "../config/template";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { RedirectPlan } from "./run";

export function plan(settings: z.infer<typeof config>, scope: PlanScope): RedirectPlan {
  return { status: settings.status, location: parseTemplate(settings.location, scope, ["location"]) };
}
