import type { z } from "zod";
import type { config } from "./manifest";
import type { DeprecationPlan } from "./run";

export function plan(settings: z.infer<typeof config>): DeprecationPlan {
  const { deprecatedAt, sunsetAt, policyUrl, successorUrl } = settings;
  const links = [
    ...(policyUrl === undefined ? [] : [`<${policyUrl}>; rel="deprecation"; type="text/html"`]),
    ...(policyUrl === undefined || sunsetAt === undefined ? [] : [`<${policyUrl}>; rel="sunset"; type="text/html"`]),
    ...(successorUrl === undefined ? [] : [`<${successorUrl}>; rel="successor-version"`]),
  ];
  return {
    // A date of structured fields (RFC 9745 §2.1), but an HTTP date for its older sister (RFC 8594 §3).
    deprecation: `@${Math.floor(Date.parse(deprecatedAt) / 1000)}`,
    sunset: sunsetAt === undefined ? "" : new Date(sunsetAt).toUTCString(),
    link: links.join(", "),
  };
}
