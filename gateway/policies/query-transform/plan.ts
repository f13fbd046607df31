import type { z } from "zod";
import { parseTemplate } from "../config/template";
import { refuseConfig } from "../config/refuse-config";
import type { PlanScope } from "../manifest";
import type { Template } from "../shared/template";
import type { config } from "./manifest";
import type { QueryTransformPlan } from "./run";

export function plan(settings: z.infer<typeof config>, scope: PlanScope): QueryTransformPlan {
  return {
    steps: settings.steps.map((step, index) => ({
      does: step.do,
      name: step.name,
      value: "value" in step ? planValue(step.value, scope, ["steps", index, "value"]) : { texts: [""], places: [] },
      newName: "to" in step ? step.to : "",
    })),
  };
}

/** Fixed text is written as people do, and escaped here; what is filled in is escaped where it comes from. */
function planValue(text: string, scope: PlanScope, place: readonly PropertyKey[]): Template {
  const { texts, places } = parseTemplate(text, scope, place);
  if (places.some(({ kind }) => kind === "query")) {
    refuseConfig(place, "{query} cannot stand in a parameter of the query");
  }
  return { texts: texts.map(encodeURIComponent), places };
}
