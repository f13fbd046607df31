import type { GatewayAgent } from "../agent";
import type { NginxSupervisor } from "../nginx/supervisor";
import type { Problems } from "../problems";
import { readCounters } from "./read-counters";
import type { NodeStatus } from "./metrics";

export interface StatusSources {
  readonly agent: GatewayAgent;
  readonly environment: string;
  readonly limitsFile: string;
  readonly nginx: Pick<NginxSupervisor, "isRunning">;
  readonly problems: Problems;
  readonly version: string;
}

export async function gatherStatus(sources: StatusSources): Promise<NodeStatus> {
  const { agent, environment, limitsFile, nginx, problems, version } = sources;
  const counters = await readCounters(limitsFile);
  const { expected, ready } = agent.workers.summary();
  return {
    version,
    environment,
    release: agent.releases.activation?.release ?? null,
    activationMs: agent.releases.activation?.activationMs ?? null,
    workersExpected: expected,
    workersReady: ready,
    isNginxRunning: nginx.isRunning,
    credentialCursor: agent.credentials.cursor,
    credentialCount: agent.credentials.count,
    spooledBatches: agent.usage.spooledBatches,
    spooledBytes: agent.usage.spooledBytes,
    droppedRequests: agent.usage.dropped,
    requestRecords: agent.requestLog.recorded,
    requestRecordsDropped: agent.requestLog.dropped,
    requestBatchesSpooled: agent.requestLog.spooledBatches,
    problems: problems.list().map(({ code }) => code),
    counters,
    shadowedLimits: agent.releases.facts.flatMap(({ shadowedLimits = [] }) => shadowedLimits),
    certificates: agent.certificates.certificates,
    targets: agent.targets.targets,
    mirrors: agent.targets.mirrors,
    totals: agent.usage.totals,
  };
}
