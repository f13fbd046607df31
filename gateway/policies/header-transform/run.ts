import type { Decision } from "../../contract/decision";
import { fillTemplate, type Template } from "../shared/template";
import type { PolicyHost, PolicyRequest, PolicyResponse } from "../types";

export interface FieldStep {
  readonly does: "set" | "add-if-absent" | "append" | "remove" | "rename";
  readonly name: string;
  /** nginx variable that holds the request's field. */
  readonly variable: string;
  readonly value: Template;
  /** For rename, otherwise "". */
  readonly newName: string;
}

export interface HeaderTransformPlan {
  readonly [key: string]: unknown;
  readonly request: readonly FieldStep[];
  readonly response: readonly FieldStep[];
}

/** A refusal before the access step has its fields changed too. */
export function shapesAlways(plan: HeaderTransformPlan): boolean {
  return plan.response.length > 0;
}

/** Written out, because LuaJIT does not compile a loop inside a request's path. */
export function run(plan: HeaderTransformPlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  const steps = plan.request;
  if (steps.length > 0) changeRequest(steps[0], request, host);
  if (steps.length > 1) changeRequest(steps[1], request, host);
  if (steps.length > 2) changeRequest(steps[2], request, host);
  if (steps.length > 3) changeRequest(steps[3], request, host);
  if (steps.length > 4) changeRequest(steps[4], request, host);
  if (steps.length > 5) changeRequest(steps[5], request, host);
  if (steps.length > 6) changeRequest(steps[6], request, host);
  if (steps.length > 7) changeRequest(steps[7], request, host);
  if (steps.length > 8) changeRequest(steps[8], request, host);
  if (steps.length > 9) changeRequest(steps[9], request, host);
  if (steps.length > 10) changeRequest(steps[10], request, host);
  if (steps.length > 11) changeRequest(steps[11], request, host);
  return undefined;
}

export function respond(
  plan: HeaderTransformPlan,
  request: PolicyRequest,
  response: PolicyResponse,
  host: PolicyHost,
): void {
  const steps = plan.response;
  if (steps.length > 0) changeResponse(steps[0], request, response, host);
  if (steps.length > 1) changeResponse(steps[1], request, response, host);
  if (steps.length > 2) changeResponse(steps[2], request, response, host);
  if (steps.length > 3) changeResponse(steps[3], request, response, host);
  if (steps.length > 4) changeResponse(steps[4], request, response, host);
  if (steps.length > 5) changeResponse(steps[5], request, response, host);
  if (steps.length > 6) changeResponse(steps[6], request, response, host);
  if (steps.length > 7) changeResponse(steps[7], request, response, host);
  if (steps.length > 8) changeResponse(steps[8], request, response, host);
  if (steps.length > 9) changeResponse(steps[9], request, response, host);
  if (steps.length > 10) changeResponse(steps[10], request, response, host);
  if (steps.length > 11) changeResponse(steps[11], request, response, host);
}

function changeRequest(step: FieldStep | undefined, request: PolicyRequest, host: PolicyHost): void {
  if (step === undefined) {
    return;
  }
  if (step.does === "remove") {
    host.setRequestField(step.name, undefined);
  } else if (step.does === "rename") {
    host.renameRequestField(step.name, step.newName);
  } else if (step.does !== "add-if-absent" || host.variable(step.variable) === undefined) {
    const value = fillTemplate(step.value, request, host);
    if (value === "") {
      return;
    }
    if (step.does === "append") {
      host.addRequestField(step.name, value);
    } else {
      host.setRequestField(step.name, value);
    }
  }
}

function changeResponse(
  step: FieldStep | undefined,
  request: PolicyRequest,
  response: PolicyResponse,
  host: PolicyHost,
): void {
  if (step === undefined) {
    return;
  }
  if (step.does === "remove") {
    response.removeField(step.name);
    return;
  }
  const present = response.field(step.name);
  if (step.does === "rename") {
    if (present !== undefined) {
      response.removeField(step.name);
      response.setField(step.newName, present);
    }
    return;
  }
  if (step.does === "add-if-absent" && present !== undefined) {
    return;
  }
  const value = fillTemplate(step.value, request, host);
  if (value !== "") {
    response.setField(step.name, step.does === "append" && present !== undefined ? `${present}, ${value}` : value);
  }
}
