import "server-only";
import { cachePurgeSchema, type CachePurges } from "@/gateway/contract/cache-purges";
import { database } from "@/lib/database";
import { KEPT_PURGES } from "./kept-purges";

/** What the nodes of an environment have to forget since a sequence. */
export async function readCachePurges(environmentId: number, after: number): Promise<CachePurges> {
  const news = await database().cachePurge.findMany({
    where: { environmentId, id: { gt: after } },
    orderBy: { id: "asc" },
    select: { id: true, purge: true },
  });
  return {
    cursor: news.at(-1)?.id ?? (await readNewest(environmentId)),
    // None that the node knows is left, so there may have been others before the first.
    isWhole: news.length >= KEPT_PURGES,
    purges: news.map(({ purge }) => cachePurgeSchema.parse(purge)),
  };
}

async function readNewest(environmentId: number): Promise<number> {
  const { _max } = await database().cachePurge.aggregate({ where: { environmentId }, _max: { id: true } });
  return _max.id ?? 0;
}
