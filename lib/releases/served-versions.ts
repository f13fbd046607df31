import "server-only";
import { database } from "@/lib/database";

export interface Served {
  readonly environment: string;
  readonly production: boolean;
  readonly release: number;
}

/**
 * Where API versions are live: those in the current release of each environment.
 * @returns "orders v1" → environments, in their order
 */
export async function readServedVersions(): Promise<ReadonlyMap<string, readonly Served[]>> {
  const chunks = await database().releaseChunk.findMany({
    where: { chunk: { kind: "api-version" }, release: { currentOf: { isNot: null } } },
    select: {
      name: true,
      release: { select: { number: true, environment: { select: { slug: true, production: true, position: true } } } },
    },
    orderBy: { release: { environment: { position: "asc" } } },
  });
  const served = new Map<string, Served[]>();
  for (const { name, release } of chunks) {
    const list = served.get(name) ?? [];
    list.push({
      environment: release.environment.slug,
      production: release.environment.production,
      release: release.number,
    });
    served.set(name, list);
  }
  return served;
}
