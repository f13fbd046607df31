// `npm start`: from a clone to a running Gatehouse. Needs nothing but Node to begin with, so this file and scripts/lib import no package
// before `npm ci` has run.
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { describePrepared, prepareWorkspace } from "./lib/bootstrap.mjs";
import { ALL_BUILDS, buildWhatIsStale } from "./lib/builds.mjs";
import { controlPlaneEnvironment, dataPaths } from "./lib/child-environments.mjs";
import { connectOrExplain } from "./lib/database.mjs";
import { sendDemoCalls } from "./lib/demo-calls.mjs";
import { markTold } from "./lib/first-start.mjs";
import { setAsideForeignNode } from "./lib/gateway-identity.mjs";
import { lockDataDirectory } from "./lib/lock.mjs";
import { endNginxOf } from "./lib/nginx-leftovers.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { ensureNpmPackages } from "./lib/npm-packages.mjs";
import { inRoot, requirePlainPaths, shown } from "./lib/paths.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { keepPostgresRunning } from "./lib/keep-postgres-running.mjs";
import { makePassable } from "./lib/postgres-runner.mjs";
import { createProgress, endingWith } from "./lib/progress.mjs";
import { waitForAnswer } from "./lib/ready.mjs";
import { requireOwnData } from "./lib/require-writable.mjs";
import { runUntilStopped } from "./lib/run-until-stopped.mjs";
import { chooseSamplePort, startSample } from "./lib/sample-service.mjs";
import { loadSecret } from "./lib/secrets.mjs";
import { readStartSettings } from "./lib/settings.mjs";
import { gatewayPorts, startGateway } from "./lib/start-gateway.mjs";
import { createSupervisor, endLeftovers } from "./lib/supervisor.mjs";
import { installMissingTools, NGINX_WITH_LUA } from "./lib/system-packages.mjs";
import { migrate } from "./migrate.mjs";
import { printWelcome } from "./lib/welcome.mjs";

const terminal = createProgress();
/** Stands still once everything is to end: what runs is undone, and nothing more is begun. @type {import("./lib/progress.mjs").Progress} */
let progress = terminal;

await runUntilStopped(start, {
  onStopping: () => progress.write(`\n  ${progress.paint.dim("Stopping …")}\n`),
  onStopped: (ms) => progress.write(`  ${progress.paint.dim(`Stopped after ${(ms / 1000).toFixed(1)} s.`)}\n\n`),
});

/** @param {import("./lib/run-until-stopped.mjs").Lifetime} lifetime */
async function start(lifetime) {
  requireNode();
  progress = endingWith(terminal, lifetime.signal);
  const settings = readStartSettings(process.env);
  const paths = dataPaths(settings.dataDir);
  progress.write(`\n  ${progress.paint.bold("Gatehouse")} ${progress.paint.dim(version())}\n\n`);

  await takeDataDirectory(settings, paths, lifetime);
  const supervisor = createSupervisor({
    recordFile: paths.processes,
    say: (text) => progress.note(progress.paint.yellow(text)),
  });
  const portal = { port: settings.port, host: settings.host, purpose: "the portal", setting: "GATEHOUSE_PORT" };
  await requireFreePorts([portal, ...gatewayPorts(settings)]);
  // What may ask for a password comes first: nobody should have to wait for the question.
  await installMissingTools([NGINX_WITH_LUA], { progress, logFile: paths.log("packages") });
  await ensureNpmPackages({ progress, logFile: paths.log("npm") });
  if (settings.databaseUrl !== undefined) {
    await progress.step("Database", (step) => reachDatabase(/** @type {string} */ (settings.databaseUrl), step));
  }
  await buildWhatIsStale(ALL_BUILDS, { logFile: paths.log("build"), progress });

  const database = await prepareDatabase(settings, paths, lifetime, supervisor);
  // After the database's: what is registered last ends first, and nobody must lose the database before it has ended.
  lifetime.onEnd(({ forced }) => supervisor.stopAll(forced));
  const secret = loadSecret(settings.dataDir, settings.secret);
  const samplePort = await chooseSamplePort(paths.samplePort);
  const environment = controlPlaneEnvironment(settings, { databaseUrl: database.url, secret, samplePort });
  const prepared = await progress.step("Workspace", async (step) => {
    const result = await prepareWorkspace({ environment, settings, databaseUrl: database.url, paths });
    step.detail(describePrepared(result));
    return result;
  });

  if (prepared.hasDemo) {
    await progress.step("Sample service", async (step) => {
      const logFile = paths.log("sample");
      await startSample({ supervisor, port: samplePort, logFile, databaseUrl: database.url, signal: lifetime.signal });
      step.detail(`http://127.0.0.1:${samplePort}`);
    });
  }
  await startPortal({ supervisor, paths, settings, environment });
  await progress.step("Gateway", async (step) => {
    await setAsideForeignNode(database.url, paths.gateway);
    const { enrolToken } = prepared;
    await startGateway({
      supervisor,
      settings: { ...settings, controlPlaneUrl: settings.localUrl, stateDir: paths.gateway, enrolToken },
      logFile: paths.log("gateway"),
      timeoutMs: 60_000,
      step,
    });
    step.detail(settings.gatewayUrl);
  });
  printWelcome({ progress, settings, prepared, logs: shown(paths.logs) });
  markTold(paths.untold);
  if (prepared.demo !== null) {
    void sendDemoCalls({ gatewayUrl: settings.localGatewayUrl, demo: prepared.demo, signal: lifetime.signal });
  }
}

/** @typedef {ReturnType<typeof dataPaths>} Paths */
/** @typedef {import("./lib/settings.mjs").StartSettings} StartSettings */
/** @typedef {ReturnType<typeof createSupervisor>} Supervisor */

/**
 * One start per data directory, and nothing left of one that was killed.
 * @param {StartSettings} settings
 * @param {Paths} paths
 * @param {import("./lib/run-until-stopped.mjs").Lifetime} lifetime
 */
async function takeDataDirectory(settings, paths, lifetime) {
  requirePlainPaths(paths.gateway);
  requireOwnData(settings.dataDir);
  makePassable(settings.dataDir);
  mkdirSync(paths.logs, { recursive: true });
  chmodSync(paths.logs, 0o700);
  const lock = lockDataDirectory(settings.dataDir, shown(settings.dataDir));
  lifetime.onEnd(() => lock.release());
  const left = await endLeftovers(paths.processes);
  await endNginxOf(paths.gateway);
  if (left.length > 0) {
    progress.note(progress.paint.yellow(`Ended what an earlier start had left running: ${left.join(", ")}.`));
  }
}

/**
 * @param {string} url
 * @param {import("./lib/progress.mjs").Step} step
 */
async function reachDatabase(url, step) {
  const client = await connectOrExplain(url);
  try {
    const { rows } = await client.query("SHOW server_version");
    step.detail(`your own, Postgres ${rows[0].server_version.split(" ")[0]}`);
  } finally {
    await client.end();
  }
}

/**
 * @param {StartSettings} settings
 * @param {Paths} paths
 * @param {import("./lib/run-until-stopped.mjs").Lifetime} lifetime
 * @param {Supervisor} supervisor
 * @returns {Promise<{ url: string }>}
 */
async function prepareDatabase(settings, paths, lifetime, supervisor) {
  return progress.step(settings.databaseUrl === undefined ? "Database" : "Database schema", async (step) => {
    let url = settings.databaseUrl;
    if (url === undefined) {
      step.detail("starting the embedded Postgres");
      url = await keepPostgresRunning({ directory: paths.postgres, supervisor, lifetime });
    }
    const { applied } = await migrate(url);
    const changes =
      applied.length === 0 ? "up to date" : `${applied.length} migration${applied.length === 1 ? "" : "s"} applied`;
    step.detail(settings.databaseUrl === undefined ? `embedded Postgres 18, ${changes}` : changes);
    return { url };
  });
}

/** @param {{ supervisor: Supervisor, paths: Paths, settings: StartSettings, environment: NodeJS.ProcessEnv }} options */
async function startPortal({ supervisor, paths, settings, environment }) {
  await progress.step("Portal", async (step) => {
    const program = supervisor.start({
      name: "portal",
      file: process.execPath,
      parameters: [
        inRoot("node_modules", "next", "dist", "bin", "next"),
        "start",
        "-p",
        String(settings.port),
        "-H",
        settings.host,
      ],
      env: environment,
      logFile: paths.log("portal"),
      graceMs: 8000,
    });
    await waitForAnswer(program, {
      url: `${settings.localUrl}/api/v1/openapi.json`,
      isReady: (status) => status === 200,
      timeoutMs: 60_000,
      logFile: paths.log("portal"),
    });
    step.detail(settings.publicUrl);
  });
}

function version() {
  return JSON.parse(readFileSync(inRoot("package.json"), "utf8")).version;
}
