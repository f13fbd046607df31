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
    testTimeout: 20_000,
    hookTimeout: 60_000,
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
        // One nginx at a time: these tests measure limits and time-outs, which a busy second core would blur.
        test: {
          name: "nginx",
          include: [kinds.nginx],
          exclude: everywhere,
          fileParallelism: false,
          testTimeout: 60_000,
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
    ],
  },
});
