import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { findFreePort } from "./scripts/lib/ports.mjs";
import { findProgram } from "./scripts/lib/system-packages.mjs";

// This file is read once by the runner and again by every worker: the first time decides, the others find it in the environment.
const environment = process.env;
environment.E2E_PORTAL_PORT ??= String(await findFreePort());
environment.E2E_GATEWAY_PORT ??= String(await findFreePort([Number(environment.E2E_PORTAL_PORT)]));
environment.E2E_STATUS_PORT ??= String(
  await findFreePort([Number(environment.E2E_PORTAL_PORT), Number(environment.E2E_GATEWAY_PORT)]),
);
environment.E2E_TLS_PORT ??= String(
  await findFreePort(
    [environment.E2E_PORTAL_PORT, environment.E2E_GATEWAY_PORT, environment.E2E_STATUS_PORT].map((port) =>
      Number(port),
    ),
  ),
);
environment.E2E_DATA_DIR ??= mkdtempSync(path.join(tmpdir(), "gatehouse-e2e-"));
environment.E2E_ADMIN_EMAIL ??= "admin@example.com";
environment.E2E_ADMIN_PASSWORD ??= "a-password-for-tests-only";
environment.E2E_ADMIN_TOKEN ??= "gh_pat_for_tests_only_0123456789abcdef";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // One browser at a time: the journeys share one Gatehouse, and two cores run it.
  workers: 1,
  // Several times what they take on a machine with nothing else to do.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  forbidOnly: environment.CI !== undefined,
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://localhost:${environment.E2E_PORTAL_PORT}`,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: findProgram("chromium"),
      // Chromium's sandbox does not start as root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
  webServer: {
    // The same command that a person runs, on an empty data directory.
    command: "node scripts/start.mjs",
    wait: { stdout: /Ctrl-C stops everything/ },
    timeout: 300_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
    stdout: "pipe",
    stderr: "pipe",
    env: {
      GATEHOUSE_PORT: environment.E2E_PORTAL_PORT,
      GATEHOUSE_GATEWAY_PORT: environment.E2E_GATEWAY_PORT,
      GATEHOUSE_GATEWAY_STATUS_PORT: environment.E2E_STATUS_PORT,
      GATEHOUSE_GATEWAY_TLS_PORT: environment.E2E_TLS_PORT,
      GATEHOUSE_DATA_DIR: environment.E2E_DATA_DIR,
      GATEHOUSE_ADMIN_EMAIL: environment.E2E_ADMIN_EMAIL,
      GATEHOUSE_ADMIN_PASSWORD: environment.E2E_ADMIN_PASSWORD,
      GATEHOUSE_ADMIN_TOKEN: environment.E2E_ADMIN_TOKEN,
      GATEHOUSE_DEMO: "1",
      // Documents are fetched from a server of the tests.
      GATEHOUSE_ALLOW_PRIVATE_FETCH: "1",
      DATABASE_URL: "",
    },
  },
});
