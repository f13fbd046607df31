import type {
  EffectiveChain,
  Policies,
  PolicyCatalogue,
  PutPolicies,
  PutVersionPolicies,
  VersionPolicies,
} from "@/lib/api-schemas/policies";
import { path, request, type RequestOptions } from "./request";

export const policies = {
  list: (options?: RequestOptions) => request<PolicyCatalogue>("GET", "/policies", options),

  ofEnvironment: (environment: string, options?: RequestOptions) =>
    request<Policies>("GET", path`/environments/${environment}/policies`, options),
  putOfEnvironment: (environment: string, body: PutPolicies, etag?: string) =>
    request<Policies>("PUT", path`/environments/${environment}/policies`, { body, etag }),

  ofVersion: (api: string, version: string, options?: RequestOptions) =>
    request<VersionPolicies>("GET", path`/apis/${api}/versions/${version}/policies`, options),
  putOfVersion: (api: string, version: string, body: PutVersionPolicies, etag?: string) =>
    request<VersionPolicies>("PUT", path`/apis/${api}/versions/${version}/policies`, { body, etag }),
  /** @param plan `product/plan`, whose policies are then part of it */
  chain: (api: string, version: string, query: { operation: string; plan?: string }, options?: RequestOptions) =>
    request<EffectiveChain>("GET", path`/apis/${api}/versions/${version}/chain`, { query, ...options }),

  ofPlan: (product: string, plan: string, options?: RequestOptions) =>
    request<Policies>("GET", path`/products/${product}/plans/${plan}/policies`, options),
  putOfPlan: (product: string, plan: string, body: PutPolicies, etag?: string) =>
    request<Policies>("PUT", path`/products/${product}/plans/${plan}/policies`, { body, etag }),
};
