import { checkRoutes } from "@/gateway/compiler/check-routes";
import { isObject, own, ownList, ownObject, ownText, ownTexts, type JsonObject, type JsonValue } from "./json";
import { MAX_KEY_LENGTH, MAX_MIXED_TEMPLATES, MAX_OPERATIONS, MAX_PATH_LENGTH } from "./limits";
import type { ParsedOperation } from "./parsed-document";
import { appendToken, parseFragment } from "./pointer";
import { quote, type ProblemLog } from "./problem-log";
import { isExtension, METHODS } from "./structure";

interface Found {
  readonly method: string;
  readonly path: string;
  readonly place: string;
  readonly operation: JsonObject;
}

/**
 * The operations of a bundled 3.x document, in its order. Reports what keeps the gateway from serving one or telling it from another,
 * and warns of what is sloppy. Places are those of the document as it was given: paths and methods stand at the same place in 2.0.
 */
export function readOperations(document: JsonObject, log: ProblemLog): ParsedOperation[] {
  const found = findOperations(document, log);
  if (found.length === 0) {
    if (log.hasErrors) {
      // Whatever kept the operations from being found is told already.
      return [];
    }
    const message = "The document has no operations, so there is nothing to publish.";
    log.add({ code: "no_operations", message, place: "/paths" });
    return [];
  }
  if (found.length > MAX_OPERATIONS) {
    const limit = MAX_OPERATIONS.toLocaleString("en");
    const message = `The document has ${found.length.toLocaleString("en")} operations; ${limit} are allowed.`;
    log.add({ code: "too_many_operations", message, place: "/paths" });
    return [];
  }
  reportRoutes(found, log);
  const operationIds = chooseOperationIds(found, log);
  return found.map((each): ParsedOperation => {
    const { method, path, operation } = each;
    const summary = ownText(operation, "summary");
    const description = ownText(operation, "description");
    return {
      key: operationIds.get(each) ?? `${method} ${path}`,
      method,
      path,
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      tags: [...new Set(ownTexts(operation, "tags"))],
      deprecated: own(operation, "deprecated") === true,
    };
  });
}

function findOperations(document: JsonObject, log: ProblemLog): Found[] {
  const found: Found[] = [];
  for (const [path, pathItem] of Object.entries(ownObject(document, "paths") ?? {})) {
    if (isExtension(path) || !isObject(pathItem)) {
      continue;
    }
    const place = appendToken("/paths", path);
    warnOfServers(pathItem, place, log);
    for (const [key, operation] of Object.entries(pathItem)) {
      const operationPlace = appendToken(place, key);
      if (METHODS.some((method) => method === key)) {
        if (isObject(operation)) {
          found.push({ method: key.toUpperCase(), path, place: operationPlace, operation });
          warnOfServers(operation, operationPlace, log);
          checkParameters(document, pathItem, operation, path, operationPlace, log);
        }
      } else if (METHODS.some((method) => method === key.toLowerCase())) {
        const message = `Methods are written in lower case; ${quote(key)} was left out.`;
        log.add({ code: "value_ignored", message, place: operationPlace });
      }
    }
  }
  return found;
}

function reportRoutes(found: readonly Found[], log: ProblemLog): void {
  const tooLong = found.filter(({ path }) => path.length > MAX_PATH_LENGTH);
  for (const { place } of tooLong) {
    const message = `The path has more than ${MAX_PATH_LENGTH} characters.`;
    log.add({ code: "path_invalid", message, place });
  }
  const rest = found.filter(({ path }) => path.length <= MAX_PATH_LENGTH);
  const mixed = new Set(rest.map(({ path }) => path).filter((path) => /[^/]\{|\}[^/]/.test(path)));
  if (mixed.size > MAX_MIXED_TEMPLATES) {
    const limit = MAX_MIXED_TEMPLATES.toLocaleString("en");
    const message = `More than ${limit} paths have segments that mix text and parameters.`;
    log.add({ code: "paths_too_many_combinations", message, place: "/paths" });
    return;
  }
  const places = new Map(rest.map(({ method, path, place }) => [`${method} ${path}`, place]));
  for (const { code, method, path, message } of checkRoutes(rest.map(({ method, path }) => ({ method, path })))) {
    log.add({ code, message: sentence(message), place: places.get(`${method} ${path}`) ?? "/paths" });
  }
}

/** operationIds that can serve as keys. One that is used twice says nothing about which operation is meant. */
function chooseOperationIds(found: readonly Found[], log: ProblemLog): ReadonlyMap<Found, string> {
  const users = new Map<string, Found[]>();
  for (const each of found) {
    const operationId = own(each.operation, "operationId");
    if (operationId === undefined) {
      continue;
    }
    if (typeof operationId !== "string" || operationId.trim() === "" || operationId.length > MAX_KEY_LENGTH) {
      const message = `An operationId is a text of 1 to ${MAX_KEY_LENGTH} characters; ${each.method} ${each.path} is used instead.`;
      log.add({ code: "operation_id_unusable", message, place: `${each.place}/operationId` });
      continue;
    }
    const same = users.get(operationId);
    if (same === undefined) {
      users.set(operationId, [each]);
    } else {
      same.push(each);
    }
  }
  const routes = new Set(found.map(({ method, path }) => `${method} ${path}`));
  const chosen = new Map<Found, string>();
  for (const [operationId, same] of users) {
    const [only] = same;
    if (only !== undefined && same.length === 1 && !routes.has(operationId)) {
      chosen.set(only, operationId);
      continue;
    }
    for (const { place, method, path } of same.length > 1 ? same : []) {
      const message = `The operationId ${quote(operationId)} is used ${same.length} times; ${method} ${path} is used instead.`;
      log.add({ code: "duplicate_operation_id", message, place: `${place}/operationId` });
    }
  }
  return chosen;
}

function checkParameters(
  document: JsonObject,
  pathItem: JsonObject,
  operation: JsonObject,
  path: string,
  place: string,
  log: ProblemLog,
): void {
  const declared = new Set<string>();
  for (const parameter of [...(ownList(pathItem, "parameters") ?? []), ...(ownList(operation, "parameters") ?? [])]) {
    const resolved = resolve(document, parameter);
    const name = resolved === undefined ? undefined : ownText(resolved, "name");
    if (resolved !== undefined && name !== undefined && own(resolved, "in") === "path") {
      declared.add(name);
    }
  }
  const templated = new Set([...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name));
  for (const name of templated) {
    if (!declared.has(name)) {
      const message = `The path parameter ${quote(name)} is not declared.`;
      log.add({ code: "path_parameter_undeclared", message, place });
    }
  }
  for (const name of declared) {
    if (!templated.has(name)) {
      const message = `The path parameter ${quote(name)} is declared, but is not in the path.`;
      log.add({ code: "path_parameter_unused", message, place });
    }
  }
}

const MAX_HOPS = 50;

/** The object behind references inside the document. */
function resolve(document: JsonObject, value: JsonValue): JsonObject | undefined {
  let current: JsonValue | undefined = value;
  for (let hop = 0; hop < MAX_HOPS && isObject(current); hop += 1) {
    const reference: JsonValue | undefined = own(current, "$ref");
    if (typeof reference !== "string") {
      return current;
    }
    let target: JsonValue | undefined = document;
    for (const token of parseFragment(reference.slice(1)) ?? []) {
      target = typeof target === "object" && target !== null ? own(target as JsonObject, token) : undefined;
    }
    current = target;
  }
  return undefined;
}

function warnOfServers(owner: JsonObject, place: string, log: ProblemLog): void {
  if ((ownList(owner, "servers") ?? []).length > 0) {
    const message = "Servers named here are not used: every operation goes to the upstream of the API version.";
    log.add({ code: "servers_ignored", message, place: `${place}/servers` });
  }
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
