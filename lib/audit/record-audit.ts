import "server-only";
import { type Prisma } from "@/prisma/client/client";
import type { Transaction } from "@/lib/database";
import type { Context } from "@/lib/permissions";

export interface AuditRecord {
  /** "api.create" */
  readonly action: string;
  readonly entityType: string;
  /** Public id or path: "orders", "orders/v1". */
  readonly entityId: string;
  readonly teamId?: number | undefined;
  /** One sentence without the actor: "Created API Orders". */
  readonly summary: string;
  /** Never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Writes the audit log in the transaction of the change it tells of: neither is there without the other. */
export async function recordAudit(transaction: Transaction, context: Context, record: AuditRecord): Promise<void> {
  await transaction.auditEntry.create({
    data: {
      actorId: context.actor.userId,
      actorName: context.actor.name,
      action: record.action,
      entityType: record.entityType,
      entityId: record.entityId,
      teamId: record.teamId ?? null,
      summary: record.summary,
      details: (record.details ?? {}) as Prisma.InputJsonObject,
      requestId: context.requestId,
    },
    select: { id: true },
  });
}
