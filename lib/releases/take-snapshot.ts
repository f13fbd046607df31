import "server-only";
import type { LimitAlgorithm, LimitScope } from "@/gateway/contract/bundle";
import type { Snapshot } from "@/gateway/compiler/snapshot";
import { database } from "@/lib/database";
import { env } from "@/lib/env";

/**
 * Reads everything an environment serves, as of one moment: another person's change is in it whole or not at all. Retired versions are
 * left out, and with them what plans grant of them. Always in the same order, so that what did not change compiles to the same bytes.
 */
export async function takeSnapshot(environment: string): Promise<Snapshot> {
  const [versions, plans] = await database().$transaction(
    [
      database().apiVersion.findMany({
        where: { lifecycle: { not: "retired" } },
        orderBy: { id: "asc" },
        select: {
          id: true,
          version: true,
          basePath: true,
          api: { select: { slug: true } },
          operations: {
            where: { current: true },
            orderBy: { position: "asc" },
            select: { id: true, key: true, method: true, path: true },
          },
          upstream: {
            select: {
              id: true,
              connectTimeoutMs: true,
              sendTimeoutMs: true,
              readTimeoutMs: true,
              targets: { orderBy: { position: "asc" }, select: { url: true, weight: true } },
            },
          },
        },
      }),
      database().plan.findMany({
        orderBy: { id: "asc" },
        select: {
          id: true,
          slug: true,
          product: { select: { slug: true, versions: { select: { apiVersionId: true } } } },
          limits: {
            orderBy: { position: "asc" },
            select: { id: true, name: true, algorithm: true, quota: true, windowSeconds: true, scope: true },
          },
        },
      }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  const served = new Set(versions.map(({ id }) => id));
  return {
    environment,
    portalUrl: env().publicUrl,
    apiVersions: versions.map(({ id, version, basePath, api, operations, upstream }) => ({
      id,
      api: api.slug,
      version,
      basePath,
      operations,
      // A version is created together with its upstream; one without targets is the compiler's to refuse.
      upstream: upstream ?? { id, targets: [] },
    })),
    plans: plans.map(({ id, slug, product, limits }) => ({
      id,
      product: product.slug,
      plan: slug,
      // Only values of the contract's lists are ever written; the compiler checks again.
      limits: limits.map((limit) => ({
        ...limit,
        algorithm: limit.algorithm as LimitAlgorithm,
        scope: limit.scope as LimitScope,
      })),
      apiVersionIds: product.versions
        .map(({ apiVersionId }) => apiVersionId)
        .filter((versionId) => served.has(versionId)),
    })),
  };
}
