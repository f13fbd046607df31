import "server-only";
import type { Api, Page } from "@/lib/api-schemas";
import { database } from "@/lib/database";
import { makePage, readCursor } from "@/lib/http/cursor";
import type { ReadContext } from "@/lib/permissions";
import { readServedVersions } from "@/lib/releases/served-versions";
import { editableApis, findApi, visibleApis } from "./find-api";
import { apiSelection, renderApi } from "./render-api";

export interface ListApisQuery {
  readonly search?: string | undefined;
  readonly editable?: boolean | undefined;
  readonly team?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export async function listApis({ actor }: ReadContext, query: ListApisQuery): Promise<Page<Api>> {
  const after = readCursor(query.cursor);
  const contains = { contains: query.search ?? "", mode: "insensitive" } as const;
  const rows = await database().api.findMany({
    where: {
      AND: [
        visibleApis(actor),
        query.editable === true ? editableApis(actor) : {},
        query.team === undefined ? {} : { team: { slug: query.team } },
        query.search ? { OR: [{ slug: contains }, { name: contains }, { description: contains }] } : {},
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    select: apiSelection,
  });
  const served = await readServedVersions();
  return makePage(rows, query.limit, (row) => renderApi(row, actor, served));
}

/** @throws ApiError not_found */
export async function getApi({ actor }: ReadContext, slug: string): Promise<Api> {
  const { id } = await findApi(actor, slug);
  const row = await database().api.findUniqueOrThrow({ where: { id }, select: apiSelection });
  return renderApi(row, actor, await readServedVersions());
}
