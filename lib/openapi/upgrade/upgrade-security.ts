import { isObject, own, ownText, type JsonValue } from "../json";
import { copyExtensions, pick } from "./upgrade-context";

/** 2.0 `flow` → 3.0 name. */
const FLOWS = new Map([
  ["implicit", "implicit"],
  ["password", "password"],
  ["application", "clientCredentials"],
  ["accessCode", "authorizationCode"],
]);

/** A member of `securityDefinitions` as a security scheme. */
export function upgradeSecurityScheme(definition: JsonValue): JsonValue {
  if (!isObject(definition)) {
    return definition;
  }
  const common = { ...pick(definition, ["description"]), ...copyExtensions(definition) };
  switch (ownText(definition, "type")) {
    case "basic":
      return { type: "http", scheme: "basic", ...common };
    case "oauth2": {
      const flow = FLOWS.get(ownText(definition, "flow") ?? "") ?? "implicit";
      const scopes = own(definition, "scopes");
      const urls = pick(definition, ["authorizationUrl", "tokenUrl"]);
      return { type: "oauth2", ...common, flows: { [flow]: { ...urls, scopes: isObject(scopes) ? scopes : {} } } };
    }
    default:
      return definition;
  }
}
