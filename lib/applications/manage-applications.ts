import "server-only";
import type { Application, CreateApplication, Page, UpdateApplication } from "@/lib/api-schemas";
import { MAX_APPLICATIONS_PER_USER, refuseBeyond } from "@/lib/caps";
import { change, refuseEmptyChange } from "@/lib/change";
import { newId } from "@/lib/crypto/random-id";
import { database, type Transaction } from "@/lib/database";
import { makePage, readCursor } from "@/lib/http/cursor";
import { checkIfMatch, etagOf } from "@/lib/http/etag";
import { revokeCredentials } from "@/lib/keys/credential-log";
import { lockRow } from "@/lib/lock-row";
import { teamsWithRole, type Context } from "@/lib/permissions";
import { chooseTeam } from "@/lib/teams/choose-team";
import type { Prisma } from "@/prisma/client/client";
import { findApplication, findEditableApplication, visibleApplications } from "./find-application";

function applicationSelection() {
  return {
    id: true,
    publicId: true,
    name: true,
    description: true,
    demo: true,
    createdAt: true,
    updatedAt: true,
    changeCount: true,
    team: { select: { slug: true, name: true } },
    subscriptions: { where: { state: { in: ["active", "pending"] } }, select: { state: true } },
    _count: {
      select: {
        credentials: { where: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] } },
      },
    },
  } as const satisfies Prisma.ApplicationSelect;
}

type ApplicationRow = Prisma.ApplicationGetPayload<{ select: ReturnType<typeof applicationSelection> }>;

export interface ListApplicationsQuery {
  readonly search?: string | undefined;
  readonly mine?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export async function listApplications({ actor }: Context, query: ListApplicationsQuery): Promise<Page<Application>> {
  const after = readCursor(query.cursor);
  const rows = await database().application.findMany({
    where: {
      AND: [
        { removedAt: null },
        visibleApplications(actor),
        query.mine === true ? { teamId: { in: teamsWithRole(actor, "consumer") } } : {},
        query.search ? { name: { contains: query.search, mode: "insensitive" } } : {},
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: applicationSelection(),
  });
  return makePage(rows, query.limit, renderApplication);
}

/** @throws ApiError not_found */
export async function getApplication({ actor }: Context, publicId: string): Promise<Application> {
  const { id } = await findApplication(actor, publicId);
  const row = await database().application.findUniqueOrThrow({ where: { id }, select: applicationSelection() });
  return renderApplication(row);
}

/** @returns the team that would own it @throws ApiError forbidden, invalid_request */
export function checkNewApplication({ actor }: Context, input: Partial<CreateApplication>) {
  return chooseTeam(actor, "consumer", input.team);
}

/** @throws ApiError forbidden, invalid_request, cap_reached */
export async function createApplication(
  context: Context,
  input: CreateApplication,
  { demo = false }: { readonly demo?: boolean } = {},
): Promise<Application> {
  const team = await checkNewApplication(context, input);
  return change(context, async (transaction) => {
    await refuseTooMany(transaction, context.actor.userId);
    const row = await transaction.application.create({
      data: {
        publicId: newId("app"),
        name: input.name,
        description: input.description ?? "",
        teamId: team.id,
        demo,
        createdById: context.actor.userId,
      },
      select: applicationSelection(),
    });
    return {
      result: renderApplication(row),
      audit: {
        action: "application.create",
        entityType: "application",
        entityId: row.publicId,
        teamId: team.id,
        summary: `Created application ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** The system itself makes as many as it needs. */
async function refuseTooMany(transaction: Transaction, createdById: number | null): Promise<void> {
  if (createdById !== null) {
    await lockRow(transaction, "user", createdById);
    const count = await transaction.application.count({ where: { createdById, removedAt: null } });
    refuseBeyond(MAX_APPLICATIONS_PER_USER, count, "applications of yours", "Remove one first.");
  }
}

/** @throws ApiError not_found, forbidden, precondition_failed */
export async function updateApplication(
  context: Context,
  publicId: string,
  input: UpdateApplication,
  ifMatch: string | undefined,
): Promise<Application> {
  refuseEmptyChange(input);
  const { id, teamId } = await findEditableApplication(context.actor, publicId);
  return change(context, async (transaction) => {
    await lockRow(transaction, "application", id);
    checkIfMatch(ifMatch, await findEditableApplication(context.actor, publicId, transaction));
    const row = await transaction.application.update({
      where: { id },
      data: { name: input.name, description: input.description, changeCount: { increment: 1 } },
      select: applicationSelection(),
    });
    return {
      result: renderApplication(row),
      audit: {
        action: "application.update",
        entityType: "application",
        entityId: publicId,
        teamId,
        summary: `Changed application ${row.name}`,
        details: { ...input },
      },
    };
  });
}

/** Revokes its keys and closes its subscriptions. @throws ApiError not_found, forbidden, precondition_failed */
export async function removeApplication(
  context: Context,
  publicId: string,
  ifMatch: string | undefined,
): Promise<void> {
  const { id } = await findEditableApplication(context.actor, publicId);
  await change(context, async (transaction) => {
    await lockRow(transaction, "application", id);
    const application = await findEditableApplication(context.actor, publicId, transaction);
    checkIfMatch(ifMatch, application);
    await retireApplication(transaction, id);
    return {
      result: undefined,
      audit: {
        action: "application.remove",
        entityType: "application",
        entityId: publicId,
        teamId: application.teamId,
        summary: `Removed application ${application.name}`,
      },
    };
  });
}

/** The row stays: gateways must go on hearing that its keys are revoked. */
export async function retireApplication(transaction: Transaction, id: number): Promise<void> {
  await transaction.application.update({ where: { id }, data: { removedAt: new Date() }, select: { id: true } });
  await transaction.subscription.updateMany({
    where: { applicationId: id, state: { in: ["pending", "active", "paused"] } },
    data: { state: "closed", changeCount: { increment: 1 } },
  });
  await revokeCredentials(transaction, { applicationId: id });
}

function renderApplication(row: ApplicationRow): Application {
  return {
    id: row.publicId,
    name: row.name,
    description: row.description,
    team: row.team,
    demo: row.demo,
    keys: row._count.credentials,
    subscriptions: {
      active: row.subscriptions.filter(({ state }) => state === "active").length,
      pending: row.subscriptions.filter(({ state }) => state === "pending").length,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    etag: etagOf(row),
  };
}
