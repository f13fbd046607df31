import type { RouteFieldPlace } from "../../contract/bundle-types";
import { readVariable, variableNamed, type Variable } from "../host/request";
import { ACCEPT, REQUEST_URI } from "../host/variables";
import { readMediaType, readQuery, type FieldReader } from "./route-fields";
import { fieldVariable } from "../upstreams/request-trait";

interface PreparedField {
  readonly from: RouteFieldPlace;
  readonly name: string;
  /** Of a header field. */
  readonly variable: Variable;
  /** Of a media type's parameter: the name with its equals sign. */
  readonly assignment: string;
}

function prepare(this: void, from: RouteFieldPlace, name: string): PreparedField {
  const variable = from === "header" ? fieldVariable("header", name) : variableNamed("request_uri");
  return { from, name, variable, assignment: `${name}=` };
}

function read(this: void, request: CData, field: PreparedField): string | undefined {
  if (field.from === "header") {
    const text = readVariable(request, field.variable);
    return text;
  }
  if (field.from === "query") {
    const text = readQuery(readVariable(request, REQUEST_URI) ?? "", field.name);
    return text;
  }
  const text = readMediaType(readVariable(request, ACCEPT) ?? "", field.assignment);
  return text;
}

/** From nginx. */
export const fieldReader: FieldReader = { prepare, read };
