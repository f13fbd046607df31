import packageJson from "../../package.json" with { type: "json" };
import { POLICY_NAMES } from "../policies/index";
import { GatewayAgent } from "./agent";
import { ControlPlaneClient } from "./control-plane/client";
import { loadOrEnrol } from "./control-plane/identity";
import { readSettings, type AgentSettings } from "./env";
import { createLogger, describeError, type Logger } from "./log";
import { Spool } from "./meters/spool";
import { LogFollower } from "./nginx/follow-log";
import { createSupervisor } from "./nginx/create-supervisor";
import { Problems } from "./problems";
import { gatherStatus } from "./status/gather-status";
import { renderMetrics } from "./status/metrics";
import { openStatusServer } from "./status/status-server";
import { StartError } from "./start-error";
import { ControlFile } from "./state/control-file";
import { openStateDirectory } from "./state/directory";
import { StopSignal } from "./stop-signal";

const { version } = packageJson;

/** The process that runs beside nginx: it brings releases and credentials to the workers, and takes their counts to the control plane. */
async function main(settings: AgentSettings, logger: Logger): Promise<void> {
  const stop = new StopSignal(logger);
  const state = openStateDirectory(settings.stateDirectory);
  const problems = new Problems();

  // The socket first: it is also the lock that keeps a second agent off this directory.
  let metrics = () => "";
  const statusServer = await openStatusServer(state.socket, () => metrics());

  const client = new ControlPlaneClient(settings.controlPlaneUrl);
  const control = new ControlFile(state.control);
  const identity = await loadOrEnrol({
    client,
    file: state.identity,
    enrolToken: settings.enrolToken,
    nodeName: settings.nodeName,
    version,
    logger,
    signal: stop.signal,
  });
  client.authenticateAs(identity.token);

  const spool = await Spool.open({ directory: state.spool, maxBytes: settings.spoolMaxBytes, logger });
  const agent = new GatewayAgent(
    {
      client,
      identity,
      state,
      control,
      workers: settings.workers,
      spoolMaxBytes: settings.spoolMaxBytes,
      knownPolicies: new Set(POLICY_NAMES),
      version,
      problems,
      logger,
      onFatal: (error) => stop.fail(error),
    },
    spool,
  );
  // Before nginx: its workers then start with the release and are ready at once, with or without a control plane.
  await agent.startFromDisk();

  const nginxLog = new LogFollower(state.nginxLog, logger);
  const nginxLogTimer = setInterval(() => nginxLog.poll(), 200);
  const nginx = createSupervisor({ settings, state, control, problems, logger });
  await nginx.start();
  metrics = () =>
    renderMetrics(
      gatherStatus({ agent, environment: identity.environment, limitsFile: state.limits, nginx, problems, version }),
    );

  agent.follow();
  logger.info(
    { gateway: `${settings.host}:${settings.port}`, status: `${settings.host}:${settings.statusPort}` },
    "gateway runs",
  );

  await stop.requested;
  await nginx.stop(settings.stopGraceSeconds);
  await agent.stop();
  clearInterval(nginxLogTimer);
  nginxLog.poll();
  statusServer.close();
  statusServer.closeAllConnections();
  await client.close();
  control.close();
}

async function run(): Promise<void> {
  try {
    const settings = readSettings();
    await main(settings, createLogger(settings.logLevel));
    process.exit(0);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") {
      // Asked to stop while it still waited for the control plane to enrol it.
      process.exit(0);
    }
    process.stderr.write(`${error instanceof StartError ? error.message : describeError(error)}\n`);
    process.exit(1);
  }
}

await run();
