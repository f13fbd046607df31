import "server-only";
import type { CreateTeam, Page, Role, Team } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { ApiError, notFound, taken } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch, etagOf } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import { findUser } from "@/lib/people/manage-users";
import { canReadOperations, isAdmin, requirePermission, teamsOf, type Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { refuseLastAdmin } from "./refuse-last-admin";

const ADMINS_ONLY = "Only admins may change teams.";

const teamSelection = {
  id: true,
  slug: true,
  name: true,
  personal: true,
  demo: true,
  createdAt: true,
  changeCount: true,
  memberships: {
    orderBy: [{ userId: "asc" }, { role: "asc" }],
    select: { role: true, user: { select: { publicId: true, name: true, email: true } } },
  },
  _count: { select: { apis: true, products: true, applications: { where: { removedAt: null } } } },
} as const satisfies Prisma.TeamSelect;

type TeamRow = Prisma.TeamGetPayload<{ select: typeof teamSelection }>;

/** The caller's teams; admins and ops see all. */
export async function listTeams({ actor }: Context): Promise<Page<Team>> {
  const rows = await database().team.findMany({
    where: canReadOperations(actor) ? {} : { id: { in: teamsOf(actor) } },
    orderBy: [{ personal: "asc" }, { name: "asc" }],
    select: teamSelection,
  });
  return wholePage(rows.map(renderTeam));
}

/** @throws ApiError not_found */
export async function getTeam({ actor }: Context, slug: string): Promise<Team> {
  const row = await findTeam(slug);
  if (!canReadOperations(actor) && !teamsOf(actor).includes(row.id)) {
    throw notFound("team", slug);
  }
  return renderTeam(row);
}

/** @throws ApiError forbidden, taken */
export async function checkNewTeam({ actor }: Context, { slug }: Partial<CreateTeam>): Promise<void> {
  requirePermission(isAdmin(actor), ADMINS_ONLY);
  if (slug !== undefined && (await database().team.count({ where: { slug } })) > 0) {
    throw taken(`There is a team "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError forbidden, taken */
export async function createTeam(context: Context, input: CreateTeam): Promise<Team> {
  await checkNewTeam(context, input);
  return change(context, async (transaction) => {
    const row = await transaction.team.create({ data: input, select: teamSelection });
    return { result: renderTeam(row), audit: audit("team.create", row, `Created team ${row.name}`) };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed */
export async function updateTeam(
  context: Context,
  slug: string,
  input: { readonly name: string },
  ifMatch: string | undefined,
): Promise<Team> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const { id } = await findTeam(slug);
  return change(context, async (transaction) => {
    await lockRow(transaction, "team", id);
    checkIfMatch(ifMatch, await findTeam(slug, transaction));
    const row = await transaction.team.update({
      where: { id },
      data: { name: input.name, changeCount: { increment: 1 } },
      select: teamSelection,
    });
    return { result: renderTeam(row), audit: audit("team.update", row, `Renamed team ${slug} to ${row.name}`) };
  });
}

/** @throws ApiError forbidden, not_found, precondition_failed, in_use while it owns something */
export async function removeTeam(context: Context, slug: string, ifMatch: string | undefined): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const { id } = await findTeam(slug);
  await change(context, async (transaction) => {
    await lockRow(transaction, "team", id);
    const row = await findTeam(slug, transaction);
    checkIfMatch(ifMatch, row);
    // Removed applications too: their rows keep their team.
    const applications = await transaction.application.count({ where: { teamId: id } });
    if (row._count.apis + row._count.products + applications > 0) {
      throw new ApiError("in_use", "The team owns APIs, products or applications, or did so. It has to stay.");
    }
    await refuseLastAdmin(transaction, { teamId: { not: id } });
    await transaction.team.delete({ where: { id }, select: { id: true } });
    return { result: undefined, audit: audit("team.remove", row, `Removed team ${row.name}`) };
  });
}

/** Makes a person's roles in a team exactly these. @throws ApiError forbidden, not_found, state_conflict for the last admin */
export async function setMember(context: Context, slug: string, userId: string, roles: readonly Role[]): Promise<Team> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const team = await findTeam(slug);
  const user = await findUser(userId);
  return change(context, async (transaction) => {
    await lockRow(transaction, "team", team.id);
    await transaction.membership.deleteMany({ where: { teamId: team.id, userId: user.id } });
    await transaction.membership.createMany({
      data: [...new Set(roles)].map((role) => ({ teamId: team.id, userId: user.id, role })),
    });
    await refuseLastAdmin(transaction);
    return {
      result: renderTeam(await findTeam(slug, transaction)),
      audit: audit("team.set-member", team, `Made ${user.name} ${roles.join(", ")} of ${team.name}`, { userId, roles }),
    };
  });
}

/** @throws ApiError forbidden, not_found, state_conflict for the last admin */
export async function removeMember(context: Context, slug: string, userId: string): Promise<void> {
  requirePermission(isAdmin(context.actor), ADMINS_ONLY);
  const team = await findTeam(slug);
  const user = await findUser(userId);
  await change(context, async (transaction) => {
    await lockRow(transaction, "team", team.id);
    const { count } = await transaction.membership.deleteMany({ where: { teamId: team.id, userId: user.id } });
    if (count === 0) {
      throw notFound("member", userId);
    }
    await refuseLastAdmin(transaction);
    return {
      result: undefined,
      audit: audit("team.remove-member", team, `Removed ${user.name} from ${team.name}`, { userId }),
    };
  });
}

async function findTeam(slug: string, db: Transaction = database()): Promise<TeamRow> {
  const row = await db.team.findUnique({ where: { slug }, select: teamSelection });
  if (row === null) {
    throw notFound("team", slug);
  }
  return row;
}

function audit(
  action: string,
  team: { readonly id: number; readonly slug: string },
  summary: string,
  details: Record<string, unknown> = {},
) {
  return { action, entityType: "team", entityId: team.slug, teamId: team.id, summary, details };
}

function renderTeam(row: TeamRow): Team {
  const members = new Map<string, Team["members"][number]>();
  for (const { role, user } of row.memberships) {
    const member = members.get(user.publicId) ?? { id: user.publicId, name: user.name, email: user.email, roles: [] };
    member.roles.push(role);
    members.set(user.publicId, member);
  }
  return {
    slug: row.slug,
    name: row.name,
    personal: row.personal,
    demo: row.demo,
    members: [...members.values()],
    apis: row._count.apis,
    products: row._count.products,
    applications: row._count.applications,
    createdAt: row.createdAt.toISOString(),
    etag: etagOf(row),
  };
}
