import "server-only";
import type { Heartbeat, HeartbeatAnswer } from "@/gateway/contract/heartbeat";
import { database } from "@/lib/database";
import type { NodeIdentity } from "./authenticate-node";
import { readDesiredState } from "./desired-state";

/** Notes what a node says of itself, and when it took up a release. Not an audited change: nobody decided it. */
export async function recordHeartbeat(node: NodeIdentity, heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
  const activatedAt = heartbeat.activatedAt === null ? null : new Date(heartbeat.activatedAt);
  await database().node.update({
    where: { id: node.id },
    data: {
      version: heartbeat.version,
      startedAt: new Date(heartbeat.startedAt),
      lastHeartbeatAt: new Date(),
      workersExpected: heartbeat.workers.expected,
      workersReady: heartbeat.workers.ready,
      activeRelease: heartbeat.release,
      activatedAt,
      activationMs: heartbeat.activationMs,
      credentialCursor: BigInt(heartbeat.credentialCursor),
      spooledBatches: heartbeat.telemetry.spooledBatches,
      droppedRequests: BigInt(heartbeat.telemetry.droppedRequests),
      problems: heartbeat.problems,
    },
    select: { id: true },
  });
  if (heartbeat.release !== null && activatedAt !== null) {
    await recordActivation(node, heartbeat.release, activatedAt, heartbeat.activationMs ?? 0);
  }
  return readDesiredState(node.environmentId);
}

/** The first word about a release counts: a restarted node takes it up again, but has had it since before. */
async function recordActivation(node: NodeIdentity, number: number, at: Date, activationMs: number): Promise<void> {
  await database().$executeRaw`
    INSERT INTO "node_release" (node_id, release_id, activated_at, activation_ms)
    SELECT ${node.id}, id, ${at}, ${activationMs} FROM "release"
    WHERE environment_id = ${node.environmentId} AND number = ${number}
    ON CONFLICT (node_id, release_id) DO NOTHING`;
}
