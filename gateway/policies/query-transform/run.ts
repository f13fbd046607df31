import type { Decision } from "../../contract/decision";
import { addParameter, closeQuery, hasParameter, openQuery, removeParameter, renameParameter } from "../shared/query";
import { fillTemplate, type Template } from "../shared/template";
import type { PolicyHost, PolicyRequest } from "../types";

export interface QueryStep {
  readonly does: "set" | "add-if-absent" | "append" | "remove" | "rename";
  readonly name: string;
  /** Escaped. */
  readonly value: Template;
  /** For rename, otherwise "". */
  readonly newName: string;
}

export interface QueryTransformPlan {
  readonly [key: string]: unknown;
  /** At most eight. */
  readonly steps: readonly QueryStep[];
}

/** Written out, because LuaJIT does not compile a loop inside a request's path. */
export function run(plan: QueryTransformPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const { steps } = plan;
  let query = openQuery(request.query, host);
  query = change(query, steps[0], request, host);
  if (steps.length > 1) query = change(query, steps[1], request, host);
  if (steps.length > 2) query = change(query, steps[2], request, host);
  if (steps.length > 3) query = change(query, steps[3], request, host);
  if (steps.length > 4) query = change(query, steps[4], request, host);
  if (steps.length > 5) query = change(query, steps[5], request, host);
  if (steps.length > 6) query = change(query, steps[6], request, host);
  if (steps.length > 7) query = change(query, steps[7], request, host);
  request.query = closeQuery(query);
  return undefined;
}

function change(query: string, step: QueryStep | undefined, request: PolicyRequest, host: PolicyHost): string {
  if (step === undefined) {
    return query;
  }
  const { does, name } = step;
  if (does === "remove") {
    return removeParameter(query, name);
  }
  if (does === "rename") {
    return renameParameter(query, name, step.newName);
  }
  if (does === "add-if-absent" && hasParameter(query, name)) {
    return query;
  }
  const value = fillTemplate(step.value, request, host, true);
  return addParameter(does === "set" ? removeParameter(query, name) : query, name, value);
}
