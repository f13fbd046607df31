import "server-only";
import { database, type Transaction } from "@/lib/database";
import { notFound } from "@/lib/errors";
import {
  canEditApplicationsOf,
  canReadApplicationsOf,
  canReadOperations,
  requirePermission,
  teamsWithRole,
  type Actor,
} from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export interface ApplicationIdentity {
  readonly id: number;
  readonly publicId: string;
  readonly name: string;
  readonly teamId: number;
  readonly changeCount: number;
}

/** The same rule as `canReadApplicationsOf`. */
export function visibleApplications(actor: Actor): Prisma.ApplicationWhereInput {
  return canReadOperations(actor) ? {} : { teamId: { in: teamsWithRole(actor, "consumer") } };
}

/** @throws ApiError not_found, also when the actor may not see it */
export async function findApplication(
  actor: Actor,
  id: string,
  db: Transaction = database(),
): Promise<ApplicationIdentity> {
  const row = await db.application.findUnique({
    where: { publicId: id },
    select: { id: true, publicId: true, name: true, teamId: true, changeCount: true, removedAt: true },
  });
  if (row === null || row.removedAt !== null || !canReadApplicationsOf(actor, row.teamId)) {
    throw notFound("application", id);
  }
  return row;
}

/** @throws ApiError not_found, forbidden */
export async function findEditableApplication(
  actor: Actor,
  id: string,
  db: Transaction = database(),
): Promise<ApplicationIdentity> {
  const application = await findApplication(actor, id, db);
  requirePermission(
    canEditApplicationsOf(actor, application.teamId),
    "Only members of the application's team with the role consumer may change it.",
  );
  return application;
}
