import type { z } from "zod";
import type { config } from "./manifest";
import type { CorsPlan } from "./run";

export function plan(settings: z.infer<typeof config>): CorsPlan {
  const { origins, methods, headers, exposedHeaders, credentials, maxAgeSeconds } = settings;
  const wildcards = origins.filter((origin) => origin.includes("*."));
  const exact = origins.filter((origin) => !origin.includes("*"));
  return {
    origins: Object.fromEntries(exact.map((origin) => [new URL(origin).origin, true])),
    wildcards: wildcards.map((origin) => {
      const [scheme = "", domain = ""] = origin.split("*");
      return { scheme, domain: domain.toLowerCase().replace(/\/$/, "") };
    }),
    isForAll: origins.includes("*"),
    preflight: [
      ...["Access-Control-Allow-Methods", methods.join(", "), "Access-Control-Max-Age", String(maxAgeSeconds)],
      ...["Vary", "Origin, Access-Control-Request-Headers"],
      ...(credentials ? ["Access-Control-Allow-Credentials", "true"] : []),
      ...(headers === undefined || headers.length === 0 ? [] : ["Access-Control-Allow-Headers", headers.join(", ")]),
    ],
    allowsAskedFields: headers === undefined,
    expose: exposedHeaders.join(", "),
    allowsCredentials: credentials,
  };
}
