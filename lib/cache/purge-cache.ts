import "server-only";
import type { CachePurge } from "@/gateway/contract/cache-purges";
import { findEditableApi, findVersion, type VersionIdentity } from "@/lib/apis/find-api";
import type { PurgeCache, PurgedCache } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { invalid, notFound } from "@/lib/errors";
import { lockRow } from "@/lib/lock-row";
import { sendEvent } from "@/lib/notify/send-event";
import { isAdmin, requirePermission, type Context } from "@/lib/permissions";
import { KEPT_PURGES } from "./kept-purges";
import { normalPath } from "./normal-path";

/** What is to be forgotten, in words, and by whose leave. */
interface Scope {
  readonly purges: readonly CachePurge[];
  readonly words: string;
  readonly teamId?: number;
}

/**
 * Makes every node of an environment forget answers that it keeps, at once and without a release.
 * @throws ApiError not_found, forbidden, invalid_request
 */
export async function purgeCache(context: Context, environment: string, input: PurgeCache): Promise<PurgedCache> {
  const scope = await findScope(context, input);
  const row = await database().environment.findUnique({
    where: { slug: environment },
    select: { id: true, name: true },
  });
  if (row === null) {
    throw notFound("environment", environment);
  }
  return change(context, async (transaction) => {
    // Sequences in the order of commits: a node that knows one knows all before it.
    await lockRow(transaction, "environment", row.id);
    const at = new Date();
    await transaction.cachePurge.createMany({
      data: scope.purges.map((purge) => ({ environmentId: row.id, purge, createdAt: at })),
    });
    await removeOld(transaction, row.id);
    await sendEvent(transaction, { type: "cache-purges", environment });
    return {
      result: { purged: scope.words, at: at.toISOString() },
      audit: {
        action: "cache.purge",
        entityType: "environment",
        entityId: environment,
        ...(scope.teamId !== undefined && { teamId: scope.teamId }),
        summary: `Purged ${scope.words} from the caches of ${row.name}`,
        details: { ...input },
      },
    };
  });
}

async function findScope(context: Context, input: PurgeCache): Promise<Scope> {
  const { api: slug, version, operation, path } = input;
  refuseContradictions(input);
  const normal = path === undefined ? undefined : normalPath(path);
  if (path !== undefined && normal === undefined) {
    const message =
      "Give the path as it is called: with its base path, without a query, dot segments or encoded slashes.";
    throw invalid([{ code: "invalid_path", message, place: "/path" }]);
  }
  if (slug === undefined) {
    requirePermission(isAdmin(context.actor), "Only admins may purge beyond a version of an API.");
    return normal === undefined
      ? { purges: [{ scope: "environment" }], words: "everything" }
      : { purges: [{ scope: "path", path: normal }], words: normal };
  }
  const api = await findEditableApi(context.actor, slug);
  const { teamId } = api;
  if (version === undefined) {
    const versions = await database().apiVersion.findMany({ where: { apiId: api.id }, select: { id: true } });
    return { purges: versions.map(({ id }) => ({ scope: "api-version", id })), words: api.name, teamId };
  }
  const found = await findVersion(api, version);
  const name = `${api.name} ${version}`;
  if (operation !== undefined) {
    const id = await findOperation(found.id, operation);
    return { purges: [{ scope: "operation", id }], words: `${operation} of ${name}`, teamId };
  }
  if (normal !== undefined) {
    refuseForeignPath(found, normal);
    return { purges: [{ scope: "path", path: normal }], words: normal, teamId };
  }
  return { purges: [{ scope: "api-version", id: found.id }], words: name, teamId };
}

function refuseContradictions({ api, version, operation, path }: PurgeCache): void {
  const problems = [
    ...(version !== undefined && api === undefined ? [{ place: "/version", message: "Say of which API." }] : []),
    ...(operation !== undefined && version === undefined
      ? [{ place: "/operation", message: "Say of which version of which API." }]
      : []),
    ...(path !== undefined && operation !== undefined
      ? [{ place: "/path", message: "Name an operation or a path, not both." }]
      : []),
    ...(path !== undefined && api !== undefined && version === undefined
      ? [{ place: "/version", message: "A path of an API lies below one of its versions: say which." }]
      : []),
  ];
  if (problems.length > 0) {
    throw invalid(problems.map((problem) => ({ code: "contradiction", ...problem })));
  }
}

/** Others' paths are not for the owners of this version to purge. */
function refuseForeignPath({ basePath }: VersionIdentity, path: string): void {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) {
    const message = `The paths of this version begin with ${basePath}.`;
    throw invalid([{ code: "foreign_path", message, place: "/path" }]);
  }
}

async function findOperation(apiVersionId: number, key: string): Promise<number> {
  const row = await database().operation.findFirst({ where: { apiVersionId, key }, select: { id: true } });
  if (row === null) {
    throw notFound("operation", key);
  }
  return row.id;
}

async function removeOld(transaction: Transaction, environmentId: number): Promise<void> {
  const [, oldest] = await transaction.cachePurge.findMany({
    where: { environmentId },
    orderBy: { id: "desc" },
    skip: KEPT_PURGES - 1,
    take: 2,
    select: { id: true },
  });
  if (oldest !== undefined) {
    await transaction.cachePurge.deleteMany({ where: { environmentId, id: { lte: oldest.id } } });
  }
}
