import type { z } from "zod";
import { manifest as basicAuth } from "./basic-auth/manifest";
import { plan as planBasicAuth } from "./basic-auth/plan";
import { manifest as compression } from "./compression/manifest";
import { plan as planCompression } from "./compression/plan";
import { manifest as correlation } from "./correlation/manifest";
import { plan as planCorrelation } from "./correlation/plan";
import { manifest as cors } from "./cors/manifest";
import { plan as planCors } from "./cors/plan";
import { manifest as deprecation } from "./deprecation/manifest";
import { plan as planDeprecation } from "./deprecation/plan";
import { manifest as grpc } from "./grpc/manifest";
import { plan as planGrpc } from "./grpc/plan";
import { manifest as headerTransform } from "./header-transform/manifest";
import { plan as planHeaderTransform } from "./header-transform/plan";
import { manifest as hmacAuth } from "./hmac-auth/manifest";
import { plan as planHmacAuth } from "./hmac-auth/plan";
import { manifest as ipFilter } from "./ip-filter/manifest";
import { plan as planIpFilter } from "./ip-filter/plan";
import { manifest as jwtValidation } from "./jwt-validation/manifest";
import { plan as planJwtValidation } from "./jwt-validation/plan";
import { manifest as keyAuth } from "./key-auth/manifest";
import { plan as planKeyAuth } from "./key-auth/plan";
import { manifest as maintenance } from "./maintenance/manifest";
import { plan as planMaintenance } from "./maintenance/plan";
import type { PlanScope, PolicyManifest } from "./manifest";
import { manifest as mock } from "./mock/manifest";
import { plan as planMock, summarise as summariseMock } from "./mock/plan";
import { manifest as pathRewrite } from "./path-rewrite/manifest";
import { plan as planPathRewrite } from "./path-rewrite/plan";
import { manifest as queryTransform } from "./query-transform/manifest";
import { plan as planQueryTransform } from "./query-transform/plan";
import { manifest as rateLimit } from "./rate-limit/manifest";
import { plan as planRateLimit } from "./rate-limit/plan";
import { manifest as redirect } from "./redirect/manifest";
import { plan as planRedirect } from "./redirect/plan";
import { manifest as requestSize } from "./request-size/manifest";
import { plan as planRequestSize } from "./request-size/plan";
import { manifest as requestValidation } from "./request-validation/manifest";
import { plan as planRequestValidation, summarise as summariseRequestValidation } from "./request-validation/plan";
import { manifest as responseCache } from "./response-cache/manifest";
import { plan as planResponseCache } from "./response-cache/plan";
import { manifest as securityHeaders } from "./security-headers/manifest";
import { plan as planSecurityHeaders } from "./security-headers/plan";
import { manifest as subscription } from "./subscription/manifest";
import { plan as planSubscription } from "./subscription/plan";
import { manifest as timeout } from "./timeout/manifest";
import { plan as planTimeout } from "./timeout/plan";
import { manifest as websocket } from "./websocket/manifest";
import { plan as planWebsocket } from "./websocket/plan";

export interface Policy {
  readonly manifest: PolicyManifest;
  /** Makes the frozen plan that the worker gets; undefined where it has nothing to do. @throws ZodError on a config its schema refuses */
  readonly plan: (config: unknown, scope: PlanScope) => Readonly<Record<string, unknown>> | undefined;
  /** For people, what a plan of a policy that reads the document holds. */
  readonly summarise: ((plan: never) => readonly string[]) | undefined;
}

function define<Config extends z.ZodType>(
  manifest: PolicyManifest<Config>,
  plan: (config: z.output<Config>, scope: PlanScope) => Readonly<Record<string, unknown>> | undefined,
  summarise?: (plan: never) => readonly string[],
): Policy {
  return { manifest, plan: (config, scope) => plan(manifest.config.parse(config), scope), summarise };
}

/**
 * Every policy there is, in the order in which a chain runs them. The worker's counterpart is runtime/release/policies.ts; a test holds both equal,
 * another that this order breaks no `before` or `after`.
 */
export const POLICIES: readonly Policy[] = [
  define(correlation, planCorrelation),
  define(cors, planCors),
  define(ipFilter, planIpFilter),
  define(maintenance, planMaintenance),
  define(keyAuth, planKeyAuth),
  define(basicAuth, planBasicAuth),
  define(hmacAuth, planHmacAuth),
  define(jwtValidation, planJwtValidation),
  define(subscription, planSubscription),
  define(rateLimit, planRateLimit),
  define(redirect, planRedirect),
  define(requestSize, planRequestSize),
  define(requestValidation, planRequestValidation, summariseRequestValidation),
  define(mock, planMock, summariseMock),
  define(queryTransform, planQueryTransform),
  define(pathRewrite, planPathRewrite),
  define(headerTransform, planHeaderTransform),
  define(timeout, planTimeout),
  define(responseCache, planResponseCache),
  define(compression, planCompression),
  define(websocket, planWebsocket),
  define(grpc, planGrpc),
  define(deprecation, planDeprecation),
  define(securityHeaders, planSecurityHeaders),
];

export const POLICY_NAMES: readonly string[] = POLICIES.map((policy) => policy.manifest.name);

export function findPolicy(name: string): Policy | undefined {
  return POLICIES.find((policy) => policy.manifest.name === name);
}
