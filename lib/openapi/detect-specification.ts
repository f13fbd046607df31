import { describe, isObject, own, type JsonObject } from "./json";
import type { Specification } from "./parsed-document";
import { quote, type ProblemLog } from "./problem-log";
import type { SourceFile } from "./source-file";

/** Formats that people take for OpenAPI, by a field at their top. */
const NEIGHBOURS: readonly (readonly [field: string, name: string])[] = [
  ["asyncapi", "an AsyncAPI document"],
  ["arazzo", "an Arazzo document"],
  ["graphql", "a GraphQL document"],
  ["_postman_id", "a Postman collection"],
  ["item", "a Postman collection"],
  ["log", "a HAR file"],
  ["$schema", "a JSON Schema"],
  ["__schema", "a GraphQL introspection result"],
];

/** Which of the supported versions a document is; the log says why it is none. */
export function detectSpecification(file: SourceFile, log: ProblemLog): Specification | undefined {
  const { value } = file;
  if (!isObject(value)) {
    const message = `An OpenAPI document is an object with the field “openapi” or “swagger”; this is ${describe(value)}.`;
    log.add({ code: "not_openapi", message, place: "" });
    return undefined;
  }
  const openapi = own(value, "openapi");
  if (openapi !== undefined) {
    return detectVersion("openapi", openapi, log);
  }
  const swagger = own(value, "swagger");
  if (swagger !== undefined) {
    return detectVersion("swagger", swagger, log);
  }
  if (own(value, "swaggerVersion") !== undefined) {
    return detectVersion("swaggerVersion", own(value, "swaggerVersion"), log);
  }
  const message = `There is no field “openapi” or “swagger” at the top${guess(value)}.`;
  log.add({ code: "not_openapi", message, place: "" });
  return undefined;
}

function detectVersion(field: string, value: unknown, log: ProblemLog): Specification | undefined {
  // Without quotes, YAML reads 2.0 and 3.0 as the numbers 2 and 3.
  const version = typeof value === "number" && Number.isInteger(value) ? `${value}.0` : String(value);
  if (field === "swagger" && version === "2.0") {
    return "2.0";
  }
  const match = field === "openapi" ? /^(3\.[01])(?:\.\d+)?(?:-[\w.]+)?$/.exec(version) : null;
  if (match !== null) {
    return match[1] === "3.0" ? "3.0" : "3.1";
  }
  const message = `The version ${quote(version)} is not supported; 2.0, 3.0 and 3.1 are.`;
  log.add({ code: "unsupported_version", message, place: `/${field}` });
  return undefined;
}

function guess(value: JsonObject): string {
  const neighbour = NEIGHBOURS.find(([field]) => own(value, field) !== undefined);
  return neighbour === undefined ? "" : `; it looks like ${neighbour[1]}`;
}
