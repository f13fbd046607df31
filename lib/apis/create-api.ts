import "server-only";
import type { Api, CreateApi } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database } from "@/lib/database";
import { taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import type { Context } from "@/lib/permissions";
import { chooseTeam } from "@/lib/teams/choose-team";
import { apiSelection, renderApi } from "./render-api";

/**
 * Whether an API could be created, as far as the given fields tell.
 * @returns the team that would own it
 * @throws ApiError forbidden, taken, invalid_request
 */
export async function checkNewApi({ actor }: Context, input: Partial<CreateApi>) {
  const [team] = await gather(
    () => chooseTeam(actor, "owner", input.team),
    () => refuseTaken(input.slug),
  );
  return team;
}

async function refuseTaken(slug: string | undefined): Promise<void> {
  if (slug !== undefined && (await database().api.count({ where: { slug } })) > 0) {
    throw taken(`There is an API "${slug}" already.`, "/slug");
  }
}

/** @throws ApiError forbidden, taken, invalid_request */
export async function createApi(
  context: Context,
  input: CreateApi,
  { demo = false }: { readonly demo?: boolean } = {},
): Promise<Api> {
  const team = await checkNewApi(context, input);
  return change(context, async (transaction) => {
    const row = await transaction.api.create({
      data: {
        slug: input.slug,
        name: input.name,
        description: input.description ?? "",
        visibility: input.visibility ?? "public",
        ...(input.versioning !== undefined && { versioning: input.versioning }),
        teamId: team.id,
        demo,
      },
      select: apiSelection,
    });
    return {
      result: renderApi(row, context.actor, new Map()),
      audit: {
        action: "api.create",
        entityType: "api",
        entityId: row.slug,
        teamId: team.id,
        summary: `Created API ${row.name}`,
        details: { ...input },
      },
    };
  });
}
