import type { Decision } from "../../contract/decision";
import { upstreamPathOf } from "../shared/upstream-path";
import type { PolicyHost, PolicyRequest, PolicyResponse } from "../types";
import { queryForKey } from "./query-for-key";
import { readRequestDirectives } from "./request-directives";

export interface ResponseCachePlan {
  readonly [key: string]: unknown;
  /** nginx.conf's location for the time to live. */
  readonly location: string;
  readonly ttlSeconds: number;
  readonly sharedBy: "everybody" | "application" | "subscription";
  /** nginx variables of the request fields that the response depends on; at most four. */
  readonly variables: readonly string[];
  readonly query: "all" | "none" | "named";
  /** Parameters that the response depends on, for "named". */
  readonly queryNames: readonly string[];
  readonly callerMayRefresh: boolean;
  readonly generation: number;
}

export function run(plan: ResponseCachePlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return undefined;
  }
  const control = host.variable("http_cache_control");
  if (control !== undefined) {
    const asked = readRequestDirectives(control, host);
    request.isOnlyIfCached = asked.onlyIfCached;
    request.isCacheRefresh = asked.refresh && plan.callerMayRefresh;
    // Of a field that came twice nginx tells the first.
    request.isNotStored = asked.noStore || host.isRepeated("http_cache_control");
  }
  const { variables } = plan;
  if (isPersonal(request, host) || (variables.length > 0 && isAnyRepeated(variables, host))) {
    return request.isOnlyIfCached ? { kind: "refuse", code: "not_cached" } : undefined;
  }
  const query = plan.query === "all" ? request.query : queryForKey(plan.queryNames, request.query, host);
  const epoch = host.cacheEpoch(request.apiVersion, request.operation, request.path);
  // As the upstream is told them: its answer may be full of links that are made from them.
  const origin = `${host.variable("scheme") ?? "-"}://${host.variable("http_host") ?? "-"}`;
  const target = `${origin} ${request.upstreamHost} ${upstreamPathOf(request)}${query}`;
  let key = `${plan.generation}.${epoch} ${request.apiVersion} ${ownerOf(plan, request)} ${target}`;
  if (variables.length > 0) key = `${key} ${valueOf(variables[0], host)}`;
  if (variables.length > 1) key = `${key} ${valueOf(variables[1], host)}`;
  if (variables.length > 2) key = `${key} ${valueOf(variables[2], host)}`;
  if (variables.length > 3) key = `${key} ${valueOf(variables[3], host)}`;
  request.cacheKey = key;
  request.cacheLocation = plan.location;
  request.isShaped = true;
  return undefined;
}

/** A request that says who the user is: its answer may be for nobody else (RFC 9111 §3.5). Keys were taken away before. */
function isPersonal(request: PolicyRequest, host: PolicyHost): boolean {
  // A token may have come in another field, or may have been taken away.
  if (request.claims !== undefined) {
    return true;
  }
  return host.variable("http_authorization") !== undefined || host.variable("http_cookie") !== undefined;
}

/** The key would name the first, and the upstream might answer to the last. */
function isAnyRepeated(variables: readonly string[], host: PolicyHost): boolean {
  return (
    isRepeated(variables[0], host) ||
    (variables.length > 1 && isRepeated(variables[1], host)) ||
    (variables.length > 2 && isRepeated(variables[2], host)) ||
    (variables.length > 3 && isRepeated(variables[3], host))
  );
}

function isRepeated(variable: string | undefined, host: PolicyHost): boolean {
  return variable !== undefined && host.variable(variable) !== undefined && host.isRepeated(variable);
}

function ownerOf(plan: ResponseCachePlan, request: PolicyRequest): string {
  if (plan.sharedBy === "everybody") {
    return "-";
  }
  if (plan.sharedBy === "subscription") {
    return `s${request.subscription}`;
  }
  return request.credential === undefined ? "-" : `a${request.credential.application}`;
}

/** With its length, so that no value can pass for two. */
function valueOf(variable: string | undefined, host: PolicyHost): string {
  const value = variable === undefined ? undefined : host.variable(variable);
  return value === undefined ? "-" : `${value.length}:${value}`;
}

/** Says where the response came from (RFC 9211) and how old it is (RFC 9111 §5.1), and takes into account how old it came. */
export function respond(
  plan: ResponseCachePlan,
  request: PolicyRequest,
  response: PolicyResponse,
  host: PolicyHost,
): void {
  const found = request.cacheLocation === "" ? undefined : host.variable("upstream_cache_status");
  if (found === undefined || found === "") {
    return;
  }
  response.setField("Cache-Status", `gatehouse; ${describe(found)}`);
  const age = ageOf(host);
  if (found === "HIT" || found === "STALE" || found === "UPDATING") {
    request.isFromCache = true;
    const seconds = host.secondsInCache(request) ?? secondsSinceDate(host);
    response.setField("Age", `${Math.floor(age + seconds)}`);
  } else if (age > 0 && found !== "REVALIDATED") {
    host.countAge(request, age, plan.ttlSeconds);
  }
}

/** What other caches have counted. One that cannot be read is as old as can be. */
function ageOf(host: PolicyHost): number {
  const text = host.variable("upstream_http_age");
  if (text === undefined) {
    return 0;
  }
  const age = Number(text);
  return age >= 0 && age < OLDEST ? age : OLDEST;
}

/** RFC 9111 §1.2.2 */
const OLDEST = 2_147_483_648;

function secondsSinceDate(host: PolicyHost): number {
  const date = host.variable("upstream_http_date");
  const made = date === undefined ? undefined : host.parseHttpTime(date);
  return made === undefined ? 0 : Math.max(0, host.nowSeconds() - made);
}

function describe(found: string): string {
  if (found === "HIT" || found === "STALE" || found === "UPDATING") {
    return "hit";
  }
  if (found === "EXPIRED" || found === "REVALIDATED") {
    return "fwd=stale";
  }
  return found === "BYPASS" ? "fwd=request" : "fwd=uri-miss";
}
