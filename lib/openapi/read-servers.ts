import { isObject, own, ownList, ownObject, ownText, type JsonObject } from "./json";
import { isUrl } from "./locations";

/**
 * The addresses that a 3.x document names, each once, with the defaults of their variables filled in. Relative ones are resolved
 * against the document's URL when it has one.
 */
export function readServers(document: JsonObject, location: string): string[] {
  const servers = (ownList(document, "servers") ?? []).flatMap((server) => {
    const url = isObject(server) ? ownText(server, "url") : undefined;
    return isObject(server) && url !== undefined ? [absolute(fillVariables(url, server), location)] : [];
  });
  return [...new Set(servers)];
}

function fillVariables(url: string, server: JsonObject): string {
  const variables = ownObject(server, "variables") ?? {};
  return url.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = ownObject(variables, name);
    const value = variable === undefined ? undefined : own(variable, "default");
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  });
}

function absolute(url: string, location: string): string {
  if (isUrl(url) || !isUrl(location)) {
    return url;
  }
  try {
    return new URL(url, location).href.replace(/\/$/, "");
  } catch {
    return url;
  }
}
