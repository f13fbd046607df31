import { expect } from "vitest";
import { cases as basicAuth } from "../policies/basic-auth/cases";
import * as basicAuthSteps from "../policies/basic-auth/run";
import type { PolicyCase, StepResult } from "../policies/case";
import { cases as compression } from "../policies/compression/cases";
import * as compressionSteps from "../policies/compression/run";
import { cases as correlation } from "../policies/correlation/cases";
import * as correlationSteps from "../policies/correlation/run";
import { cases as cors } from "../policies/cors/cases";
import * as corsSteps from "../policies/cors/run";
import { cases as deprecation } from "../policies/deprecation/cases";
import * as deprecationSteps from "../policies/deprecation/run";
import { cases as grpc } from "../policies/grpc/cases";
import * as grpcSteps from "../policies/grpc/run";
import { cases as headerTransform } from "../policies/header-transform/cases";
import * as headerTransformSteps from "../policies/header-transform/run";
import { cases as hmacAuth } from "../policies/hmac-auth/cases";
import * as hmacAuthSteps from "../policies/hmac-auth/run";
import { findPolicy } from "../policies/index";
import { cases as ipFilter } from "../policies/ip-filter/cases";
import * as ipFilterSteps from "../policies/ip-filter/run";
import { cases as jwtValidation } from "../policies/jwt-validation/cases";
import * as jwtValidationSteps from "../policies/jwt-validation/run";
import { cases as keyAuth } from "../policies/key-auth/cases";
import * as keyAuthSteps from "../policies/key-auth/run";
import { cases as maintenance } from "../policies/maintenance/cases";
import * as maintenanceSteps from "../policies/maintenance/run";
import { cases as mock } from "../policies/mock/cases";
import * as mockSteps from "../policies/mock/run";
import { cases as pathRewrite } from "../policies/path-rewrite/cases";
import * as pathRewriteSteps from "../policies/path-rewrite/run";
import { cases as queryTransform } from "../policies/query-transform/cases";
import * as queryTransformSteps from "../policies/query-transform/run";
import { cases as rateLimit } from "../policies/rate-limit/cases";
import * as rateLimitSteps from "../policies/rate-limit/run";
import { cases as redirect } from "../policies/redirect/cases";
import * as redirectSteps from "../policies/redirect/run";
import { cases as requestSize } from "../policies/request-size/cases";
import * as requestSizeSteps from "../policies/request-size/run";
import { cases as requestValidation } from "../policies/request-validation/cases";
import * as requestValidationSteps from "../policies/request-validation/run";
import { cases as responseCache } from "../policies/response-cache/cases";
import * as responseCacheSteps from "../policies/response-cache/run";
import { cases as securityHeaders } from "../policies/security-headers/cases";
import * as securityHeadersSteps from "../policies/security-headers/run";
import { cases as subscription } from "../policies/subscription/cases";
import * as subscriptionSteps from "../policies/subscription/run";
import { cases as timeout } from "../policies/timeout/cases";
import * as timeoutSteps from "../policies/timeout/run";
import { cases as websocket } from "../policies/websocket/cases";
import * as websocketSteps from "../policies/websocket/run";
import type { PolicySteps } from "../policies/types";

export const ALL_CASES: Readonly<Record<string, readonly PolicyCase[]>> = {
  correlation,
  cors,
  "ip-filter": ipFilter,
  maintenance,
  "key-auth": keyAuth,
  "basic-auth": basicAuth,
  "hmac-auth": hmacAuth,
  "jwt-validation": jwtValidation,
  subscription,
  "rate-limit": rateLimit,
  redirect,
  "request-size": requestSize,
  "request-validation": requestValidation,
  mock,
  "query-transform": queryTransform,
  "path-rewrite": pathRewrite,
  "header-transform": headerTransform,
  timeout,
  "response-cache": responseCache,
  compression,
  websocket,
  grpc,
  deprecation,
  "security-headers": securityHeaders,
};

const STEPS_ON_NODE: Readonly<Record<string, unknown>> = {
  correlation: correlationSteps,
  cors: corsSteps,
  "ip-filter": ipFilterSteps,
  maintenance: maintenanceSteps,
  "key-auth": keyAuthSteps,
  "basic-auth": basicAuthSteps,
  "hmac-auth": hmacAuthSteps,
  "jwt-validation": jwtValidationSteps,
  subscription: subscriptionSteps,
  "rate-limit": rateLimitSteps,
  redirect: redirectSteps,
  "request-size": requestSizeSteps,
  "request-validation": requestValidationSteps,
  mock: mockSteps,
  "query-transform": queryTransformSteps,
  "path-rewrite": pathRewriteSteps,
  "header-transform": headerTransformSteps,
  timeout: timeoutSteps,
  "response-cache": responseCacheSteps,
  compression: compressionSteps,
  websocket: websocketSteps,
  grpc: grpcSteps,
  deprecation: deprecationSteps,
  "security-headers": securityHeadersSteps,
};

export function stepsOnNode(policy: string): PolicySteps {
  return STEPS_ON_NODE[policy] as PolicySteps;
}

const ANY_SCOPE = { basePath: "/shop/v1", operation: undefined };

/** The frozen plan, as it arrives in a worker: through JSON. */
export function planOf(name: string, { config = {}, planScope = ANY_SCOPE }: PolicyCase): unknown {
  const policy = findPolicy(name);
  if (policy === undefined) {
    throw new Error(`there is no policy "${name}"`);
  }
  return JSON.parse(JSON.stringify(policy.plan(config, planScope)));
}

/** Holds the results of a case's requests, in order, against what its steps expect. */
export function checkResults(testCase: PolicyCase, results: readonly StepResult[]): void {
  const expected = testCase.steps.flatMap((step, index) =>
    Array.from({ length: step.times ?? 1 }, (_unused, time) => ({
      place: `step ${index + 1}, request ${time + 1}`,
      ...step.expect,
    })),
  );
  expect(results).toHaveLength(expected.length);
  expected.forEach(({ place, decision, ...rest }, index) => {
    const result = results[index];
    expect(result?.decision, place).toEqual(decision);
    expect(result, place).toMatchObject({ ...rest, faults: "" });
  });
}
