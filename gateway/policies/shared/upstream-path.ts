import type { PolicyRequest } from "../types";

/** The path the upstream will be asked for, "" for the root: what a policy has made of it, else the path without the base path. */
export function upstreamPathOf(request: PolicyRequest): string {
  if (request.upstreamPath !== "") {
    return request.upstreamPath;
  }
  const path = request.path.slice(request.basePathLength);
  return path;
}
