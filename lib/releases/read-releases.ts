import "server-only";
import type { Page, Release, ReleaseChanges, ReleaseNode, ReleaseSummary } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { notFound } from "@/lib/errors";
import { isOnline, nodeProblems } from "@/lib/gateways/render-node";
import { makePage, readCursor } from "@/lib/http/cursor";
import { readUserName, readUserNames } from "@/lib/people/user-names";
import { canReadReleases, requirePermission, type Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

const READERS_ONLY = "Releases are for owners, ops and admins.";

const releaseSelection = {
  id: true,
  number: true,
  note: true,
  changes: true,
  restoredFrom: true,
  createdById: true,
  createdAt: true,
  currentOf: { select: { id: true } },
} as const satisfies Prisma.ReleaseSelect;

type ReleaseRow = Prisma.ReleaseGetPayload<{ select: typeof releaseSelection }>;

const nodeSelection = {
  id: true,
  publicId: true,
  name: true,
  retiredAt: true,
  lastHeartbeatAt: true,
  activeRelease: true,
  problems: true,
  gateway: { select: { slug: true } },
} as const satisfies Prisma.NodeSelect;

type NodeRow = Prisma.NodeGetPayload<{ select: typeof nodeSelection }>;

/** Newest first. @throws ApiError forbidden, not_found */
export async function listReleases(
  { actor }: Context,
  slug: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<ReleaseSummary>> {
  requirePermission(canReadReleases(actor), READERS_ONLY);
  const environmentId = await findEnvironmentId(slug);
  const after = readCursor(query.cursor);
  const rows = await database().release.findMany({
    where: { environmentId, ...(after === undefined ? {} : { id: { lt: after } }) },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: releaseSelection,
  });
  const nodes = await readNodes(environmentId);
  const names = await readUserNames(rows.map(({ createdById }) => createdById));
  return makePage(rows, query.limit, (row) => renderSummary(row, slug, nodes, names.get(row.createdById ?? 0) ?? null));
}

/** Which nodes run it, since when. @throws ApiError forbidden, not_found */
export async function getRelease({ actor }: Context, slug: string, number: number): Promise<Release> {
  requirePermission(canReadReleases(actor), READERS_ONLY);
  const environmentId = await findEnvironmentId(slug);
  const row = await database().release.findUnique({
    where: { environmentId_number: { environmentId, number } },
    select: {
      ...releaseSelection,
      chunks: {
        orderBy: { position: "asc" },
        select: { name: true, sha256: true, chunk: { select: { kind: true, bytes: true } } },
      },
      nodes: { select: { nodeId: true, activatedAt: true, activationMs: true } },
    },
  });
  if (row === null) {
    throw notFound("release", String(number));
  }
  const nodes = await readNodes(environmentId);
  return {
    ...renderSummary(row, slug, nodes, await readUserName(row.createdById)),
    // Written by us from the same type.
    changes: row.changes as unknown as ReleaseChanges,
    chunks: row.chunks.map(({ name, sha256, chunk }) => ({ kind: chunk.kind, name, sha256, bytes: chunk.bytes })),
    nodes: nodes.map((node) =>
      renderNode(
        node,
        row,
        row.nodes.find(({ nodeId }) => nodeId === node.id),
      ),
    ),
  };
}

async function findEnvironmentId(slug: string): Promise<number> {
  const row = await database().environment.findUnique({ where: { slug }, select: { id: true } });
  if (row === null) {
    throw notFound("environment", slug);
  }
  return row.id;
}

function readNodes(environmentId: number): Promise<NodeRow[]> {
  return database().node.findMany({
    where: { gateway: { environmentId }, retiredAt: null },
    orderBy: { id: "asc" },
    select: nodeSelection,
  });
}

function renderSummary(
  row: ReleaseRow,
  environment: string,
  nodes: readonly NodeRow[],
  createdBy: string | null,
): ReleaseSummary {
  const online = nodes.filter(isOnline);
  return {
    environment,
    number: row.number,
    note: row.note,
    current: row.currentOf !== null,
    restoredFrom: row.restoredFrom,
    createdAt: row.createdAt.toISOString(),
    createdBy,
    summary: (row.changes as unknown as ReleaseChanges).summary,
    nodesRunning: online.filter(({ activeRelease }) => activeRelease === row.number).length,
    nodesExpected: online.length,
  };
}

function renderNode(
  node: NodeRow,
  release: ReleaseRow,
  taken: { readonly activatedAt: Date; readonly activationMs: number } | undefined,
): ReleaseNode {
  const problem = nodeProblems(node).find((candidate) => candidate.release === release.number);
  return {
    id: node.publicId,
    name: node.name,
    gateway: node.gateway.slug,
    state: stateOf(node, release.number, taken !== undefined, problem !== undefined),
    activatedAt: taken?.activatedAt.toISOString() ?? null,
    activationMs: taken?.activationMs ?? null,
    afterPublishMs: taken === undefined ? null : taken.activatedAt.getTime() - release.createdAt.getTime(),
    release: node.activeRelease,
    lastHeartbeatAt: node.lastHeartbeatAt?.toISOString() ?? null,
    problem: problem?.message ?? null,
  };
}

function stateOf(node: NodeRow, number: number, ranIt: boolean, refusedIt: boolean): ReleaseNode["state"] {
  if (!isOnline(node)) {
    return "offline";
  }
  if (node.activeRelease === number) {
    return "active";
  }
  if (refusedIt) {
    return "refused";
  }
  const newer = node.activeRelease !== null && node.activeRelease > number;
  return ranIt || newer ? "superseded" : "pending";
}
