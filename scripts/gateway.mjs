// `npm run gateway`: a gateway alone, on a host of its own, for a control plane elsewhere.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { buildWhatIsStale, GATEWAY_BUILDS } from "./lib/builds.mjs";
import { dataPaths } from "./lib/child-environments.mjs";
import { lockDataDirectory } from "./lib/lock.mjs";
import { endNginxOf } from "./lib/nginx-leftovers.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { ensureNpmPackages } from "./lib/npm-packages.mjs";
import { requirePlainPaths, shown } from "./lib/paths.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { createProgress, endingWith } from "./lib/progress.mjs";
import { requireOwnData } from "./lib/require-writable.mjs";
import { runUntilStopped } from "./lib/run-until-stopped.mjs";
import { readGatewaySettings } from "./lib/settings.mjs";
import { gatewayPorts, startGateway } from "./lib/start-gateway.mjs";
import { createSupervisor, endLeftovers } from "./lib/supervisor.mjs";
import { installMissingTools, NGINX_WITH_LUA } from "./lib/system-packages.mjs";

/** A node that cannot reach its control plane at its first start keeps trying; whoever watches is told what it waits for. */
const FIRST_RELEASE_TIMEOUT_MS = 24 * 3600_000;

const terminal = createProgress();

await runUntilStopped(
  async (lifetime) => {
    requireNode();
    const settings = readGatewaySettings(process.env);
    const progress = endingWith(terminal, lifetime.signal);
    const paths = dataPaths(settings.dataDir);
    progress.write(`\n  ${progress.paint.bold("Gatehouse")} ${progress.paint.dim("gateway")}\n\n`);
    requirePlainPaths(settings.stateDir);
    requireOwnData(settings.dataDir);

    mkdirSync(paths.logs, { recursive: true });
    const lock = lockDataDirectory(settings.dataDir, shown(settings.dataDir));
    lifetime.onEnd(() => lock.release());
    await endLeftovers(paths.processes);
    await endNginxOf(settings.stateDir);
    await requireFreePorts(gatewayPorts(settings));
    await installMissingTools([NGINX_WITH_LUA], { progress, logFile: paths.log("packages") });
    await ensureNpmPackages({ progress, logFile: paths.log("npm") });
    await buildWhatIsStale(GATEWAY_BUILDS, { logFile: paths.log("build"), progress });

    const supervisor = createSupervisor({
      recordFile: paths.processes,
      say: (text) => progress.note(progress.paint.yellow(text)),
    });
    lifetime.onEnd(({ forced }) => supervisor.stopAll(forced));
    await progress.step("Gateway", async (step) => {
      await startGateway({
        supervisor,
        settings,
        logFile: paths.log("gateway"),
        timeoutMs: FIRST_RELEASE_TIMEOUT_MS,
        step,
      });
      step.detail(`listening on ${settings.gatewayHost}:${settings.gatewayPort}`);
    });
    progress.write(
      `\n  ${progress.paint.dim(`The log is ${shown(path.join(paths.logs, "gateway.log"))}. Ctrl-C stops the gateway.`)}\n\n`,
    );
  },
  {
    onStopping: () => terminal.write(`\n  ${terminal.paint.dim("Stopping …")}\n`),
    onStopped: (ms) => terminal.write(`  ${terminal.paint.dim(`Stopped after ${(ms / 1000).toFixed(1)} s.`)}\n\n`),
  },
);
