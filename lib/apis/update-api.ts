import "server-only";
import type { Api, UpdateApi } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { checkIfMatch } from "@/lib/http/etag";
import type { Transaction } from "@/lib/database";
import { lockRow } from "@/lib/lock-row";
import type { Actor, Context } from "@/lib/permissions";
import { readServedVersions } from "@/lib/releases/served-versions";
import { chooseTeam } from "@/lib/teams/choose-team";
import { lockBasePaths, refuseApiChange } from "./base-path";
import { findEditableApi, type ApiIdentity } from "./find-api";
import { apiSelection, renderApi } from "./render-api";

/** @throws ApiError not_found, forbidden, invalid_request, taken */
export async function checkApiChange({ actor }: Context, slug: string, input: UpdateApi) {
  const { id, ...before } = await findEditableApi(actor, slug);
  const team = input.team === undefined ? undefined : await chooseTeam(actor, "owner", input.team);
  await refuseRivals(actor, id, before, input, team);
  return { id, team };
}

/** @throws ApiError taken */
async function refuseRivals(
  actor: Actor,
  id: number,
  before: Pick<ApiIdentity, "teamId" | "versioning">,
  input: UpdateApi,
  team: { readonly id: number } | undefined,
  db?: Transaction,
): Promise<void> {
  const teamId = team?.id ?? before.teamId;
  if (input.versioning !== undefined) {
    await refuseApiChange(actor, id, { teamId, versioning: input.versioning }, "/versioning", db);
  } else if (team !== undefined) {
    await refuseApiChange(actor, id, { teamId, versioning: before.versioning }, "/team", db);
  }
}

/** @throws ApiError not_found, forbidden, precondition_failed, invalid_request, taken */
export async function updateApi(
  context: Context,
  slug: string,
  input: UpdateApi,
  ifMatch: string | undefined,
): Promise<Api> {
  const { id, team } = await checkApiChange(context, slug, input);
  const served = await readServedVersions();
  return change(context, async (transaction) => {
    await lockRow(transaction, "api", id);
    const before = await findEditableApi(context.actor, slug, transaction);
    checkIfMatch(ifMatch, before);
    if (team !== undefined || input.versioning !== undefined) {
      await lockBasePaths(transaction);
      await refuseRivals(context.actor, id, before, input, team, transaction);
    }
    const row = await transaction.api.update({
      where: { id },
      data: {
        name: input.name,
        description: input.description,
        visibility: input.visibility,
        versioning: input.versioning,
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
