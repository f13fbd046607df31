import { defineConfig } from "eslint/config";

/** Which folder may not import which, and where the thing belongs instead. The whole picture: scripts/import-graph.test.ts. */
const GATEWAY_IS_A_LEAF =
  "gateway/ runs from a bundle on disk and knows nothing of the portal. What both need belongs in gateway/contract; what the gateway " +
  "must be told belongs in the bundle.";

const zones = [
  {
    target: "./gateway",
    from: ["./app", "./components", "./lib", "./prisma", "./scripts", "./e2e"],
    message: GATEWAY_IS_A_LEAF,
  },
  {
    target: ["./app", "./lib", "./components"],
    from: ["./gateway/agent", "./gateway/runtime", "./gateway/nginx"],
    message:
      "The portal depends on gateway/compiler and gateway/contract only. What it wants to know of a running gateway arrives by heartbeat.",
  },
  {
    target: "./components",
    from: ["./app", "./prisma"],
    message: "Components only present. Data is fetched by a page in app/ (through lib/) and handed in as properties.",
  },
  {
    target: "./lib",
    from: ["./app", "./components"],
    message: "Use cases do not know who calls them. What a page and a use case share belongs in lib/.",
  },
  {
    target: ["./app", "./components"],
    from: "./prisma",
    message: "Pages read through a use case in lib/ and change things through the management API.",
  },
  {
    target: "./app",
    from: "./gateway/policies",
    message:
      "What a policy does is shown by a component, which runs the policy's own code (components/console/limits does).",
  },
  {
    target: "./gateway/contract",
    from: ["./gateway/policies", "./gateway/compiler", "./gateway/runtime", "./gateway/agent", "./gateway/nginx"],
    message: "gateway/contract is what everybody else agrees on; it depends on nobody.",
  },
  {
    target: "./gateway/policies",
    from: ["./gateway/compiler", "./gateway/runtime", "./gateway/agent", "./gateway/nginx"],
    message: "A policy is a folder you can delete. What several policies need belongs in gateway/contract.",
  },
  {
    target: "./gateway/compiler",
    from: ["./gateway/runtime", "./gateway/agent", "./gateway/nginx"],
    message: "The compiler is pure. What it shares with a running gateway belongs in gateway/contract.",
  },
  {
    target: "./gateway/runtime",
    from: ["./gateway/agent", "./gateway/compiler", "./gateway/nginx", "./gateway/policies/index.ts"],
    message:
      "The runtime is compiled to Lua and lives in an nginx worker. What it shares with Node belongs in gateway/contract, as plain " +
      "constants and types.",
  },
  {
    target: "./gateway/agent",
    from: ["./gateway/runtime"],
    message: "Agent and workers meet in files: their layout belongs in gateway/contract/shared-memory.ts.",
  },
  {
    target: ["./app", "./components", "./lib", "./gateway"],
    from: ["./sample"],
    message: "The sample service is an upstream like any other: reach it over HTTP.",
  },
];

export const importZones = defineConfig(
  {
    files: ["**/*.{ts,tsx}"],
    ignores: ["**/*.test.{ts,tsx}", "**/testing/**"],
    rules: { "import-x/no-restricted-paths": ["error", { zones }] },
  },
  {
    files: ["components/**/*.{ts,tsx}"],
    ignores: ["**/*.test.{ts,tsx}"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^@/lib/(?!(api-client|api-schemas|format|openapi/limits)(/|$))",
              message:
                "Components only present: of lib/ they may use api-client, api-schemas, format and openapi/limits. Data is fetched in app/ and handed in.",
            },
          ],
        },
      ],
    },
  },
);
