import { isObject, ownObject, ownText, ownTexts, type JsonObject, type JsonValue } from "../json";
import { isUrl } from "../locations";
import { appendToken } from "../pointer";
import { copyExtensions, pick, UpgradeContext } from "./upgrade-context";
import { upgradePathItem, upgradeResponse } from "./upgrade-operation";
import { upgradeParameter } from "./upgrade-parameter";
import { upgradeSchema } from "./upgrade-schema";
import { upgradeSecurityScheme } from "./upgrade-security";

/**
 * A bundled Swagger 2.0 document as OpenAPI 3.0: https://github.com/OAI/OpenAPI-Specification, versions/2.0.md against 3.0.4.md.
 * @param location of the document: 2.0 takes a missing host and scheme from there
 * @param warn told of what 3.0 has no equivalent for
 */
export function upgradeDocument(
  document: JsonObject,
  location: string,
  warn: (message: string, place: string) => void,
): JsonObject {
  const context = new UpgradeContext(document, warn);
  const components = upgradeComponents(document, context);
  return {
    openapi: "3.0.3",
    ...pick(document, ["info"]),
    servers: serversOf(document, location),
    ...pick(document, ["tags", "externalDocs"]),
    paths: upgradePaths(document, context),
    ...pick(document, ["security"]),
    ...(Object.keys(components).length === 0 ? {} : { components }),
    ...copyExtensions(document),
  };
}

function upgradePaths(document: JsonObject, context: UpgradeContext): JsonObject {
  const paths: JsonObject = {};
  for (const [path, pathItem] of Object.entries(ownObject(document, "paths") ?? {})) {
    const isPathItem = isObject(pathItem) && !path.startsWith("x-");
    paths[path] = isPathItem ? upgradePathItem(pathItem, context, appendToken("/paths", path)) : pathItem;
  }
  return paths;
}

function upgradeComponents(document: JsonObject, context: UpgradeContext): JsonObject {
  const schemas = upgradeSection(document, "definitions", context, (schema) => upgradeSchema(schema, context));
  const responses = upgradeSection(document, "responses", context, (response) =>
    upgradeResponse(response, context.produces, context),
  );
  const parameters = upgradeSection(document, "parameters", context, (parameter, place) => {
    const resolved = context.lookUp(parameter);
    // Bodies and forms were put into the operations that use them.
    if (resolved === undefined || ["body", "formData"].includes(ownText(resolved, "in") ?? "")) {
      return undefined;
    }
    return upgradeParameter(resolved, context, place);
  });
  const securitySchemes = upgradeSection(document, "securityDefinitions", context, upgradeSecurityScheme);
  const sections = { schemas, responses, parameters, securitySchemes };
  return Object.fromEntries(Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0));
}

function upgradeSection(
  document: JsonObject,
  section: string,
  context: UpgradeContext,
  upgrade: (value: JsonValue, place: string) => JsonValue | undefined,
): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(ownObject(document, section) ?? {})) {
    const upgraded = upgrade(value, appendToken(`/${section}`, name));
    if (upgraded !== undefined) {
      // Security requirements refer to schemes by name, so those keep theirs.
      result[section === "securityDefinitions" ? name : context.nameOf(section, name)] = upgraded;
    }
  }
  return result;
}

function serversOf(document: JsonObject, location: string): JsonValue[] {
  const from = isUrl(location) ? new URL(location) : undefined;
  const host = ownText(document, "host") ?? from?.host;
  const basePath = (ownText(document, "basePath") ?? "").replace(/\/+$/, "");
  const path = basePath === "" || basePath.startsWith("/") ? basePath : `/${basePath}`;
  if (host === undefined || host === "") {
    return [{ url: path === "" ? "/" : path }];
  }
  const schemes = ownTexts(document, "schemes").filter((scheme) => scheme === "https" || scheme === "http");
  const fallback = from?.protocol.slice(0, -1) ?? "https";
  const unique = [...new Set(schemes.length > 0 ? schemes : [fallback])];
  return unique.map((scheme) => ({ url: `${scheme}://${host}${path}` }));
}
