import "server-only";
import type { Api, CreateApi } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { taken } from "@/lib/errors";
import type { Context } from "@/lib/permissions";
import { chooseTeam } from "@/lib/teams/choose-team";
import { apiSelection, renderApi } from "./render-api";

/** @throws ApiError forbidden, taken, invalid_request */
export async function createApi(
  context: Context,
  input: CreateApi,
  { demo = false }: { readonly demo?: boolean } = {},
): Promise<Api> {
  const team = await chooseTeam(context.actor, "owner", input.team);
  return change(context, async (transaction) => {
    if ((await transaction.api.count({ where: { slug: input.slug } })) > 0) {
      throw taken(`There is an API "${input.slug}" already.`, "/slug");
    }
    const row = await transaction.api.create({
      data: {
        slug: input.slug,
        name: input.name,
        description: input.description ?? "",
        visibility: input.visibility ?? "public",
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
