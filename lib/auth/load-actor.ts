import "server-only";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import type { Actor } from "@/lib/permissions";

const userSelection = {
  id: true,
  publicId: true,
  name: true,
  email: true,
  disabledAt: true,
  sessionGeneration: true,
  memberships: { select: { role: true, team: { select: { id: true, slug: true, personal: true } } } },
} as const;

type UserRow = Awaited<ReturnType<typeof findUser>>;

function findUser(publicId: string) {
  return database().user.findUnique({ where: { publicId }, select: userSelection });
}

/**
 * The person of a session.
 * @param sessionGeneration of the session: a changed password ends the ones before
 */
export async function loadSessionActor(publicId: string, sessionGeneration: number): Promise<Actor | undefined> {
  const user = await findUser(publicId);
  return user !== null && user.sessionGeneration === sessionGeneration ? toActor(user) : undefined;
}

/** The person of a personal access token; undefined when it is unknown, expired, or the person is disabled. */
export async function loadTokenActor(token: string): Promise<Actor | undefined> {
  const row = await database().personalAccessToken.findUnique({
    where: { hash: sha256Hex(token) },
    select: { id: true, expiresAt: true, lastUsedAt: true, user: { select: userSelection } },
  });
  const now = Date.now();
  if (row === null || (row.expiresAt !== null && row.expiresAt.getTime() <= now)) {
    return undefined;
  }
  if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() > 60_000) {
    await database().personalAccessToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
  }
  return toActor(row.user);
}

function toActor(user: NonNullable<UserRow>): Actor | undefined {
  if (user.disabledAt !== null) {
    return undefined;
  }
  return {
    userId: user.id,
    id: user.publicId,
    name: user.name,
    email: user.email,
    memberships: user.memberships.map(({ role, team }) => ({
      teamId: team.id,
      team: team.slug,
      personal: team.personal,
      role,
    })),
  };
}
