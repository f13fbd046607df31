import "server-only";
import type { Node } from "@/lib/api-schemas";
import type { Prisma } from "@/prisma/client/client";

/** Agents send a heartbeat every two seconds; five missed ones count as gone. */
export const OFFLINE_AFTER_MS = 10_000;

export const nodeSelection = {
  id: true,
  publicId: true,
  name: true,
  version: true,
  enrolledAt: true,
  retiredAt: true,
  startedAt: true,
  lastHeartbeatAt: true,
  workersExpected: true,
  workersReady: true,
  activeRelease: true,
  activatedAt: true,
  activationMs: true,
  credentialCursor: true,
  spooledBatches: true,
  droppedRequests: true,
  problems: true,
  gateway: { select: { slug: true, environment: { select: { slug: true } } } },
} as const satisfies Prisma.NodeSelect;

export type NodeRow = Prisma.NodeGetPayload<{ select: typeof nodeSelection }>;

export interface NodeProblem {
  readonly code: string;
  readonly message: string;
  readonly release: number | null;
}

/** Whether a node was heard of lately enough to be counted on. */
export function isOnline(node: { readonly lastHeartbeatAt: Date | null; readonly retiredAt: Date | null }): boolean {
  return (
    node.retiredAt === null &&
    node.lastHeartbeatAt !== null &&
    Date.now() - node.lastHeartbeatAt.getTime() < OFFLINE_AFTER_MS
  );
}

/** @param newestCredential sequence of the newest entry of the credential log */
export function renderNode(row: NodeRow, newestCredential: number): Node {
  return {
    id: row.publicId,
    name: row.name,
    gateway: row.gateway.slug,
    environment: row.gateway.environment.slug,
    state: stateOf(row),
    version: row.version,
    enrolledAt: row.enrolledAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    lastHeartbeatAt: row.lastHeartbeatAt?.toISOString() ?? null,
    workersReady: row.workersReady,
    workersExpected: row.workersExpected,
    release: row.activeRelease,
    activatedAt: row.activatedAt?.toISOString() ?? null,
    activationMs: row.activationMs,
    credentialLag: Math.max(0, newestCredential - Number(row.credentialCursor)),
    spooledBatches: row.spooledBatches,
    droppedRequests: Number(row.droppedRequests),
    problems: nodeProblems(row),
  };
}

/** Checked by the heartbeat's schema before they were stored. */
export function nodeProblems(row: { readonly problems: Prisma.JsonValue }): NodeProblem[] {
  return row.problems as unknown as NodeProblem[];
}

function stateOf(row: NodeRow): Node["state"] {
  if (row.retiredAt !== null) {
    return "retired";
  }
  if (!isOnline(row)) {
    return "offline";
  }
  const ready = row.activeRelease !== null && row.workersExpected > 0 && row.workersReady >= row.workersExpected;
  return ready ? "ready" : "starting";
}
