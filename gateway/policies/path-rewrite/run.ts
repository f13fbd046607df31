import type { Decision } from "../../contract/decision";
import { fillTemplate, type Template } from "../shared/template";
import { upstreamPathOf } from "../shared/upstream-path";
import type { PolicyHost, PolicyRequest } from "../types";

export interface PathRewritePlan {
  readonly [key: string]: unknown;
  readonly keepsBasePath: boolean;
  /** "" = none. */
  readonly prefix: string;
  /** The whole path, in place of the other two. */
  readonly path?: Template;
  readonly preservesHost: boolean;
  /** "" = none of its own. */
  readonly hostName: string;
}

export function run(plan: PathRewritePlan, request: PolicyRequest, host: PolicyHost): Decision | undefined {
  if (plan.preservesHost) {
    request.upstreamHost = host.variable("http_host") ?? "";
  } else if (plan.hostName !== "") {
    request.upstreamHost = plan.hostName;
  }
  if (plan.path === undefined) {
    request.upstreamPath = `${plan.prefix}${plan.keepsBasePath ? request.path : upstreamPathOf(request)}`;
    return undefined;
  }
  const path = fillTemplate(plan.path, request, host, true);
  if (hasDotSegment(path)) {
    return { kind: "refuse", code: "path_ambiguous" };
  }
  request.upstreamPath = path;
  return undefined;
}

/** The router has refused them in what was sent; they can come back when a part of a segment becomes a whole one. */
function hasDotSegment(path: string): boolean {
  const padded = `${path}/`;
  return padded.indexOf("/../") >= 0 || padded.indexOf("/./") >= 0;
}
