import type { RouteCondition, VersionField } from "../../contract/bundle-types";
import { closeQuery, openQuery, removeParameter } from "../../policies/shared/query";
import type { PolicyRequest } from "../../policies/types";
import type { RuntimeApiVersion } from "../release/bundle";
import { policyHost } from "../host/policy-host";
import { readVariable, type Variable } from "../host/request";
import { fieldVariable } from "../upstreams/request-trait";

/**
 * Makes the upstream read what an API version was chosen by as it was read here. Of a header field that came several times the first counts,
 * and servers differ in that: the upstream gets this one alone. A version field that ends here is taken away. Generated, because nothing
 * may loop in a request's path; with an end to the trace before it, as before a policy (chain.ts).
 * @returns undefined when there is nothing to do
 */
export function makeTidy(
  conditions: readonly RouteCondition[],
  versionField: VersionField | undefined,
): RuntimeApiVersion["tidy"] {
  const operands: unknown[] = [];
  let calls = "";
  for (const { from, name, values, prefix } of conditions) {
    const isStripped = versionField !== undefined && versionField.isStripped && isOn(versionField, from, name);
    if (from === "header" && (isStripped || values !== undefined || prefix !== undefined)) {
      const variable = operands.push(fieldVariable("header", name));
      const place = operands.push(name);
      calls += `${isStripped ? "strip" : "keepFirst"}Field(request, operands[${variable}], operands[${place}])\n`;
    } else if (from === "query" && isStripped) {
      calls += `stripParameter(context, operands[${operands.push(name)}])\n`;
    }
  }
  if (calls === "") {
    return undefined;
  }
  const source = `
    local operands, keepFirstField, stripField, stripParameter = ...
    local cut = string.match
    return function(request, context)
      cut("", "")
      ${calls}
    end`;
  const [chunk, problem] = loadstring(source, "=tidy-request");
  if (chunk === undefined) {
    return error(`the fields of an API version do not compile: ${problem}`);
  }
  const make = chunk as (
    this: void,
    operands: unknown,
    keep: unknown,
    strip: unknown,
    parameter: unknown,
  ) => RuntimeApiVersion["tidy"];
  return make(operands, keepFirstField, stripField, stripParameter);
}

function isOn(field: VersionField, from: RouteCondition["from"], name: string): boolean {
  return field.from === from && field.name === name;
}

function keepFirstField(this: void, request: CData, variable: Variable, name: string): void {
  const text = readVariable(request, variable);
  if (text !== undefined) {
    policyHost.setRequestField(name, text);
  }
}

function stripField(this: void, request: CData, variable: Variable, name: string): void {
  if (readVariable(request, variable) !== undefined) {
    policyHost.setRequestField(name, undefined);
  }
}

function stripParameter(this: void, context: PolicyRequest, name: string): void {
  context.query = closeQuery(removeParameter(openQuery(context.query, policyHost), name));
}
