import "server-only";
import type { AuditEntry, Page } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { makePage, readCursor } from "@/lib/http/cursor";
import { canReadOperations, hasRole, requirePermission, teamsWithRole, type Context } from "@/lib/permissions";

export interface ListAuditQuery {
  readonly entityType?: string | undefined;
  readonly entityId?: string | undefined;
  readonly actor?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. Admins and ops read all of it, owners what was done to things of their teams. @throws ApiError forbidden */
export async function listAudit({ actor }: Context, query: ListAuditQuery): Promise<Page<AuditEntry>> {
  requirePermission(hasRole(actor, "admin", "ops", "owner"), "The audit log is for owners, ops and admins.");
  const after = readCursor(query.cursor);
  const person =
    query.actor === undefined
      ? undefined
      : await database().user.findUnique({ where: { publicId: query.actor }, select: { id: true } });
  const rows = await database().auditEntry.findMany({
    where: {
      AND: [
        canReadOperations(actor) ? {} : { teamId: { in: teamsWithRole(actor, "owner") } },
        query.entityType === undefined ? {} : { entityType: query.entityType },
        query.entityId === undefined ? {} : { entityId: query.entityId },
        person === undefined ? {} : { actorId: person?.id ?? 0 },
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  const ids = [...new Set(rows.flatMap(({ actorId }) => (actorId === null ? [] : [actorId])))];
  const people = await database().user.findMany({
    where: { id: { in: ids } },
    select: { id: true, publicId: true, name: true },
  });
  return makePage(rows, query.limit, (row) => {
    const found = people.find(({ id }) => id === row.actorId);
    return {
      id: row.id,
      at: row.at.toISOString(),
      actor: found === undefined ? null : { id: found.publicId, name: found.name },
      actorName: row.actorName,
      action: row.action,
      entityType: row.entityType,
      entityId: row.entityId,
      summary: row.summary,
      details: row.details as Record<string, unknown>,
      requestId: row.requestId,
    };
  });
}
