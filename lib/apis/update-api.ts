import "server-only";
import type { Api, UpdateApi } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { readServedVersions } from "@/lib/releases/served-versions";
import { chooseTeam } from "@/lib/teams/choose-team";
import { findEditableApi } from "./find-api";
import { apiSelection, renderApi } from "./render-api";

/** @throws ApiError not_found, forbidden, precondition_failed, invalid_request */
export async function updateApi(
  context: Context,
  slug: string,
  input: UpdateApi,
  ifMatch: string | undefined,
): Promise<Api> {
  const { id } = await findEditableApi(context.actor, slug);
  const team = input.team === undefined ? undefined : await chooseTeam(context.actor, "owner", input.team);
  const served = await readServedVersions();
  return change(context, async (transaction) => {
    await lockRow(transaction, "api", id);
    const before = await findEditableApi(context.actor, slug, transaction);
    checkIfMatch(ifMatch, before);
    const row = await transaction.api.update({
      where: { id },
      data: {
        name: input.name,
        description: input.description,
        visibility: input.visibility,
        teamId: team?.id,
        changeCount: { increment: 1 },
      },
      select: apiSelection,
    });
    return {
      result: renderApi(row, context.actor, served),
      audit: {
        action: "api.update",
        entityType: "api",
        entityId: slug,
        teamId: row.teamId,
        summary: `Changed API ${row.name}`,
        details: { ...input },
      },
    };
  });
}
