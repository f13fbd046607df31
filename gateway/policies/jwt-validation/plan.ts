import type { z } from "zod";
import { fieldVariable } from "../config/field-name";
import { readJsonWebKeySet } from "../config/json-web-keys";
import type { config } from "./manifest";
import type { JwtValidationPlan } from "./run";

export function plan(settings: z.infer<typeof config>): JwtValidationPlan {
  const { header, requiredScopes } = settings;
  const isAuthorization = header.toLowerCase() === "authorization";
  return {
    header: isAuthorization ? "Authorization" : header,
    variable: fieldVariable(header),
    isAuthorization,
    keys: (readJsonWebKeySet(settings.jwks) ?? []).flatMap((read) => (read.kind === "key" ? [read.key] : [])),
    jwksUri: settings.jwksUri ?? "",
    algorithms: settings.algorithms,
    issuer: settings.issuer ?? "",
    audiences: settings.audiences,
    requiredClaims: settings.requiredClaims.map(({ name, values }) => ({ name, values: values.map(String) })),
    requiredScopes,
    clockSkewSeconds: settings.clockSkewSeconds,
    requiresExpiry: settings.requiresExpiry,
    forward: settings.forward,
    isRequired: settings.isRequired,
    scopeChallenge: `${INSUFFICIENT}, scope="${requiredScopes.join(" ")}"`,
  };
}

/** RFC 6750 §3.1. */
const INSUFFICIENT = 'Bearer realm="gatehouse", error="insufficient_scope"';
