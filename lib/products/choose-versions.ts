import "server-only";
import type { ProblemItem } from "@/lib/api-schemas/common";
import { database } from "@/lib/database";
import { invalid } from "@/lib/errors";
import { canEditApisOf, canReadApi, type Actor } from "@/lib/permissions";

/**
 * The ids of the API versions that a product is to offer. An owner can offer only what the own teams own: otherwise anybody could sell
 * somebody else's API.
 * @throws ApiError invalid_request naming each version that is unknown, foreign or given twice
 */
export async function chooseVersions(
  actor: Actor,
  wanted: readonly { readonly api: string; readonly version: string }[],
): Promise<number[]> {
  const rows = await database().apiVersion.findMany({
    where: { OR: wanted.map(({ api, version }) => ({ version, api: { slug: api } })) },
    select: { id: true, version: true, api: { select: { slug: true, teamId: true, visibility: true } } },
  });
  const problems: ProblemItem[] = [];
  const ids: number[] = [];
  wanted.forEach(({ api, version }, index) => {
    const row = rows.find((candidate) => candidate.api.slug === api && candidate.version === version);
    const place = `/versions/${index}`;
    if (row === undefined || !canReadApi(actor, row.api)) {
      problems.push({ code: "unknown_value", message: `There is no version "${version}" of an API "${api}".`, place });
    } else if (!canEditApisOf(actor, row.api.teamId)) {
      problems.push({ code: "forbidden", message: `Only owners of ${api}'s team may offer it.`, place });
    } else if (ids.includes(row.id)) {
      problems.push({ code: "duplicate", message: `${api} ${version} is in the list twice.`, place });
    } else {
      ids.push(row.id);
    }
  });
  if (problems.length > 0) {
    throw invalid(problems);
  }
  return ids;
}
