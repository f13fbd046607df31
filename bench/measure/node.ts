import path from "node:path";
import { benchSnapshot, credentialsOf } from "../contenders/gatehouse";
import { NEVER_REACHED, type Row } from "../rows";
import { AgentProcess, buildPrograms } from "../../gateway/testing/agent-process";
import { FakeControlPlane } from "../../gateway/testing/fake-control-plane";
import { waitFor } from "../../gateway/testing/wait-for";
import { endWithUs, removeDirectory, removeWithUs } from "./leftovers";
import { memoryOf, processTree, type Memory } from "./processes";

const READY_MS = 180_000;

/** A node as it is installed: agent, nginx's master and a worker, fed over HTTP by a control plane. */
export interface NodeResult {
  readonly row: Row;
  /** From an empty disk to a worker that runs the release with every key. */
  readonly readySeconds: number;
  readonly agent: Memory;
  readonly nginx: Memory;
}

export async function measureNode(row: Row, upstreamPort: number): Promise<NodeResult> {
  const programs = await buildPrograms();
  removeWithUs(programs.directory);
  const controlPlane = await FakeControlPlane.start();
  controlPlane.pageSize = 10_000;
  controlPlane.publish(benchSnapshot(row, upstreamPort, NEVER_REACHED));
  controlPlane.putCredentials(credentialsOf(row));
  const agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "nginx",
      GATEHOUSE_GATEWAY_WORKERS: "1",
      GATEHOUSE_LUA_DIR: path.resolve(import.meta.dirname, "../../dist/gateway/lua"),
    },
  });
  removeWithUs(agent.stateDirectory);
  try {
    const start = performance.now();
    agent.start();
    const hasEnded = endWithUs(agent.pid);
    await waitFor("the node to have everything", () => hasEverything(agent, controlPlane), READY_MS);
    const readySeconds = (performance.now() - start) / 1000;
    const nginx = processTree(agent.nginxPid() ?? 0);
    const result = { row, readySeconds, agent: memoryOf([agent.pid]), nginx: memoryOf(nginx) };
    hasEnded();
    return result;
  } finally {
    await agent.dispose();
    await controlPlane.stop();
    removeDirectory(programs.directory);
  }
}

async function hasEverything(agent: AgentProcess, controlPlane: FakeControlPlane): Promise<boolean> {
  const last = controlPlane.heartbeats.at(-1);
  if (last?.release !== controlPlane.release || last?.credentialCursor !== controlPlane.credentials.at(-1)?.sequence) {
    return false;
  }
  return fetch(`http://127.0.0.1:${agent.statusPort}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
