import "server-only";
import type { Me, Membership, Role, User } from "@/lib/api-schemas";
import { etagOf } from "@/lib/http/etag";
import { canPublish, canReadOperations, hasRole, isAdmin, type Actor } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";

export const userSelection = {
  id: true,
  publicId: true,
  name: true,
  email: true,
  disabledAt: true,
  lastSignInAt: true,
  createdAt: true,
  changeCount: true,
  memberships: {
    orderBy: [{ teamId: "asc" }, { role: "asc" }],
    select: { role: true, team: { select: { slug: true, name: true, personal: true } } },
  },
} as const satisfies Prisma.UserSelect;

export type UserRow = Prisma.UserGetPayload<{ select: typeof userSelection }>;

export function renderUser(row: UserRow): User {
  const memberships = new Map<string, Membership>();
  for (const { role, team } of row.memberships) {
    const membership = memberships.get(team.slug) ?? {
      team: team.slug,
      teamName: team.name,
      personal: team.personal,
      roles: [],
    };
    membership.roles.push(role);
    memberships.set(team.slug, membership);
  }
  return {
    id: row.publicId,
    name: row.name,
    email: row.email,
    memberships: [...memberships.values()],
    disabled: row.disabledAt !== null,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    etag: etagOf(row),
  };
}

export function renderMe(row: UserRow, actor: Actor): Me {
  return {
    ...renderUser(row),
    roles: [...new Set(actor.memberships.map(({ role }): Role => role))],
    can: {
      admin: isAdmin(actor),
      manageApis: hasRole(actor, "admin", "owner"),
      manageApplications: hasRole(actor, "admin", "consumer"),
      readOperations: canReadOperations(actor),
      publish: canPublish(actor),
    },
  };
}
