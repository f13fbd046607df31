import "server-only";
import type { RoutingSettings, Versioning } from "@/gateway/compiler/routing-settings";
import { database, type Transaction } from "@/lib/database";
import { notFound } from "@/lib/errors";
import {
  canEditApisOf,
  canReadApi,
  canReadOperations,
  requirePermission,
  teamsWithRole,
  type Actor,
} from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { readRouting, readVersioning } from "./routing";

/** The APIs an actor may see, as a condition: the same rule as `canReadApi`. */
export function visibleApis(actor: Actor | null): Prisma.ApiWhereInput {
  if (canReadOperations(actor)) {
    return {};
  }
  const teams = [...teamsWithRole(actor, "owner"), ...teamsWithRole(actor, "consumer")];
  return {
    OR: [{ visibility: { in: actor === null ? ["public"] : ["public", "internal"] } }, { teamId: { in: teams } }],
  };
}

/** The APIs an actor may change: the same rule as `canEditApisOf`. */
export function editableApis(actor: Actor | null): Prisma.ApiWhereInput {
  const isAdmin = actor?.memberships.some((membership) => membership.role === "admin") === true;
  return isAdmin ? {} : { teamId: { in: teamsWithRole(actor, "owner") } };
}

const identity = {
  id: true,
  slug: true,
  name: true,
  visibility: true,
  teamId: true,
  versioning: true,
  changeCount: true,
} as const;

export interface ApiIdentity {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly teamId: number;
  readonly versioning: Versioning;
  readonly changeCount: number;
}

/** @throws ApiError not_found, also when the actor may not see it */
export async function findApi(actor: Actor | null, slug: string, db: Transaction = database()): Promise<ApiIdentity> {
  const api = await db.api.findUnique({ where: { slug }, select: identity });
  if (api === null || !canReadApi(actor, api)) {
    throw notFound("API", slug);
  }
  return { ...api, versioning: readVersioning(api.versioning) };
}

/** @throws ApiError not_found, forbidden */
export async function findEditableApi(actor: Actor, slug: string, db: Transaction = database()): Promise<ApiIdentity> {
  const api = await findApi(actor, slug, db);
  requirePermission(canEditApisOf(actor, api.teamId), "Only owners of the API's team may change it.");
  return api;
}

export interface VersionIdentity {
  readonly id: number;
  readonly version: string;
  readonly basePath: string;
  readonly routing: RoutingSettings;
  readonly changeCount: number;
}

/** @throws ApiError not_found */
export async function findVersion(
  api: ApiIdentity,
  version: string,
  db: Transaction = database(),
): Promise<VersionIdentity> {
  const row = await db.apiVersion.findUnique({
    where: { apiId_version: { apiId: api.id, version } },
    select: { id: true, version: true, basePath: true, routing: true, changeCount: true },
  });
  if (row === null) {
    throw notFound("version", `${api.slug} ${version}`);
  }
  return { ...row, routing: readRouting(row.routing) };
}
