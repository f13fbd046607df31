import type { Decision } from "../../contract/decision";
import { GATEWAY_ERRORS } from "../../contract/errors";
import type { RuntimeBundle, RuntimeNode } from "../bundle";
import { currentBundle } from "../bundle-store";
import { openContext, type Context } from "../contexts";
import { hasCredentials } from "../credential-store";
import { monotonicMs } from "../host/clock";
import { policyHost } from "../host/policy-host";
import {
  currentRequest,
  readVariable,
  requestKey,
  requestMethod,
  variableValues,
  writeVariable,
  type NginxValue,
} from "../host/request";
import { sendAnswer, sendProblem } from "../host/respond";
import {
  CORS_EXPOSE,
  CORS_ORIGIN,
  RATE_LIMIT,
  RATE_POLICY,
  RELEASE,
  REQUEST_ID,
  REQUEST_URI,
  UPSTREAM_HOST,
  UPSTREAM_TLS_NAME,
  UPSTREAM_URL,
  VARY,
} from "../host/variables";
import { outcomeOfProblem, SUCCESS } from "../outcomes";
import { normalisePath } from "../path";
import { nextRequestId } from "../request-id";
import { matchRoute } from "../router";
import { pickTarget } from "../upstreams";

/** The one phase that decides: the environment's chain, the route, the operation's chain, the upstream. */
export function access(): void {
  const request = currentRequest();
  const bundle = currentBundle();
  const context = openContext(requestKey(request), nextRequestId(), monotonicMs(), requestMethod(request), bundle);
  const values = variableValues(request, REQUEST_ID);
  writeVariable(request, values, REQUEST_ID, context.id);
  if (bundle === undefined || !hasCredentials()) {
    return end(request, values, context, { kind: "refuse", code: "gateway_not_ready" });
  }
  writeVariable(request, values, RELEASE, bundle.releaseText);
  const decision = decide(request, values, context, bundle);
  if (decision !== undefined) {
    return end(request, values, context, decision);
  }
  writeRateFields(request, values, context);
  if (context.corsOrigin !== "") {
    forwardCrossOrigin(request, values, context);
  }
}

function decide(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  bundle: RuntimeBundle,
): Decision | undefined {
  const early = bundle.chain(context, policyHost);
  if (early !== undefined) {
    return early;
  }
  const target = readVariable(request, REQUEST_URI) ?? "";
  const [mark] = string.find(target, "?", 1, true);
  const sent = mark === undefined ? target : string.sub(target, 1, mark - 1);
  const path = normalisePath(sent);
  if (path === undefined) {
    return { kind: "refuse", code: "path_ambiguous" };
  }
  const node = matchRoute(bundle.routes, path);
  if (node === undefined || node.methods === undefined) {
    return { kind: "refuse", code: "route_not_found" };
  }
  const operation = node.methods.get(context.method);
  if (operation === undefined) {
    ngx.header.Allow = allowedMethods(node);
    return { kind: "refuse", code: "method_not_allowed" };
  }
  context.operation = operation.id;
  context.apiVersion = operation.apiVersion.id;
  const decision = operation.chain(context, policyHost);
  if (decision !== undefined) {
    return decision;
  }
  context.upstream = operation.apiVersion.upstream;
  const query = mark === undefined ? "" : string.sub(target, mark);
  return forward(request, values, context, string.sub(path, operation.apiVersion.basePath.length + 1), query);
}

/** Points nginx at the upstream; the balancer fills in the address. */
function forward(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  path: string,
  query: string,
): Decision | undefined {
  const target = context.upstream === undefined ? undefined : pickTarget(context.upstream);
  if (target === undefined) {
    return { kind: "refuse", code: "upstream_unresolved" };
  }
  context.target = target;
  context.upstreamUrl = `${target.prefix}${path === "" ? "/" : path}${query}`;
  writeVariable(request, values, UPSTREAM_URL, context.upstreamUrl);
  writeVariable(request, values, UPSTREAM_HOST, target.hostField);
  if (target.tlsName !== "") {
    writeVariable(request, values, UPSTREAM_TLS_NAME, target.tlsName);
  }
  context.forwardedAt = monotonicMs();
  return undefined;
}

function writeRateFields(request: CData, values: CArray<NginxValue>, context: Context): void {
  if (context.rateLimit !== "" && context.plan !== undefined) {
    writeVariable(request, values, RATE_LIMIT, context.rateLimit);
    writeVariable(request, values, RATE_POLICY, context.plan.rateLimitPolicy);
  }
}

/** Calls from an allowed browser origin go through a location of their own, see nginx.conf. */
function forwardCrossOrigin(request: CData, values: CArray<NginxValue>, context: Context): void {
  writeVariable(request, values, CORS_ORIGIN, context.corsOrigin);
  writeVariable(request, values, CORS_EXPOSE, context.corsExpose);
  writeVariable(request, values, VARY, "Origin");
  ngx.exec("@cross_origin");
}

function end(request: CData, values: CArray<NginxValue>, context: Context, decision: Decision): void {
  writeRateFields(request, values, context);
  if (decision.kind === "answer") {
    context.outcome = SUCCESS;
    return sendAnswer(decision);
  }
  context.outcome = outcomeOfProblem(GATEWAY_ERRORS[decision.code]);
  return sendProblem(context, decision);
}

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
