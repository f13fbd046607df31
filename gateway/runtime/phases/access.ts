import type { Decision } from "../../contract/decision";
import { GATEWAY_ERRORS } from "../../contract/errors";
import type { RuntimeBundle, RuntimeTarget } from "../release/bundle";
import { currentBundle } from "../release/bundle-store";
import { openContext, type Context } from "../contexts";
import { hasCredentials } from "../shared-memory/credential-store";
import { noteDecision } from "../shared-memory/flights";
import { findRoute } from "../routing/find-route";
import { monotonicMs } from "../host/clock";
import { forwardRest, forwardText } from "../host/forwarded-target";
import { setPath } from "../host/set-path";
import { policyHost } from "../host/policy-host";
import {
  currentRequest,
  readVariable,
  requestKey,
  requestMethod,
  variableValues,
  writePart,
  writeVariable,
  type NginxValue,
} from "../host/request";
import { sendAnswer, sendProblem } from "../host/respond";
import {
  ARGUMENTS,
  CACHE_KEY,
  CACHE_NOT_STORED,
  CACHE_REFRESH,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  EXPECT,
  GRPC_PASS,
  RATE_FIELDS,
  RATE_LIMIT,
  RATE_POLICY,
  RELEASE,
  RELEASE_FIELD,
  REQUEST_ID,
  REQUEST_URI,
  SERVER_PROTOCOL,
  UPSTREAM_HOST,
  UPSTREAM_ORIGIN,
  UPSTREAM_TARGET,
  UPSTREAM_TLS_NAME,
} from "../host/variables";
import { hasFragment, readTarget, TARGET_REFUSED } from "../host/request-target";
import { outcomeOfProblem, outcomeOfStatus } from "../outcomes";
import { isPlainTarget, normalisePath } from "../routing/path";
import { refuseRoute } from "../routing/refuse-route";
import { upstreamPathOf } from "../../policies/shared/upstream-path";
import { nextRequestId } from "../request-id";
import { pickTarget } from "../upstreams/link-upstreams";
import { secondsToNextTry } from "../upstreams/live-targets";
import { chooseCopy } from "../upstreams/mirror-calls";
import { pickManaged } from "../upstreams/pick-managed";

/** The one phase that decides: the environment's chain, the route, the operation's chain, the upstream. */
export function access(): void {
  const request = currentRequest();
  const bundle = currentBundle();
  const context = openContext(requestKey(request), nextRequestId(), monotonicMs(), requestMethod(request), bundle);
  const values = variableValues(request);
  writeVariable(request, values, REQUEST_ID, context.id);
  if (bundle === undefined || !hasCredentials()) {
    return end(request, values, context, { kind: "refuse", code: "gateway_not_ready" });
  }
  writeVariable(request, values, RELEASE, bundle.releaseText);
  writeVariable(request, values, RELEASE_FIELD, bundle.releaseField);
  const decision = decide(request, values, context, bundle);
  noteDecision(
    context.flight,
    context.operation,
    context.credential === undefined ? 0 : context.credential.application,
    context.subscription,
    context.plan === undefined ? 0 : context.plan.id,
  );
  if (decision !== undefined) {
    return end(request, values, context, decision);
  }
  writeRateFields(request, values, context);
  if (context.isShaped) {
    if (context.cacheLocation !== "") {
      writeVariable(request, values, CACHE_KEY, context.cacheKey);
      writeVariable(request, values, CACHE_REFRESH, context.isCacheRefresh ? "1" : "");
      writeVariable(request, values, CACHE_NOT_STORED, context.isNotStored ? "1" : "");
    }
    if (context.transport === "@grpc") {
      pointGrpc(request, values, context);
    }
    // A location of its own, so that other calls do not pay for a header filter, see nginx.conf.
    ngx.exec(shapedLocation(context));
  } else if (context.isToldByVariables) {
    ngx.exec("@forwarded");
  }
}

/** nginx's gRPC takes the path from the request itself, and escapes it. */
function pointGrpc(request: CData, values: CArray<NginxValue>, context: Context): void {
  const target = context.target;
  if (target === undefined) {
    return;
  }
  writeVariable(request, values, GRPC_PASS, target.grpcPass);
  const path = upstreamPathOf(context);
  setPath(`${target.path}${path === "" ? "/" : path}`);
  if (context.query !== "" || readVariable(request, ARGUMENTS) !== undefined) {
    ngx.req.set_uri_args(string.sub(context.query, 2));
  }
}

function shapedLocation(context: Context): string {
  if (context.transport !== "") {
    return context.transport;
  }
  if (context.cacheLocation === "") {
    return context.isCompressed ? "@compressed" : "@shaped";
  }
  return context.isCompressed ? `${context.cacheLocation}_compressed` : context.cacheLocation;
}

function decide(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  bundle: RuntimeBundle,
): Decision | undefined {
  if (bundle.chain.shapesAlways) {
    context.isShaped = true;
  }
  const early = bundle.chain.decide(context, policyHost);
  if (early !== undefined) {
    return early;
  }
  const target = readTarget(request);
  const isPlain = target !== undefined && isPlainTarget(target);
  if (target === undefined || (!isPlain && hasFragment(target))) {
    return { kind: "refuse", code: "request_malformed", detail: TARGET_REFUSED };
  }
  const mark = isPlain ? undefined : string.find(target, "?", 1, true)[0];
  const sent = mark === undefined ? target : string.sub(target, 1, mark - 1);
  const path = isPlain ? target : normalisePath(sent);
  if (path === undefined) {
    return { kind: "refuse", code: "path_ambiguous" };
  }
  const node = findRoute(bundle, path, request);
  const operation = node === undefined || node.methods === undefined ? undefined : node.methods.get(context.method);
  if (operation === undefined) {
    return refuseRoute(bundle, context, node, path, request);
  }
  context.route = operation;
  context.operation = operation.id;
  context.apiVersion = operation.apiVersion.id;
  context.path = path;
  context.basePathLength = operation.apiVersion.upstreamFrom - 1;
  const query = mark === undefined ? "" : string.sub(target, mark);
  context.query = query;
  if (operation.apiVersion.tidy !== undefined) {
    operation.apiVersion.tidy(request, context);
  }
  if (operation.chain.shapesAlways) {
    context.isShaped = true;
  }
  const decision = operation.chain.decide(context, policyHost);
  if (decision !== undefined) {
    return decision;
  }
  if (operation.apiVersion.keepsAnswers && !isSafe(context.method)) {
    context.isUnsafe = true;
    // For the header filter.
    context.isShaped = true;
  }
  context.upstream = operation.apiVersion.upstream;
  const isAsSent = path === sent && context.upstreamPath === "" && context.query === query;
  return forward(request, values, context, isAsSent);
}

/** RFC 9110 §9.2.1; what is not known may change anything. */
function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE";
}

/**
 * Points nginx at the upstream; the balancer fills in the address.
 * @param isAsSent whether the request target goes on as it came, but for the base path: then nginx gets its own bytes
 */
function forward(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  isAsSent: boolean,
): Decision | undefined {
  const upstream = context.upstream;
  if (upstream === undefined) {
    return { kind: "refuse", code: "upstream_unresolved" };
  }
  if (upstream.mirror !== undefined) {
    // Before a target is picked: this may wait for a body.
    chooseCopy(request, context, upstream.mirror);
  }
  const target =
    upstream.managed === undefined ? pickTarget(upstream) : pickManaged(request, context, upstream.managed);
  if (target === undefined) {
    return refuseUpstream(context);
  }
  context.target = target;
  if (context.isShaped || target.tlsName !== "" || !forwardTarget(request, values, context, target, isAsSent)) {
    writeTarget(request, values, context, target, isAsSent);
  }
  writeVariable(request, values, UPSTREAM_HOST, context.upstreamHost === "" ? target.hostField : context.upstreamHost);
  if (target.tlsName !== "") {
    writeVariable(request, values, UPSTREAM_TLS_NAME, target.tlsName);
    const certificate = target.clientCertificate;
    if (certificate !== undefined) {
      writeVariable(request, values, CLIENT_CERTIFICATE, certificate.certificate);
      writeVariable(request, values, CLIENT_KEY, certificate.privateKey);
    }
  }
  context.forwardedAt = monotonicMs();
  return undefined;
}

/** What the upstream is asked for, told in the way that costs nginx least. @returns false where it has to be told by variables */
function forwardTarget(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  target: RuntimeTarget,
  isAsSent: boolean,
): boolean {
  if (isAsSent && target.path === "" && context.path.length > context.basePathLength) {
    return forwardRest(request, values, context.basePathLength);
  }
  context.upstreamTarget = `${target.path}${targetText(context)}`;
  return forwardText(request, values, context.upstreamTarget);
}

/** For the locations whose proxy_pass has variables. */
function writeTarget(
  request: CData,
  values: CArray<NginxValue>,
  context: Context,
  target: RuntimeTarget,
  isAsSent: boolean,
): void {
  context.isToldByVariables = true;
  writeVariable(request, values, UPSTREAM_ORIGIN, target.prefix);
  if (isAsSent && context.path.length > context.basePathLength) {
    writePart(request, values, UPSTREAM_TARGET, REQUEST_URI, context.basePathLength);
  } else {
    context.upstreamTarget = targetText(context);
    writeVariable(request, values, UPSTREAM_TARGET, context.upstreamTarget);
  }
}

function targetText(context: Context): string {
  const path = upstreamPathOf(context);
  return `${path === "" ? "/" : path}${context.query}`;
}

/** No target has an address, or all that have one are out. */
function refuseUpstream(context: Context): Decision {
  const upstream = context.upstream;
  if (upstream !== undefined && upstream.lacksCertificate) {
    return { kind: "refuse", code: "upstream_certificate_missing" };
  }
  const pool = upstream === undefined ? undefined : upstream.managed;
  if (pool === undefined || pool.targets.length === 0) {
    return { kind: "refuse", code: "upstream_unresolved" };
  }
  return {
    kind: "refuse",
    code: "upstream_circuit_open",
    retryAfterSeconds: secondsToNextTry(pool, context.startedAt),
  };
}

function writeRateFields(request: CData, values: CArray<NginxValue>, context: Context): void {
  if (context.rateLimit !== "" && context.plan !== undefined) {
    writeVariable(request, values, RATE_LIMIT, context.rateLimit);
    writeVariable(request, values, RATE_POLICY, context.plan.rateLimitPolicy);
    writeVariable(request, values, RATE_FIELDS, context.plan.rateLimitFields);
  }
}

function end(request: CData, values: CArray<NginxValue>, context: Context, decision: Decision): void {
  writeRateFields(request, values, context);
  context.outcome =
    decision.kind === "answer" ? outcomeOfStatus(decision.status) : outcomeOfProblem(GATEWAY_ERRORS[decision.code]);
  if (readVariable(request, EXPECT) !== undefined && readVariable(request, SERVER_PROTOCOL) !== "HTTP/2.0") {
    context.decision = decision;
    // Or nginx would ask for the body, with "100 Continue", to throw it away.
    ngx.req.clear_header("Expect");
    return ngx.exec("@declined");
  }
  return decision.kind === "answer" ? sendAnswer(context, decision) : sendProblem(context, decision);
}
