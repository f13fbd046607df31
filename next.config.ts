import { readdirSync } from "node:fs";
import path from "node:path";
import type { NextConfig } from "next";

const root = import.meta.dirname;

/**
 * swagger-ui's parser packages (`apidom-ns-*`) import each other's classes in cycles that Turbopack orders wrongly in their ES form:
 * OpenAPI 3.1 documents then fail with "refract is not a function". Their CommonJS form loads in the right order.
 */
function apidomAliases(): Record<string, string> {
  const scope = path.join(root, "node_modules", "@swagger-api");
  return Object.fromEntries(
    readdirSync(scope)
      .filter((name) => name.startsWith("apidom-ns-"))
      .map((name) => [`@swagger-api/${name}`, `./node_modules/@swagger-api/${name}/src/index.cjs`]),
  );
}

const nextConfig: NextConfig = {
  turbopack: { root, resolveAlias: apidomAliases() },
  // `npm test` checks the types of everything; a start does not have to do it again, nor fail over what `next dev` left behind.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "@prisma/adapter-pg"],
  poweredByHeader: false,
  // Those that depend on a page or on settings are proxy.ts'.
  headers: () =>
    Promise.resolve([
      {
        source: "/:path*",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          // Also for what carries no policy of its own, and for browsers that know no frame-ancestors.
          { key: "X-Frame-Options", value: "DENY" },
          // Addresses in the console name APIs and applications: others learn at most that somebody came from the portal.
          { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
          { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
        ],
      },
    ]),
  devIndicators: false,
};

export default nextConfig;
