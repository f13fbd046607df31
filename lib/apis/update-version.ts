import "server-only";
import type { ApiVersion, UpdateApiVersion } from "@/lib/api-schemas";
import { change, refuseEmptyChange } from "@/lib/change";
import { checkIfMatch } from "@/lib/http/etag";
import type { Transaction } from "@/lib/database";
import { lockRow } from "@/lib/lock-row";
import type { Actor, Context } from "@/lib/permissions";
import { lockBasePaths, refuseBasePath } from "./base-path";
import { findEditableApi, findVersion, type ApiIdentity, type VersionIdentity } from "./find-api";
import { renderVersion } from "./get-version";

/** @throws ApiError not_found, forbidden, taken */
export async function checkVersionChange({ actor }: Context, slug: string, version: string, input: UpdateApiVersion) {
  const api = await findEditableApi(actor, slug);
  const before = await findVersion(api, version);
  await refuseRival(actor, api, before, input);
  return { api, id: before.id };
}

/** Takes effect with the next release. @throws ApiError not_found, forbidden, precondition_failed, taken */
export async function updateVersion(
  context: Context,
  slug: string,
  version: string,
  input: UpdateApiVersion,
  ifMatch: string | undefined,
): Promise<ApiVersion> {
  refuseEmptyChange(input);
  const { api, id } = await checkVersionChange(context, slug, version, input);
  await change(context, async (transaction) => {
    await lockRow(transaction, "api_version", id);
    const before = await findVersion(api, version, transaction);
    checkIfMatch(ifMatch, before);
    if (input.basePath !== undefined || input.routing !== undefined) {
      await lockBasePaths(transaction);
    }
    // How the versions are told apart may have changed meanwhile.
    const current = await findEditableApi(context.actor, slug, transaction);
    await refuseRival(context.actor, current, before, input, transaction);
    await transaction.apiVersion.update({
      where: { id },
      data: {
        basePath: input.basePath,
        routing: input.routing,
        lifecycle: input.lifecycle,
        changeCount: { increment: 1 },
      },
      select: { id: true },
    });
    return {
      result: undefined,
      audit: {
        action: "version.update",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Changed ${api.name} ${version}`,
        details: { version, ...input },
      },
    };
  });
  return renderVersion(context.actor, api, id);
}

/** Only what changes where requests find the version can stand in another's way. */
async function refuseRival(
  actor: Actor,
  api: ApiIdentity,
  before: VersionIdentity,
  { basePath = before.basePath, routing = before.routing }: UpdateApiVersion,
  db?: Transaction,
): Promise<void> {
  if (basePath !== before.basePath || routing !== before.routing) {
    const planned = { version: before.version, basePath, routing };
    await refuseBasePath(actor, api, planned, { ownId: before.id, ...(db !== undefined && { db }) });
  }
}
