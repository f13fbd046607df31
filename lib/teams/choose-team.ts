import "server-only";
import type { Role } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { ApiError, invalid } from "@/lib/errors";
import { isAdmin, type Actor } from "@/lib/permissions";

/**
 * The team that is to own something new.
 * @param slug as asked for; without it the actor's first shared team with the role, then a personal one
 * @throws ApiError invalid_request when there is no such team, forbidden when the actor lacks the role in it
 */
export async function chooseTeam(
  actor: Actor,
  role: Role,
  slug: string | undefined,
): Promise<{ id: number; slug: string }> {
  const held = actor.memberships.filter((membership) => membership.role === role);
  if (slug === undefined) {
    const own = held.find((membership) => !membership.personal) ?? held[0];
    if (own !== undefined) {
      return { id: own.teamId, slug: own.team };
    }
    const any = isAdmin(actor) ? actor.memberships[0] : undefined;
    if (any !== undefined && any.teamId !== 0) {
      return { id: any.teamId, slug: any.team };
    }
    throw new ApiError("forbidden", `You need the role ${role} in a team for this. An admin can give it to you.`);
  }
  const team = await database().team.findUnique({ where: { slug }, select: { id: true, slug: true } });
  if (team === null) {
    throw invalid([{ code: "unknown_value", message: `There is no team "${slug}".`, place: "/team" }]);
  }
  if (!isAdmin(actor) && !held.some((membership) => membership.teamId === team.id)) {
    throw new ApiError("forbidden", `You need the role ${role} in the team "${slug}" for this.`);
  }
  return team;
}
