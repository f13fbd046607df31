import "server-only";
import type { UpdateUpstream, Upstream } from "@/lib/api-schemas";
import { refuseEmptyChange } from "@/lib/apis/create-version";
import { findEditableApi, findVersion } from "@/lib/apis/find-api";
import { renderUpstream, upstreamSelection } from "@/lib/apis/render-api";
import { change } from "@/lib/change";
import { database } from "@/lib/database";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";

/** Takes effect with the next release. @throws ApiError not_found, forbidden, precondition_failed */
export async function updateUpstream(
  context: Context,
  slug: string,
  version: string,
  input: UpdateUpstream,
  ifMatch: string | undefined,
): Promise<Upstream> {
  refuseEmptyChange(input);
  const api = await findEditableApi(context.actor, slug);
  const { id: apiVersionId } = await findVersion(api, version);
  const { id } = await database().upstream.findUniqueOrThrow({ where: { apiVersionId }, select: { id: true } });
  const { targets, ...timeouts } = input;
  return change(context, async (transaction) => {
    await lockRow(transaction, "upstream", id);
    checkIfMatch(
      ifMatch,
      await transaction.upstream.findUniqueOrThrow({ where: { id }, select: { changeCount: true } }),
    );
    if (targets !== undefined) {
      await transaction.upstreamTarget.deleteMany({ where: { upstreamId: id } });
      await transaction.upstreamTarget.createMany({
        data: targets.map(({ url, weight }, position) => ({ upstreamId: id, position, url, weight: weight ?? 1 })),
      });
    }
    const row = await transaction.upstream.update({
      where: { id },
      data: { ...timeouts, changeCount: { increment: 1 } },
      select: upstreamSelection,
    });
    return {
      result: renderUpstream(row),
      audit: {
        action: "upstream.update",
        entityType: "api",
        entityId: slug,
        teamId: api.teamId,
        summary: `Changed the upstream of ${api.name} ${version}`,
        details: { version, ...input },
      },
    };
  });
}
