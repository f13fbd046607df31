import "server-only";
import type { ApiVersion, UpdateApiVersion } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { ApiError } from "@/lib/errors";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { basePathProblem, refuseEmptyChange } from "./create-version";
import { findEditableApi, findVersion } from "./find-api";
import { renderVersion } from "./get-version";

/** Takes effect with the next release. @throws ApiError not_found, forbidden, precondition_failed, taken */
export async function updateVersion(
  context: Context,
  slug: string,
  version: string,
  input: UpdateApiVersion,
  ifMatch: string | undefined,
): Promise<ApiVersion> {
  refuseEmptyChange(input);
  const api = await findEditableApi(context.actor, slug);
  const { id } = await findVersion(api, version);
  await change(context, async (transaction) => {
    await lockRow(transaction, "api_version", id);
    checkIfMatch(ifMatch, await findVersion(api, version, transaction));
    const problem = input.basePath === undefined ? undefined : await basePathProblem(transaction, input.basePath, id);
    if (problem !== undefined) {
      throw new ApiError("taken", problem.message, [problem]);
    }
    await transaction.apiVersion.update({
      where: { id },
      data: { basePath: input.basePath, lifecycle: input.lifecycle, changeCount: { increment: 1 } },
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
