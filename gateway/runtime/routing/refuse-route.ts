import type { Decision } from "../../contract/decision";
import type { RouteCondition } from "../../contract/bundle-types";
import type { HostRoutes, RouteChoice, RuntimeBundle, RuntimeNode, RuntimeOperation } from "../release/bundle";
import type { Context } from "../contexts";
import { policyHost } from "../host/policy-host";
import { readVariable } from "../host/request";
import { HOST, REQUEST_URI } from "../host/variables";
import { routesAt } from "./hosts";
import { admits } from "./route-choice";
import { readQuery } from "./route-fields";
import { longerBase, matchRoute } from "./router";

/** What is answered where no operation is found. Requests rarely come here, so this may loop. */
export function refuseRoute(
  bundle: RuntimeBundle,
  context: Context,
  node: RuntimeNode | undefined,
  path: string,
  request: CData,
): Decision {
  const asked = context.method === "OPTIONS" ? policyHost.variable("http_access_control_request_method") : undefined;
  const answer = asked === undefined ? undefined : answerPreflight(bundle, context, asked, path, request);
  if (answer !== undefined) {
    return answer;
  }
  if (node === undefined || node.methods === undefined) {
    return (node === undefined ? undefined : node.refusal) ?? { kind: "refuse", code: "route_not_found" };
  }
  ngx.header.Allow = allowedMethods(node);
  return { kind: "refuse", code: "method_not_allowed" };
}

/**
 * A preflight asks on behalf of the method that it names: if that operation has a CORS policy of its own, it may answer. Where header fields
 * choose between API versions, a preflight only has the names of fields that the request is going to have (Fetch standard, §3.3): every
 * version that the request can then mean is asked, the most specific first, and the first that lets the page in answers. What the
 * page may read is up to the version that answers the request itself.
 */
function answerPreflight(
  bundle: RuntimeBundle,
  context: Context,
  asked: string,
  path: string,
  request: CData,
): Decision | undefined {
  const fields = `,${string.lower(policyHost.variable("http_access_control_request_headers") ?? "")},`;
  const [names] = string.gsub(fields, "[ \t]", "");
  let routes: HostRoutes | undefined =
    bundle.hosts === undefined
      ? { routes: bundle.routes, next: undefined }
      : routesAt(bundle.hosts, readVariable(request, HOST) ?? "");
  while (routes !== undefined) {
    const meant: RuntimeOperation[] = [];
    const found = locate(routes.routes, path);
    if (found === undefined) {
      addOperation(meant, matchRoute(routes.routes, path, 2, request), asked);
    } else {
      for (const candidate of found.choice.candidates) {
        if (canMean(candidate.conditions, names, request)) {
          const node =
            found.from > path.length + 1 ? candidate.node : matchRoute(candidate.node, path, found.from, request);
          addOperation(meant, node, asked);
        }
      }
    }
    for (const operation of meant) {
      const answer = operation.preflight === undefined ? undefined : operation.preflight.decide(context, policyHost);
      if (answer !== undefined) {
        return answer;
      }
    }
    routes = meant.length === 0 ? routes.next : undefined;
  }
  return undefined;
}

function addOperation(operations: RuntimeOperation[], node: RuntimeNode | undefined, method: string): void {
  const operation = node === undefined || node.methods === undefined ? undefined : node.methods.get(method);
  if (operation !== undefined) {
    operations.push(operation);
  }
}

/** The choice at the longest base path that a path lies under, if there is one, and where its next segment begins. */
function locate(root: RuntimeNode, path: string): { choice: RouteChoice; from: number } | undefined {
  let base: RuntimeNode | undefined = root;
  let longest = root;
  let from = 2;
  let next = 2;
  while (base !== undefined) {
    longest = base;
    from = next;
    [base, next] = longerBase(longest, path, from);
  }
  return longest.choice === undefined ? undefined : { choice: longest.choice, from };
}

/** Whether a request can fit, of which a preflight tells the address and the names of its fields. */
function canMean(conditions: readonly RouteCondition[], names: string, request: CData): boolean {
  for (const condition of conditions) {
    if (condition.from === "query") {
      if (!admits(condition, readQuery(readVariable(request, REQUEST_URI) ?? "", condition.name))) {
        return false;
      }
    } else if (condition.from === "header" && string.find(names, `,${condition.name},`, 1, true)[0] === undefined) {
      // Browsers name every field but a few that pages may always send: those may be there or not.
      if (condition.orAbsent !== true && !SAFELISTED.has(condition.name)) {
        return false;
      }
    }
  }
  return true;
}

const SAFELISTED = new LuaSet<string>();
SAFELISTED.add("accept");
SAFELISTED.add("accept-language");
SAFELISTED.add("content-language");
SAFELISTED.add("content-type");
// Sent by the browser itself.
SAFELISTED.add("user-agent");
SAFELISTED.add("referer");
SAFELISTED.add("origin");

function allowedMethods(node: RuntimeNode): string {
  const names: string[] = [];
  if (node.methods !== undefined) {
    for (const [method] of pairs(node.methods)) {
      names.push(method);
    }
  }
  table.sort(names);
  return names.join(", ");
}
