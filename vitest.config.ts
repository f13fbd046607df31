import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const everywhere = ["**/node_modules/**", "**/dist/**", "**/.next/**", "**/.gatehouse/**", "e2e/**"];

/** Suffix → what a test of that kind needs. `npm test -- KIND` runs one kind with its set-up. */
const kinds = {
  db: "**/*.db.test.ts",
  lua: "**/*.lua.test.ts",
  nginx: "**/*.nginx.test.ts",
  start: "**/*.start.test.ts",
};

/**
 * Tests with nginx that neither measure a time nor expect anything within a short one: two of these files run at a time. Every other one
 * runs alone, because a busy second core would blur its limits and time-outs.
 */
const untimed = [
  "gateway/runtime/{call,hostile-requests,http2,readiness,tls,traces}.nginx.test.ts",
  "gateway/runtime/{release,routing}/*.nginx.test.ts",
  "gateway/runtime/upstreams/{client-certificates,tls-failures}.nginx.test.ts",
  "gateway/policies/{callers,repeated-fields,validation}.nginx.test.ts",
  "gateway/policies/hmac-auth/*.nginx.test.ts",
];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${root}/` },
      // Marks use cases for Next.js; a test has no browser to keep them from.
      { find: /^server-only$/, replacement: path.join(root, "scripts/lib/empty-module.mjs") },
    ],
  },
  test: {
    environment: "node",
    // The machines this runs on have two cores; more workers only fight for them.
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Until it holds, not within vitest's second: a time that is promised is measured where it is promised.
    expect: { poll: { timeout: 10_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["**/*.test.{ts,tsx}"], exclude: [...everywhere, ...Object.values(kinds)] },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: [kinds.db],
          exclude: everywhere,
          globalSetup: ["lib/testing/postgres-global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "lua",
          include: [kinds.lua],
          exclude: everywhere,
          globalSetup: ["gateway/testing/lua-global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "nginx",
          include: [kinds.nginx],
          exclude: [...everywhere, ...untimed],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "start",
          include: [kinds.start],
          exclude: everywhere,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // `--project "nginx*"` takes both.
        test: {
          name: "nginx-untimed",
          include: untimed,
          exclude: everywhere,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
