import packageJson from "../../package.json" with { type: "json" };
import { POLICY_NAMES } from "../policies/index";
import { GatewayAgent } from "./agent";
import type { ControlPlane } from "./control-plane/client";
import type { Identity } from "./control-plane/identity";
import type { NodeSettings } from "./env";
import type { Logger } from "./log";
import { TELEMETRY_FORMAT } from "./meters/telemetry-format";
import { LogFollower } from "./nginx/follow-log";
import { createSupervisor } from "./nginx/create-supervisor";
import { Problems } from "./problems";
import { REQUEST_LOG_FORMAT } from "./requests/request-log-format";
import { Spool } from "./spool/spool";
import { gatherStatus } from "./status/gather-status";
import { renderMetrics } from "./status/metrics";
import { openStatusServer } from "./status/status-server";
import { ControlFile } from "./state/control-file";
import { openStateDirectory, type StateDirectory } from "./state/directory";
import { StopSignal } from "./stop-signal";
import { readUpstreamAuthorities } from "./upstreams/upstream-authorities";

export const { version } = packageJson;

/** Who gives the node its releases, and whose they are. */
export interface NodeConnection {
  readonly client: ControlPlane;
  readonly identity: Pick<Identity, "publicKey" | "environment">;
  /** Whether there is no control plane. */
  readonly isAlone: boolean;
}

export interface ConnectParts {
  readonly state: StateDirectory;
  readonly problems: Problems;
  readonly signal: AbortSignal;
}

/**
 * A node's life: it brings releases and credentials to the workers, and takes their counts away, until it is asked to stop.
 * @throws StartError
 */
export async function runNode(
  settings: NodeSettings,
  logger: Logger,
  connect: (parts: ConnectParts) => Promise<NodeConnection>,
): Promise<void> {
  const upstreamAuthorities = readUpstreamAuthorities(settings.upstreamCaFile);
  const stop = new StopSignal(logger);
  const state = openStateDirectory(settings.stateDirectory);
  const problems = new Problems();

  // The socket first: it is also the lock that keeps a second agent off this directory.
  let metrics = () => Promise.resolve("");
  const statusServer = await openStatusServer(state.socket, () => metrics());

  const control = new ControlFile(state.control);
  const { client, identity, isAlone } = await connect({ state, problems, signal: stop.signal });

  const spool = await Spool.open({
    format: TELEMETRY_FORMAT,
    directory: state.spool,
    maxBytes: settings.spoolMaxBytes,
    logger,
  });
  const requestSpool = await Spool.open({
    format: REQUEST_LOG_FORMAT,
    directory: state.requestSpool,
    maxBytes: settings.requestSpoolMaxBytes,
    logger,
  });
  const agent = new GatewayAgent(
    {
      client,
      identity,
      isAlone,
      state,
      control,
      workers: settings.workers,
      hasTls: settings.tlsPort !== undefined,
      requestLogFileBytes: settings.requestLogFileBytes,
      dnsServers: settings.dnsServers,
      upstreamAuthorities,
      knownPolicies: new Set(POLICY_NAMES),
      version,
      problems,
      logger,
      onFatal: (error) => stop.fail(error),
    },
    spool,
    requestSpool,
  );
  // Before nginx: its workers then start with the release and are ready at once, with or without a control plane.
  await agent.startFromDisk();

  const nginxLog = new LogFollower(state.nginxLog, logger);
  const nginxLogTimer = setInterval(() => nginxLog.poll(), 200);
  const nginx = await createSupervisor({ settings, upstreamAuthorities, state, control, problems, logger });
  await nginx.start();
  const { environment } = identity;
  metrics = async () =>
    renderMetrics(await gatherStatus({ agent, environment, limitsFile: state.limits, nginx, problems, version }));

  agent.follow();
  logger.info(
    { gateway: `${settings.host}:${settings.port}`, status: `${settings.host}:${settings.statusPort}` },
    "gateway runs",
  );

  await stop.requested;
  await agent.settleRelease();
  await nginx.stop(settings.stopGraceSeconds);
  await agent.stop();
  clearInterval(nginxLogTimer);
  nginxLog.poll();
  statusServer.close();
  statusServer.closeAllConnections();
  await client.close();
  control.close();
}
