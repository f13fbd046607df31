import { execFileSync } from "node:child_process";
import type { Snapshot } from "../../gateway/compiler/snapshot";
import type { CredentialEntry } from "../../gateway/contract/credentials";
import { credentialFor } from "../../gateway/testing/snapshots";
import { TestNode } from "../../gateway/testing/test-node";
import { endWithUs, removeWithUs } from "../measure/leftovers";
import { MEASURED_CORE, pin, processTree } from "../measure/processes";
import { apiPath, benchKeys, ROUTES_PER_API, type Row } from "../rows";
import type { Contender, ContenderFactory, StartOptions } from "./contender";

/** A node as it runs: keys and metering are always there, and limits belong to plans, so a limit comes with a key. */
export const gatehouse: ContenderFactory = {
  name: "Gatehouse",
  version: () => execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
  obstacle: () => undefined,
  leavesOut: (row) => (row.meters ? undefined : row.limits ? "more: key, metering" : "more: metering"),
  canBeWrapped: true,
  start: async (options) => (await startGatehouse(options)).contender,
};

/** With the node, for what more can be asked of it. */
export async function startGatehouse({ row, upstreamPort, quota, wrapper }: StartOptions): Promise<{
  contender: Contender;
  node: TestNode;
}> {
  const node = await TestNode.start({ workers: 1 }, wrapper);
  const hasEnded = endWithUs(node.nginxPid);
  removeWithUs(node.stateDirectory);
  const stop = async () => {
    await node.stop();
    hasEnded();
  };
  try {
    await node.publish(benchSnapshot(row, upstreamPort, quota));
    await node.putAllCredentials(credentialsOf(row));
    for (const pid of processTree(node.nginxPid)) {
      pin(pid, MEASURED_CORE);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const contender: Contender = {
    name: gatehouse.name,
    port: node.settings.port,
    pids: () => processTree(node.nginxPid),
    ...(row.meters && { countRecords: () => node.usage().reduce((sum, { requests }) => sum + requests, 0) }),
    stop,
  };
  return { contender, node };
}

/** Every key has an application and a subscription of its own. */
export function credentialsOf(row: Row): CredentialEntry[] {
  return benchKeys(row.keys).map((key, index) => entryOf(key, index + 1));
}

function entryOf(key: string, number: number): CredentialEntry {
  return credentialFor(key, {
    credential: number,
    application: number,
    subscriptions: [{ id: number, plan: 1 }],
  });
}

/** API versions of a hundred operations. @param revision changes the first API and nothing else */
export function benchSnapshot(row: Row, upstreamPort: number, quota: number, revision = 1): Snapshot {
  const apis = Math.ceil(row.routes / ROUTES_PER_API);
  const needsKey = row.checksKey || row.limits;
  return {
    environment: "production",
    portalUrl: "http://portal.test",
    apiVersions: Array.from({ length: apis }, (_unused, api) => ({
      id: api + 1,
      api: `api${api}`,
      version: "v1",
      basePath: apiPath(api),
      operations: Array.from({ length: Math.min(row.routes, ROUTES_PER_API) }, (_unusedToo, index) => ({
        id: api * ROUTES_PER_API + index + 1,
        key: `get${index}`,
        method: "GET",
        path: `/resources${index}/{id}`,
      })),
      policies: needsKey ? [] : [{ policy: "key-auth", config: {}, enabled: false }],
      upstream: {
        id: api + 1,
        targets: [{ url: `http://127.0.0.1:${upstreamPort}`, weight: 1 }],
        ...(api === 0 && { readTimeoutMs: 60_000 - revision }),
      },
    })),
    plans: [
      {
        id: 1,
        product: "bench",
        plan: "gold",
        apiVersionIds: Array.from({ length: apis }, (_unused, api) => api + 1),
        limits: row.limits
          ? [
              {
                id: 1,
                name: "per-minute",
                algorithm: "sliding-window",
                quota,
                windowSeconds: 60,
                scope: "subscription",
              },
            ]
          : [],
      },
    ],
  };
}
