import type { z } from "zod";
import { fieldVariable } from "../config/field-name";
import { parseTemplate } from "../config/template";
import type { PlanScope } from "../manifest";
import type { Template } from "../shared/template";
import type { config } from "./manifest";
import type { FieldStep, HeaderTransformPlan } from "./run";

type Settings = z.infer<typeof config>;

const NOTHING: Template = { texts: [""], places: [] };

export function plan(settings: Settings, scope: PlanScope): HeaderTransformPlan {
  return {
    request: settings.request.map((step, index) => planStep(step, scope, ["request", index, "value"])),
    response: settings.response.map((step, index) => planStep(step, scope, ["response", index, "value"])),
  };
}

function planStep(step: Settings["request"][number], scope: PlanScope, place: readonly PropertyKey[]): FieldStep {
  const { name } = step;
  return {
    does: step.do,
    name,
    variable: fieldVariable(name),
    value: "value" in step ? parseTemplate(step.value, scope, place) : NOTHING,
    newName: "to" in step ? step.to : "",
  };
}
