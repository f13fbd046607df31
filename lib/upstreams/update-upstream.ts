import "server-only";
import type { UpdateUpstream, Upstream } from "@/lib/api-schemas";
import { findEditableApi, findVersion } from "@/lib/apis/find-api";
import { renderUpstream, upstreamSelection } from "@/lib/apis/render-api";
import { change, refuseEmptyChange } from "@/lib/change";
import { database } from "@/lib/database";
import { checkIfMatch } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { requireAdminForCertificate } from "./require-admin-for-certificate";
import { refuseUnservable } from "./refuse-unservable";
import { changeSettings, readStoredSettings } from "./stored-settings";
import { withDefaults } from "./target-defaults";

/** Takes effect with the next release. @throws ApiError not_found, forbidden, precondition_failed, invalid_request */
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
  const { targets, connectTimeoutMs, sendTimeoutMs, readTimeoutMs, ...changed } = input;
  return change(context, async (transaction) => {
    await lockRow(transaction, "upstream", id);
    const before = await transaction.upstream.findUniqueOrThrow({ where: { id }, select: upstreamSelection });
    checkIfMatch(ifMatch, before);
    const stored = readStoredSettings(before.settings);
    const settings = changeSettings(stored, changed);
    requireAdminForCertificate(context, stored, settings);
    refuseUnservable({ targets: (targets ?? before.targets).map(withDefaults), settings }, "");
    if (targets !== undefined) {
      await transaction.upstreamTarget.deleteMany({ where: { upstreamId: id } });
      await transaction.upstreamTarget.createMany({
        data: targets.map((target, position) => ({ upstreamId: id, position, ...withDefaults(target) })),
      });
    }
    const row = await transaction.upstream.update({
      where: { id },
      data: { connectTimeoutMs, sendTimeoutMs, readTimeoutMs, settings, changeCount: { increment: 1 } },
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
