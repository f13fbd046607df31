import type { Decision } from "../../contract/decision";
import type { PolicyRequest } from "../types";

/** Nothing to configure: nginx.conf says which types, and from which size on. */
export interface CompressionPlan {
  readonly [key: string]: unknown;
}

/** For every client, also one that takes no gzip: caches are told that the response varies. */
export function run(_plan: CompressionPlan, request: PolicyRequest): Decision | undefined {
  request.isCompressed = true;
  request.isShaped = true;
  return undefined;
}
